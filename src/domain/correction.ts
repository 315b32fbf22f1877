import { z } from 'zod'
import { Actor } from './custody.ts'
import type { DocumentFindings } from './document-findings.ts'
import { Failure } from './failure.ts'
import { jsonOf } from './json.ts'
import type { DocumentTypes } from './understanding/document-types.ts'

/** What a person says that a document is, where the machine was wrong or said nothing. */
export const SaidFindings = z
  .strictObject({ type: z.string().max(64).optional(), date: z.iso.date().optional() })
  .refine(({ type, date }) => type !== undefined || date !== undefined)
export type SaidFindings = z.infer<typeof SaidFindings>

/** A correction, kept with what it corrects: who, when, what. */
export const Correction = z.object({
  at: z.iso.datetime(),
  by: Actor,
  type: z.string().optional(),
  date: z.iso.date().optional(),
})
export type Correction = z.infer<typeof Correction>

/** Read from a file of a person's. @throws Failure correction-invalid, document-type-unknown */
export function readCorrection(content: Buffer, { types }: DocumentTypes): SaidFindings {
  const { success, data } = SaidFindings.safeParse(jsonOf(content))
  if (!success) throw new Failure('correction-invalid')
  const codes = ['other', ...types.map(({ code }) => code)]
  if (data.type !== undefined && !codes.includes(data.type))
    throw new Failure('document-type-unknown', { codes: codes.join(', ') })
  return data
}

/** A person's word takes the place of a finding: it has no page, and needs no confidence. */
export const correctedFindings = (
  { type, date }: DocumentFindings,
  said: SaidFindings,
): DocumentFindings => ({
  type: said.type === undefined ? type : { code: said.type, confidence: 1, page: null },
  date: said.date === undefined ? date : { value: said.date, confidence: 1, page: null },
})

/** Is it so already, by a person's word? Then there is nothing to correct. */
export const isSaid = ({ type, date }: DocumentFindings, said: SaidFindings): boolean =>
  (said.type === undefined || (type?.page === null && type.code === said.type)) &&
  (said.date === undefined || (date?.page === null && date.value === said.date))
