import { z } from 'zod'
import { Box } from '../page.ts'

/*
 * What was found in the text of a page. A finding is never a fact: it keeps how sure it is and where it was read, and
 * nothing that is decided about a document is decided by it alone but to hold it. It names people: kept encrypted only.
 */

const Place = z.object({
  line: z.number().int().nonnegative(),
  words: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
  box: Box,
})
/** 0 to 1. */
const Confidence = z.number().min(0).max(1)

/**
 * Whom a statement is about, as far as its surroundings tell: the one whose page it is, a relative, a professional (physician,
 * employer, laboratory), or somebody mentioned in passing.
 */
export const Role = z.enum(['subject', 'relative', 'professional', 'passing'])
export type Role = z.infer<typeof Role>

export const PersonFinding = z.object({
  kind: z.enum(['nir', 'birth-name', 'usage-name', 'name', 'given-names', 'birth-date', 'file-number']),
  /** A NIR of fifteen characters, a date (RFC 3339 full-date), a name as it was read. */
  value: z.string(),
  /** Read otherwise, and put right in the one way in which its key is right. */
  corrected: z.boolean().default(false),
  role: Role,
  /** Findings of one number are statements about one person. */
  person: z.number().int().nonnegative(),
  confidence: Confidence,
  place: Place,
})
export type PersonFinding = z.infer<typeof PersonFinding>

export const InsuranceFinding = z.object({
  kind: z.enum(['insurer', 'contract-number', 'member-number']),
  value: z.string(),
  confidence: Confidence,
  place: Place,
})
export type InsuranceFinding = z.infer<typeof InsuranceFinding>

export const DateFinding = z.object({ value: z.iso.date(), confidence: Confidence, place: Place })
export type DateFinding = z.infer<typeof DateFinding>

/** A code of config/document-types.json with the words that spoke for it. */
export const TypeFinding = z.object({ code: z.string(), confidence: Confidence, places: z.array(Place) })
export type TypeFinding = z.infer<typeof TypeFinding>

export const PageFindings = z.object({
  type: TypeFinding,
  date: DateFinding.nullable(),
  people: z.array(PersonFinding),
  insurance: z.array(InsuranceFinding),
})
export type PageFindings = z.infer<typeof PageFindings>
