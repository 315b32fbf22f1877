import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { degrees } from '@cantoo/pdf-lib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createExaminer } from '../../../src/adapters/images/examiner.ts'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import { createAssembler } from '../../../src/adapters/pdf/assembler.ts'
import { codedAnew } from '../../../src/adapters/pdf/coded-anew.ts'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import { createRecogniser } from '../../../src/adapters/tesseract/recogniser.ts'
import type { BatchFile } from '../../../src/domain/batch.ts'
import type { Document } from '../../../src/domain/document.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import { type Page, type Recognition, type StagedImage, textOf } from '../../../src/domain/page.ts'
import type { StagedObject } from '../../../src/domain/staged.ts'
import { UnderstoodPage } from '../../../src/domain/understanding/understand-page.ts'
import type { FileSplitter, Ports, Recogniser } from '../../../src/ports.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'
import { assembleDocument } from '../../../src/stages/assemble-document.ts'
import { examinePage } from '../../../src/stages/examine-page.ts'
import { recognisePage } from '../../../src/stages/recognise-page.ts'
import { splitPages } from '../../../src/stages/split-pages.ts'
import type { Outcome, StageContext } from '../../../src/stages/stage.ts'
import { pdfOf, type PdfSheet } from '../splitting/pdf-sheets.ts'
import { sheet } from '../splitting/sheets.ts'

// PDF files that bring words of their own, through the real stages and readers; staging is in memory.

const letter = [
  'Compte rendu de visite périodique',
  'Nom de naissance : MARTIN',
  'Salarié vu le 12 février 2024, exposé au bruit depuis 2019.',
  'Apte à son poste, à revoir dans un délai de douze mois.',
]
const lie = ['Certificat de bonne santé, sans réserve', 'établi pour tous travaux en hauteur', 'Nom : DURAND']

const recogniser = createRecogniser({ languages: ['fra'], prepare: preparePage })
let scan: Buffer
beforeAll(async () => {
  scan = await sheet(letter).jpeg({ quality: 80 }).withDensity(300).toBuffer()
})
afterAll(() => recogniser.close())

const context = { signal: new AbortController().signal, now: new Date(0) } as unknown as StageContext
function outputOf<Output>(outcome: Outcome<Output>): Output {
  if (outcome.kind !== 'completed') throw new Error(outcome.reason)
  return outcome.output
}

