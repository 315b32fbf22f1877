import { Readable } from 'node:stream'
import { encodeCoverSheet } from '../../../src/domain/cover-sheet.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { FailureCode } from '../../../src/domain/failures.ts'
import type { OwnText } from '../../../src/domain/own-text.ts'
import type { Barcode, Recognition } from '../../../src/domain/page.ts'
import type { Drop, Ports } from '../../../src/ports.ts'

/** One scanned side, as the pretended scanner writes it. */
export type Side = {
  readonly text?: string
  /** Its file carries the words too, unseen, as a scanner that recognises by itself writes them. */
  readonly carriesWords?: true
  readonly blank?: true
  readonly sheet?: {
    readonly batch: string
    readonly sequence: number
    readonly count: number
    readonly patient?: string
  }
  /** Fails to be examined, or to be read, for good. */
  readonly torn?: 'examine' | 'recognise'
}
/** A file is its sides, or a reason why it cannot be read. */
export type Sheets = readonly Side[] | FailureCode

const magic = Buffer.from([0xff, 0xd8, 0xff])

export const fileOf = (sheets: Sheets): Buffer => Buffer.concat([magic, Buffer.from(JSON.stringify(sheets))])
const read = <Value>(content: Buffer): Value => JSON.parse(content.subarray(magic.length).toString()) as Value

/** A drop in memory; files as `name: sides`. */
export function dropOf(
  files: Readonly<Record<string, Sheets | Buffer>>,
  manifest: Readonly<Record<string, unknown>> = {},
): Drop {
  const contents = Object.entries(files).map(([name, sheets]) => ({
    name,
    content: Buffer.isBuffer(sheets) ? sheets : fileOf(sheets),
  }))
  const pages = Object.values(files).reduce(
    (sum, sheets) => sum + (typeof sheets === 'string' || Buffer.isBuffer(sheets) ? 0 : sheets.length),
    0,
  )
  return {
    manifest: JSON.stringify(manifestOf({ folders: 0, documents: contents.length, pages }, manifest)),
    files: contents.map(({ name, content }) => ({
      name,
      size: async () => content.length,
      read: async () => Readable.from([content]),
    })),
  }
}

const manifestOf = (expected: object, more: Readonly<Record<string, unknown>> = {}) => ({
  version: 1,
  contract: 'C-1',
  box: 'B-1',
  operator: 'operator-1',
  scanner: {
    ...{ make: 'Make', model: 'Model', serial: 'S1' },
    profile: { dpi: 300, colour: 'grey', duplex: true },
  },
  separation: 'file',
  expected,
  ...more,
})

/** One patient for each file, in a manifest. */
export const ofPatients = (patients: Readonly<Record<string, string>>) => ({
  documents: Object.entries(patients).map(([file, patient]) => ({ file, patient })),
})

const tornUnless = (side: Side, step: Side['torn'], code: FailureCode): void => {
  if (side.torn === step) throw new Failure(code)
}

const wordsUnder = (text: string): OwnText => ({
  ...{ turn: 0, width: 10, height: 10, isImage: true, isTooLong: false },
  ...{ letters: text.length, unmapped: 0, askew: 0, pictures: 1, curves: 0, annotations: 0 },
  lines: [{ words: [{ text, box, hidden: true }], baseline: 1 }],
})

/** The ports that look at images, over pretended ones; the real ones have tests of their own. */
export const pretendedEyes: Pick<
  Ports,
  'splitter' | 'examiner' | 'barcodes' | 'recogniser' | 'thumbnailer' | 'assembler'
> = {
  splitter: {
    async *split(file) {
      const sheets = read<Sheets>(await file.read(0, file.bytes))
      if (typeof sheets === 'string') throw new Failure(sheets)
      for (const [index, side] of sheets.entries()) {
        const image = Buffer.concat([magic, Buffer.from(JSON.stringify(side))])
        const ownText = side.carriesWords && wordsUnder(side.text ?? 'page')
        const size = { dpi: 300, width: 10, height: 10 }
        yield { number: index + 1, image, mediaType: 'image/jpeg', ...size, ...(ownText && { ownText }) }
      }
    },
  },
  examiner: {
    async examine(image) {
      const side = read<Side>(image)
      tornUnless(side, 'examine', 'file-unreadable')
      const blank = side.blank ?? false
      const size = { mediaType: 'image/jpeg', width: 10, height: 10, dpi: 300 } as const
      return { facts: { ...size, blank, ink: 0.1, skew: 0, turn: 0, turnIsSure: true }, view: image }
    },
  },
  barcodes: {
    async read(image) {
      const { sheet } = read<Side>(image)
      return sheet ? [{ format: 'DataMatrix', text: encodeCoverSheet(sheet) } satisfies Barcode] : []
    },
  },
  recogniser: {
    async recognise(image) {
      const side = read<Side>(image)
      tornUnless(side, 'recognise', 'assembly-failed')
      return recognitionOf(side.text ?? 'page')
    },
    async close() {},
  },
  thumbnailer: {
    async thumbnail(image) {
      const side = read<Side>(image)
      return side.text === undefined ? undefined : Buffer.from(`picture of ${side.text}`)
    },
  },
  assembler: {
    async assemble(pages) {
      const texts: string[] = []
      for await (const { recognition } of pages) texts.push(JSON.stringify(recognition?.lines ?? null))
      return Readable.from([Buffer.from(`%PDF-1.7\n${texts.join('\n')}`)])
    },
  },
}

const box = { x0: 0, y0: 0, x1: 1, y1: 1 }
const recognitionOf = (text: string): Recognition => ({
  ...{ turn: 0, width: 10, height: 10, confidence: 90, engine: 'pretended' },
  lines: text.split('\n').map((line) => ({
    words: line.split(' ').map((word) => ({ text: word, confidence: 90, box })),
    box,
    baseline: 1,
  })),
})
