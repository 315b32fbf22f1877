import { z } from 'zod'
import type { BatchId, DocumentId, FileId, PageId } from './ids.ts'
import { OwnTextFigures } from './own-text-figures.ts'
import { PageQuality } from './page-quality.ts'
import type { StagedObject } from './staged.ts'

export const MediaType = z.enum(['image/jpeg', 'image/png', 'image/tiff'])
export type MediaType = z.infer<typeof MediaType>

/** Degrees clockwise by which the image must be turned to stand upright. */
export const Turn = z.union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
export type Turn = z.infer<typeof Turn>

/** What is known of a page image without reading it. Figures only: it is kept in clear. */
export const PageFacts = z.object({
  mediaType: MediaType,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  dpi: z.number().positive(),
  /** Flagged, never dropped. */
  blank: z.boolean(),
  /** Share of dark pixels after the paper was evened out, 0 to 1. */
  ink: z.number().min(0).max(1),
  /** Degrees, clockwise positive, found on a small copy of the page. */
  skew: z.number(),
  /** The turn that makes the lines of text stand upright. */
  turn: Turn,
  /** Seen beyond doubt; else the page may stand on its head. */
  turnIsSure: z.boolean().default(false),
  /** Height of small letters, in millimetres, where some were seen. */
  xHeight: z.number().positive().optional(),
  /** Of a page that is not blank. */
  quality: PageQuality.optional(),
  /** The file says nothing of its resolution, or something absurd: `dpi` is that of a sheet of a usual size. */
  dpiIsAssumed: z.literal(true).optional(),
  /** Dots per inch across and down as it was scanned, where its pixels were no squares; it was stretched to `dpi`. */
  scannedDpi: z.object({ across: z.number().positive(), down: z.number().positive() }).optional(),
})
export type PageFacts = z.infer<typeof PageFacts>

/** One barcode as read from a page. Its text may name a patient: staged, never kept in clear. */
export const Barcode = z.object({ format: z.enum(['DataMatrix', 'Code128', 'QRCode']), text: z.string() })
export type Barcode = z.infer<typeof Barcode>

/** Pixels of the upright image, origin top left. */
export const Box = z.object({ x0: z.number(), y0: z.number(), x1: z.number(), y1: z.number() })
export type Box = z.infer<typeof Box>

export const Word = z.object({
  text: z.string(),
  confidence: z.number().min(0).max(100),
  box: Box,
  /** It may be another word: whoever relies on it looks at the page. */
  doubtful: z.literal(true).optional(),
})
export type Word = z.infer<typeof Word>

export const Line = z.object({ words: z.array(Word), box: Box, baseline: z.number() })
export type Line = z.infer<typeof Line>

/** Something stands there that could not be read: handwriting, a stamp, a signature. */
export const Region = z.object({ box: Box, is: z.literal('unread') })
export type Region = z.infer<typeof Region>

/** The text of a page with its places, in reading order. Kept encrypted. */
export const Recognition = z.object({
  /** Turn that was applied to the staged image before reading; boxes are in the turned image. */
  turn: Turn,
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  /** Mean word confidence, 0 to 100; 0 when there is no word. */
  confidence: z.number().min(0).max(100),
  engine: z.string(),
  lines: z.array(Line),
  regions: z.array(Region).optional(),
  /** Share of the area of all words, unread ones with them, whose words were read surely; missing where there are none. */
  read: z.number().min(0).max(1).optional(),
  /** How the page was made ready for reading: figures by step. */
  recipe: z.record(z.string(), z.number()).optional(),
  /** Where the words come from: those that its file carries, or recognised, as of all pages read before this was told. */
  source: z.enum(['own-text', 'recognised']).optional(),
  /** What became of the words that its file carried, if any. */
  ownText: OwnTextFigures.optional(),
})
export type Recognition = z.infer<typeof Recognition>

export const textOf = (page: Recognition): string =>
  page.lines.map((line) => line.words.map((word) => word.text).join(' ')).join('\n')

export type PageState = 'split' | 'examined' | 'recognised' | 'destroyed'

/** One side of a sheet. */
export type Page = {
  readonly id: PageId
  readonly batchId: BatchId
  readonly fileId: FileId
  /** From 1, in its file. */
  readonly number: number
  readonly documentId: DocumentId | null
  /** Its place in the document, from 1; null for a cover sheet, which belongs to the master only. */
  readonly position: number | null
  readonly state: PageState
  readonly image: StagedImage | null
  readonly facts: PageFacts | null
  /** Barcodes as read, staged: they may name a patient. */
  readonly marks: StagedObject | null
  /** The recognition, staged. */
  readonly words: StagedObject | null
  readonly confidence: number | null
}

/** A staged page image with what is needed to decode it. */
export type StagedImage = StagedObject & {
  readonly mediaType: MediaType
  readonly dpi: number
  readonly width: number
  readonly height: number
  /** The words that its file carries (`OwnText`), staged. */
  readonly ownText?: StagedObject
} & Pick<PageFacts, 'dpiIsAssumed' | 'scannedDpi'>