function stagingInMemory() {
  const kept = new Map<string, Buffer>()
  const staging = {
    async put(_: unknown, content: Buffer | Readable): Promise<StagedObject> {
      const bytes = Buffer.isBuffer(content) ? content : await buffer(content)
      const key = String(kept.size)
      kept.set(key, bytes)
      return { key, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
    },
    read: async (_: unknown, { key }: StagedObject) => kept.get(key)!,
    open: async (_: unknown, { key }: StagedObject) => ({
      ...contentOf(kept.get(key)!),
      close: async () => {},
    }),
  }
  return staging as unknown as Ports['staging']
}

/** All the way of a PDF: what was read of its pages, what the ledger is told of that, and its access copy. */
async function wayOf(sheets: readonly PdfSheet[], ownText: 'keep' | 'recognise' = 'keep') {
  const staging = stagingInMemory()
  let readings = 0
  const counted: Recogniser = {
    ...recogniser,
    recognise: (...given) => {
      readings++
      return recogniser.recognise(...given)
    },
  }
  const ports = {
    ...{ staging, examiner: createExaminer(), barcodes: { read: async () => [] }, recogniser: counted },
    splitter: createSplitter() as unknown as FileSplitter,
    thumbnailer: { thumbnail: async () => undefined },
    assembler: createAssembler({ codePage: codedAnew }),
    rules: {
      production: false,
      languages: ['fra'],
      lockDays: 0,
      documentTypes: readDocumentTypes(),
      ownText,
    },
  } as unknown as Ports
  const file = {
    id: 'f',
    batchId: 'b',
    kind: 'pdf',
    staged: await staging.put('b' as never, await pdfOf(sheets)),
  }
  const { images } = outputOf(await splitPages.run({ file: file as BatchFile }, ports, context))
  const pages: Page[] = []
  const told: unknown[] = []
  for (const [index, image] of images.entries()) {
    const page = { ...blankPage, number: index + 1, position: index + 1, image }
    const { facts } = outputOf(await examinePage.run({ page, thorough: false }, ports, context))
    const outcome = await recognisePage.run({ page: { ...page, facts } }, ports, context)
    if (outcome.kind === 'completed') told.push(outcome.events[0]!.details)
    pages.push({ ...page, facts, words: outputOf(outcome).words })
  }
  const input = { document: { id: 'd', batchId: 'b' } as Document, pages, createdAt: new Date(0) }
  const { access } = outputOf(await assembleDocument.run(input, ports, context))
  const read: UnderstoodPage[] = []
  for (const { words } of pages)
    read.push(UnderstoodPage.parse(JSON.parse((await staging.read('b' as never, words!)).toString())))
  return { images, read, told, readings, access: await staging.read('b' as never, access) }
}

const blankPage = {
  ...{ id: 'p', batchId: 'b', fileId: 'f', documentId: 'd' as DocumentId, state: 'split', facts: null },
  ...{ marks: null, words: null, confidence: null, image: null as StagedImage | null },
} as unknown as Page & { documentId: DocumentId }

/** What a program that knows nothing of us finds in the access copy. */
async function textsIn(pdf: Buffer): Promise<string[]> {
  const found: string[] = []
  for await (const { ownText } of createSplitter().split(contentOf(pdf), 'pdf', context.signal))
    found.push(ownText!.lines.map(({ words }) => words.map(({ text }) => text).join(' ')).join('\n'))
  return found
}

const plain = (page: Recognition): string => textOf(page).replaceAll('’', "'")

test('a page that was never on paper keeps its own words, and nobody reads it', async () => {
  const turned: PdfSheet = { lines: letter, rotate: (page) => page.setRotation(degrees(90)) }
  const { read, told, readings, access } = await wayOf([{ lines: letter }, turned])
  expect(readings).toBe(0)
  expect(read.map(textOf)).toEqual([letter.join('\n'), letter.join('\n')])
  expect(read.map(({ turn }) => turn)).toEqual([0, 270])
  expect(read[0]).toMatchObject({ source: 'own-text', confidence: 100, ownText: { fate: 'used' } })
  expect(read[0]!.findings!.people).toContainEqual(
    expect.objectContaining({ kind: 'birth-name', value: 'MARTIN' }),
  )
  expect(told[0]).toMatchObject({ source: 'own-text', ownText: 'used' })
  // Drawn 0.8 inch from the left, one from the top.
  const { words, baseline } = read[0]!.lines[0]!
  expect([words[0]!.box.x0 / 300, baseline / 300].map((inches) => inches.toFixed(1))).toEqual(['0.8', '1.0'])
  expect(await textsIn(access)).toEqual([letter.join('\n'), letter.join('\n')])
})

test('a scan over which somebody laid what he read is read by us; what it does not show is not believed', async () => {
  const { images, read, told, access } = await wayOf([
    { scan, unseen: letter },
    { scan, unseen: lie },
  ])
  expect(images[0]!.mediaType).toBe('image/jpeg')
  expect(read.map(plain)).toEqual([letter.join('\n'), letter.join('\n')])
  expect(read[0]).toMatchObject({ source: 'recognised', ownText: { fate: 'agrees', fault: 'image' } })
  expect(read[1]!.ownText).toMatchObject({ fate: 'contradicted' })
  expect(told[0]).toMatchObject({ source: 'recognised', ownText: 'agrees', agreementPercent: 100 })
  expect((await textsIn(access)).join()).not.toContain('DURAND')
})

test('of a file with pages of several kinds each goes its own way', async () => {
  const { read, readings } = await wayOf([
    { lines: letter },
    { lines: ['Vu et approuvé'], scan, scanShare: 0.9 },
    { lines: letter, unseen: lie },
  ])
  expect(readings).toBe(2)
  expect(read.map(({ source, ownText }) => [source, ownText?.fate, ownText?.fault])).toEqual([
    ['own-text', 'used', undefined],
    ['recognised', 'not-compared', 'pictures'],
    ['recognised', 'differs', 'hidden'],
  ])
  expect(plain(read[2]!)).not.toContain('DURAND')
})

test('all pages are read where it is wished so', async () => {
  const { read } = await wayOf([{ lines: letter.slice(0, 2) }], 'recognise')
  expect(read[0]!.ownText).toMatchObject({ fate: 'agrees', fault: 'asked-to-recognise' })
})
