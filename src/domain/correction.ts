import { z } from 'zod'
import { saidWords, WordsInFile } from './correction-words.ts'
import { Actor } from './custody.ts'
import type { DocumentFindings } from './document-findings.ts'
import { Failure } from './failure.ts'
import type { DocumentId } from './ids.ts'
import { jsonOf } from './json.ts'
import type { SaidWords } from './text-formats/corrected-page.ts'
import type { PersonsReading } from './text-formats/text-format.ts'
import type { DocumentTypes } from './understanding/document-types.ts'

const InFile = z.strictObject({
  /** Of which document; the list of doubts says it. */
  document: z.string().optional(),
  type: z.string().max(64).optional(),
  date: z.iso.date().optional(),
  words: WordsInFile.optional(),
})

/** What a person says that a document is, and what stands in it, where the machine was wrong or said nothing. */
export type Said = {
  readonly type?: string
  readonly date?: string
  readonly words?: readonly SaidWords[]
}

/** A correction, kept with what it corrects: who, when, what. */
export const Correction = z.object({
  at: z.iso.datetime(),
  by: Actor,
  type: z.string().optional(),
  date: z.iso.date().optional(),
  /** Each in its page's file too, but for what a later correction has put in its place. */
  words: z
    .array(z.object({ page: z.number().int().positive(), place: z.string(), text: z.string() }))
    .optional(),
})
export type Correction = z.infer<typeof Correction>

/**
 * Read from a file of a person's.
 * @throws Failure correction-invalid, correction-of-another, document-type-unknown, and as saidWords
 */
export function readCorrection(content: Buffer, { types }: DocumentTypes, documentId: DocumentId): Said {
  const { success, data } = InFile.safeParse(jsonOf(content))
  if (!success) throw new Failure('correction-invalid')
  const { document, type, date } = data
  if (document !== undefined && document !== documentId)
    throw new Failure('correction-of-another', { documentId })
  const codes = ['other', ...types.map(({ code }) => code)]
  if (type !== undefined && !codes.includes(type))
    throw new Failure('document-type-unknown', { codes: codes.join(', ') })
  const words = saidWords(data.words ?? [])
  if (type === undefined && date === undefined && words.length === 0) throw new Failure('correction-invalid')
  return saying({ type, date, words })
}

/** Without what is not said. */
const saying = ({ type, date, words }: { [Key in keyof Said]: Said[Key] | undefined }): Said => ({
  ...(type !== undefined && { type }),
  ...(date !== undefined && { date }),
  ...(words && words.length > 0 && { words }),
})

/** A person's word takes the place of a finding: it has no page, and needs no confidence. */
export const correctedFindings = ({ type, date }: DocumentFindings, said: Said): DocumentFindings => ({
  type: said.type === undefined ? type : { code: said.type, confidence: 1, page: null },
  date: said.date === undefined ? date : { value: said.date, confidence: 1, page: null },
})

type Corrected = DocumentFindings & { readonly corrections: readonly Correction[] }

/** What of it no person has said already; undefined where there is nothing to correct. */
export function notYetSaid({ type, date, corrections }: Corrected, said: Said): Said | undefined {
  const texts = new Map(corrections.flatMap(({ words = [] }) => words.map((one) => [one.place, one.text])))
  const left = saying({
    type: type?.page === null && type.code === said.type ? undefined : said.type,
    date: date?.page === null && date.value === said.date ? undefined : said.date,
    words: said.words?.filter(({ place, text }) => texts.get(place) !== text),
  })
  return Object.keys(left).length > 0 ? left : undefined
}

/** Those of the corrections by which a person read something, numbered as the words refer to them. */
export const personsReadings = (corrections: readonly Correction[]): readonly PersonsReading[] =>
  corrections.flatMap(({ at, by, words }, index) => (words ? [{ number: index + 1, at, by }] : []))
