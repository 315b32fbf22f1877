import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Random, seeded } from '../../../fixtures/generator/random.ts'
import { fixtures } from '../../../src/devstack/demo/fixtures.ts'
import type { Identity } from '../../../src/ports.ts'
import { drawSide, jpeg, pdf, png, type Side, tiff } from './paper.ts'

/** Stands in every patient's name, file number and page, and nowhere else: found in clear, it is a leak. */
export const marks = ['QUERZAMBUL', 'HORTENZIAK', 'QZ7KW'] as const

export type Stand = 'granted' | 'refused' | 'pending'
export type DrawnPatient = { readonly identity: Identity; readonly stand: Stand }
type Said = { readonly state: string; readonly reason: string | null }

export type DrawnBatch = {
  readonly box: string
  readonly name: string
  readonly patients: readonly DrawnPatient[]
  readonly files: readonly { readonly name: string; readonly content: Buffer }[]
  readonly manifest: string
  /** What the batch must come to, files and documents in their order; a pending consent is granted meanwhile. */
  readonly fileStates: readonly Said[]
  readonly documents: readonly (Said & { readonly pages: number })[]
  /** How many orders must be carried out for it. */
  readonly orders: number
}

const pagesOfBatch = 60

type Hostile = { readonly file: string; readonly reason: string }
const hostile: readonly Hostile[] = [
  { file: 'size-zero.png', reason: 'file-unreadable' },
  { file: 'bomb-size.jpg', reason: 'file-too-large' },
  { file: 'pages-none.pdf', reason: 'file-unreadable' },
  { file: 'pages-cyclic.pdf', reason: 'file-unreadable' },
  { file: 'head-only.png', reason: 'file-unreadable' },
]
/** Eats memory until it is stopped. */
const glutton: Hostile = { file: 'bomb-nested.pdf', reason: 'file-too-costly' }

type Cut = { readonly patient: number; readonly from: number; readonly to: number }
type Kind = 'pdf' | 'tif' | 'jpg' | 'png'

/**
 * A box of sixty small pages, the same for the same seed: several files, documents and patients, one who refuses, one
 * who has not decided yet; beside them a file that is there twice and one that is hostile, or that eats memory.
 */
export async function drawBatch(seed: string, eatsMemory: boolean): Promise<DrawnBatch> {
  const random = seeded(`batch/${seed}`)
  const label = seed.replaceAll('/', '-')
  const patients = drawPatients(label, random)
  const plan = drawFiles(random)
  const drawn = await Promise.all(plan.map((file) => drawFile(file, label, patients, random)))
  const bad = eatsMemory ? glutton : random.pick(hostile)
  const poison = await poisonOf(bad, label)
  const copied = drawn[random.whole(0, drawn.length - 1)]!

  const name = (at: number, kind: string) => `${String(at + 1).padStart(4, '0')}.${kind}`
  const files = [
    ...drawn.map(({ content, kind }, at) => ({ name: name(at, kind), content })),
    { name: name(plan.length, bad.file.split('.')[1]!), content: poison },
    { name: name(plan.length + 1, copied.kind), content: copied.content },
  ]
  const fileNumber = (patient: number) => patients[patient]!.identity.fileNumber
  const documents = plan.flatMap(({ cuts }, at) =>
    cuts.map(({ patient, from, to }) => ({
      ...{ patient: fileNumber(patient), file: files[at]!.name, from, to },
    })),
  )
  const lost = [plan.length, plan.length + 1].map((at) => ({ patient: fileNumber(0), file: files[at]!.name }))
  const manifest = {
    ...{ version: 1, contract: 'TV-NUM-2026-01', box: `F-${label}`, operator: 'op-7' },
    scanner: {
      ...{ make: 'Exemplar', model: 'DS-6', serial: 'E6' },
      profile: { dpi: 150, colour: 'grey', duplex: true },
    },
    separation: 'manifest',
    expected: {
      folders: 0,
      documents: documents.length + lost.length,
      pages: pagesOfBatch + 1 + copied.pages,
    },
    files: files.map((file, at) => ({
      name: file.name,
      pages: at < plan.length ? plan[at]!.pages : at === plan.length ? 1 : copied.pages,
    })),
    documents: [...documents, ...lost],
  }
  const ofDocuments = plan.flatMap(({ cuts }, at) =>
    cuts.map(({ patient, from, to }) => {
      const written = drawn[at]!.isWritten.slice(from - 1, to).filter(Boolean).length
      return patients[patient]!.stand === 'refused' ? 2 : 6 + written
    }),
  )
  return {
    orders: 4 + plan.length + pagesOfBatch + ofDocuments.reduce((sum, orders) => sum + orders, 0),
    ...{ box: manifest.box, name: `lot-${label}`, patients, files, manifest: JSON.stringify(manifest) },
    fileStates: [
      ...plan.map(() => ({ state: 'split', reason: null })),
      { state: 'rejected', reason: bad.reason },
      { state: 'duplicate', reason: 'file-duplicate' },
    ],
    documents: plan.flatMap(({ cuts }) =>
      cuts.map(({ patient, from, to }) => ({
        pages: to - from + 1,
        ...(patients[patient]!.stand === 'refused'
          ? { state: 'refused', reason: 'consent-refused' }
          : { state: 'verified', reason: null }),
      })),
    ),
  }
}

