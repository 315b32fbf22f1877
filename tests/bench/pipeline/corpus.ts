import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { FilePlan, SidePlan } from '../../../fixtures/generator/batches.ts'
import { aptitude } from '../../../fixtures/generator/papers/aptitude.ts'
import { exposureSheet } from '../../../fixtures/generator/papers/exposure-sheet.ts'
import { laboratory } from '../../../fixtures/generator/papers/laboratory.ts'
import { letter } from '../../../fixtures/generator/papers/letter.ts'
import { prescription } from '../../../fixtures/generator/papers/prescription.ts'
import { visitFormBack, visitFormFront } from '../../../fixtures/generator/papers/visit-form.ts'
import { type Person, people } from '../../../fixtures/generator/people.ts'
import { type PageTruth, produceFile } from '../../../fixtures/generator/produce.ts'
import { type Random, seeded } from '../../../fixtures/generator/random.ts'
import { CONTRACT } from '../../../fixtures/generator/registers.ts'
import type { Sheet } from '../../../fixtures/generator/sheet.ts'

// A box of French occupational health files: A4, 300 dpi, half grey and half bitonal, every page full of text. A few
// dozen documents are drawn once and kept; larger boxes repeat them, each copy with a remark of its own in the file, so
// that no two files are the same bytes.

/** Those whose consent is recorded as granted. */
const { hermeline, guenole, iseult, theophane, aldegonde, phileas, maelwenn, clothilde } = people
const patients: readonly Person[] = [
  ...[hermeline, guenole, iseult, theophane],
  ...[aldegonde, phileas, maelwenn, clothilde],
]
/** Pages of the documents that are drawn: three and a half in the mean. */
const sizes = [4, 1, 6, 2, 3, 8, 1, 5, 2, 4, 1, 3, 6, 2, 4, 1, 8, 3, 2, 4] as const

export type DrawnDocument = {
  readonly patient: string
  readonly kind: 'pdf' | 'tiff' | 'jpeg'
  readonly bytes: Buffer
  readonly truth: readonly PageTruth[]
}

const papers: readonly ((sheet: Sheet, who: Person, date: string) => void)[] = [
  visitFormFront,
  visitFormBack,
  (sheet, who, date) => letter(sheet, who, date, 'hearing'),
  laboratory,
  exposureSheet,
  (sheet, who, date) => letter(sheet, who, date, 'shoulder'),
  aptitude,
  (sheet, who, date) => letter(sheet, who, date, 'breath'),
  prescription,
]

/** Draws the document of this place, or takes it from `cache`. */
export async function drawDocument(seed: string, place: number, cache: string): Promise<DrawnDocument> {
  const plan = planOf(seed, place)
  const patient = patients[place % patients.length]!.fileNumber
  const stem = path.join(cache, `${seed}-${String(place).padStart(2, '0')}`)
  const kept = await Promise.all([
    readFile(stem),
    readFile(`${stem}.json`, 'utf8').then((text) => JSON.parse(text) as PageTruth[]),
  ]).catch(() => undefined)
  if (kept) return { patient, kind: plan.container, bytes: kept[0], truth: kept[1] }
  const { bytes, truth } = await produceFile(plan, `${seed}/${place}`)
  await mkdir(cache, { recursive: true })
  await writeFile(`${stem}.json`, JSON.stringify(truth))
  await writeFile(`${stem}.part`, bytes)
  await rename(`${stem}.part`, stem)
  return { patient, kind: plan.container, bytes, truth }
}

function planOf(seed: string, place: number): FilePlan {
  const random = seeded(`${seed}/plan/${place}`)
  const size = sizes[place]!
  const colour = place % 2 === 0 ? 'bitonal' : 'grey'
  const container = colour === 'grey' && size === 1 ? 'jpeg' : place % 8 === 4 ? 'tiff' : 'pdf'
  const sides = Array.from({ length: size }, (_, index) => side(place, index, random))
  return {
    name: `${place}`,
    ...{ container, colour, sides },
    wear: (['fresh', 'filed', 'old'] as const)[place % 3]!,
    ...(place % 3 === 1 && { duplex: true }),
  }
}

function side(place: number, index: number, random: Random): SidePlan {
  const who = patients[place % patients.length]!
  const date = `${random.whole(1998, 2024)}-0${random.whole(1, 9)}-${random.whole(10, 28)}`
  const paper = papers[(place + index) % papers.length]!
  return { paper: (sheet) => paper(sheet, who, date) }
}

/** A dropped folder of exactly `pages` pages in one batch, one document for each file. */
export async function fillBox(
  folder: string,
  { pages, seed, cache, box }: { pages: number; seed: string; cache: string; box: string },
): Promise<{ documents: number }> {
  await mkdir(folder, { recursive: true })
  const files: { name: string; sha256: string; pages: number; patient: string }[] = []
  for (let left = pages, turn = 0; left > 0; turn++) {
    const place = turn % sizes.length
    if (sizes[place]! > left) continue
    const { kind, bytes, patient } = await drawDocument(seed, place, cache)
    const content = remarked(bytes, kind, `copy ${turn}`)
    const name = `${String(files.length + 1).padStart(4, '0')}.${kind}`
    await writeFile(path.join(folder, name), content)
    files.push({ name, sha256: sha256(content), pages: sizes[place]!, patient })
    left -= sizes[place]!
  }
  await writeFile(path.join(folder, 'batch.json'), JSON.stringify(manifest(files, pages, box)))
  await writeFile(path.join(folder, '.done'), '')
  return { documents: files.length }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Another file with the same pages. */
function remarked(bytes: Buffer, kind: DrawnDocument['kind'], remark: string): Buffer {
  if (kind === 'pdf') return Buffer.concat([bytes, Buffer.from(`% ${remark}\n`)])
  if (kind === 'tiff') return Buffer.concat([bytes, Buffer.from(remark)])
  const comment = Buffer.from(`....${remark}`)
  comment.writeUInt16BE(0xfffe, 0)
  comment.writeUInt16BE(comment.length - 2, 2)
  return Buffer.concat([bytes.subarray(0, 2), comment, bytes.subarray(2)])
}

const manifest = (
  files: readonly { name: string; sha256: string; pages: number; patient: string }[],
  pages: number,
  box: string,
): object => ({
  version: 1,
  contract: CONTRACT,
  box,
  operator: 'op-117',
  scanner: {
    ...{ make: 'Exemplar', model: 'DS-600', serial: 'EX600-04417' },
    profile: { dpi: 300, colour: 'grey', duplex: true },
  },
  separation: 'file',
  expected: { folders: files.length, documents: files.length, pages },
  files: files.map(({ name, sha256, pages }) => ({ name, sha256, pages })),
  documents: files.map(({ name, patient }) => ({ patient, file: name })),
})
