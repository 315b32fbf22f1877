import { z } from 'zod'

/** Why the words that a page carries are not taken for what stands on it. */
export const OwnTextFault = z.enum([
  'asked-to-recognise',
  'image',
  'pictures',
  'drawings',
  'annotations',
  'unmapped',
  'garbled',
  'hidden',
  'askew',
  'too-long',
])
export type OwnTextFault = z.infer<typeof OwnTextFault>

/**
 * What became of the words that a page of a PDF carried: `used`, or set beside what was read. `contradicted`: the page says
 * something else, and was read with confidence.
 */
const OwnTextFate = z.enum(['used', 'agrees', 'differs', 'contradicted', 'not-compared'])

const Share = z.number().min(0).max(1)

/** Figures only: they are kept in clear. */
export const OwnTextFigures = z.object({
  words: z.number().int().nonnegative(),
  fate: OwnTextFate,
  /** Why they were not used. */
  fault: OwnTextFault.optional(),
  /** Of the letters of its own words, those in words that were read too. */
  agreement: Share.optional(),
  /** Of the letters that were read, those in words that the page carried. */
  extent: Share.optional(),
})
export type OwnTextFigures = z.infer<typeof OwnTextFigures>