function drawPatients(label: string, random: Random): DrawnPatient[] {
  const stands: Stand[] = ['granted', 'granted', 'granted', 'granted', 'refused', 'pending']
  return stands.map((stand, at) => ({
    stand,
    identity: {
      fileNumber: `QZ7KW-${label}-${at}`,
      birthName: `QUERZAMBUL ${letters(random)}`,
      givenNames: 'HORTENZIAK',
      birthDate: `19${random.whole(30, 99)}-0${random.whole(1, 9)}-1${random.whole(0, 9)}`,
    },
  }))
}

const letters = (random: Random): string =>
  Array.from({ length: 6 }, () => random.pick('ABDEGILMNORSTU'.split(''))).join('')

type Planned = { readonly kind: Kind; readonly pages: number; readonly cuts: readonly Cut[] }

/** Sixty pages over five to eight files, each cut into documents; every patient has at least one. */
function drawFiles(random: Random): Planned[] {
  const singles: Kind[] = [random.pick(['jpg', 'png'] as const), 'jpg'].slice(0, random.whole(1, 2)) as Kind[]
  const many = random.whole(4, 6)
  const sizes = partition(pagesOfBatch - singles.length, many, 6, random)
  let turn = random.whole(0, 5)
  const cutUp = (pages: number): Cut[] => {
    const documents = pages === 1 ? 1 : random.whole(1, 3)
    let from = 1
    return partition(pages, documents, 1, random).map((length) => {
      const cut = { patient: turn++ % 6, from, to: from + length - 1 }
      from += length
      return cut
    })
  }
  const files: Planned[] = []
  for (const pages of sizes)
    files.push({ kind: random.pick(['pdf', 'pdf', 'tif']), pages, cuts: cutUp(pages) })
  for (const kind of singles) files.push({ kind, pages: 1, cuts: cutUp(1) })
  // Who has no document yet takes the place of others in the last files, one after the other.
  const seen = () => new Set(files.flatMap(({ cuts }) => cuts.map(({ patient }) => patient)))
  const missing = [4, 5].filter((patient) => !seen().has(patient))
  return files.map((file) => {
    const patient = file.pages > 1 ? missing.pop() : undefined
    return patient === undefined ? file : { ...file, cuts: file.cuts.map((cut) => ({ ...cut, patient })) }
  })
}

/** `total` as a sum of `parts` numbers, each at least `least`. */
function partition(total: number, parts: number, least: number, random: Random): number[] {
  const sizes = Array<number>(parts).fill(least)
  for (let left = total - parts * least; left > 0; left--) sizes[random.whole(0, parts - 1)]!++
  return sizes
}

const sheets = {
  blank: drawSide([]),
  written: ['ABREG', 'DOLMEN', 'GERBIL', 'LUSTRE', 'NUAGE', 'SOMBRE'].map((word) =>
    drawSide([`QUERZAMBUL ${word}`, 'HORTENZIAK', `Suite ${word}`]),
  ),
}

async function drawFile(
  { kind, pages, cuts }: Planned,
  label: string,
  patients: readonly DrawnPatient[],
  random: Random,
) {
  const { birthName, givenNames } = patients[cuts[0]!.patient]!.identity
  // What makes a file unlike any other is its first page; the rest are drawn once for all.
  const sides: Side[] = [await drawSide([birthName, givenNames, `Feuille ${label} ${letters(random)}`])]
  const firsts = new Set(cuts.map(({ from }) => from))
  for (let page = 2; page <= pages; page++) {
    // A verso is often blank; what begins a document is not.
    const isBlank = !firsts.has(page) && random.next() < 0.6
    sides.push(isBlank ? await sheets.blank : await random.pick(sheets.written))
  }
  const write = {
    pdf: () => pdf(sides),
    tif: () => tiff(sides),
    jpg: () => jpeg(sides[0]!),
    png: () => png(sides[0]!),
  }
  const blank = await sheets.blank
  return { kind, pages, content: await write[kind](), isWritten: sides.map((side) => side !== blank) }
}

/** Unlike any before, or it would be a duplicate: what comes behind the end of a file changes nothing of it. */
async function poisonOf({ file }: Hostile, label: string): Promise<Buffer> {
  const content = await readFile(path.join(fixtures, 'hostile', file))
  return Buffer.concat([content, Buffer.from(`\n% ${label}\n`)])
}
