import { z } from 'zod'
import { Correction } from './correction.ts'
import { DocumentFindings } from './document-findings.ts'
import { Failure } from './failure.ts'
import { DocumentId } from './ids.ts'
import { jsonOf } from './json.ts'
import { OwnTextFigures } from './own-text-figures.ts'
import { Turn } from './page.ts'
import { ReadingFigures } from './reading-figures.ts'

/*
 * The words of a document, as they are kept for good: a gzipped tar of what was read (a file of ALTO for each page) and of
 * what was found in it (a file of JSON), and how it looks in a list. docs/formats.md says the same to outsiders.
 */

export const indexName = 'document.json'
const named = (page: number, ending: string): string => `${String(page).padStart(5, '0')}.${ending}`
export const altoName = (page: number): string => named(page, 'alto.xml')
export const thumbnailName = (page: number): string => named(page, 'webp')
export const findingsName = (page: number): string => named(page, 'findings.json')

const IndexedPage = z.object({
  /** From 1, as in the access copy. */
  page: z.number().int().positive(),
  /** Names of the files about it; null where there is none. */
  alto: z.string(),
  findings: z.string().nullable(),
  thumbnail: z.string().nullable(),
  /** Of the scan. */
  dpi: z.number().positive(),
  /** Degrees clockwise by which the scan was turned; places are those of the turned page. */
  turn: Turn,
  /** Taken for blank, and not read. */
  blank: z.boolean(),
  reading: ReadingFigures.nullable(),
  /** Of a page that was read, unless it was before this was told: whether the words are the file's own, and what became of those. */
  source: z.enum(['own-text', 'recognised']).optional(),
  ownText: OwnTextFigures.optional(),
})
export type IndexedPage = z.infer<typeof IndexedPage>

/** What the file `document.json` holds. */
export const WordsIndex = z.object({
  format: z.literal('scelle-words'),
  version: z.literal(1),
  documentId: DocumentId,
  /** What has read the first page with text on it. */
  engine: z.string(),
  reading: ReadingFigures,
  ...DocumentFindings.shape,
  /** What persons said instead, the latest last; each is a version of its own. */
  corrections: z.array(Correction).default([]),
  pages: z.array(IndexedPage),
})
export type WordsIndex = z.infer<typeof WordsIndex>

export const writeIndex = (index: WordsIndex): Buffer => Buffer.from(`${JSON.stringify(index, null, 1)}\n`)

/** @throws Failure words-unreadable where it is none */
export function readIndex(content: Buffer): WordsIndex {
  const { success, data } = WordsIndex.safeParse(jsonOf(content))
  if (!success) throw new Failure('words-unreadable', { line: 1 })
  return data
}
