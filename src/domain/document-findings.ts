import { z } from 'zod'
import { DateFinding, type PageFindings, TypeFinding } from './understanding/findings.ts'

const number = z.number().int().positive().nullable()

/**
 * What a document is taken for, and the page that says so. No fact: a finding, as sure as it says. Where there is no page, a
 * person has said it.
 */
export const DocumentFindings = z.object({
  type: TypeFinding.omit({ places: true }).extend({ page: number }).nullable(),
  date: DateFinding.omit({ place: true }).extend({ page: number }).nullable(),
})
export type DocumentFindings = z.infer<typeof DocumentFindings>

/**
 * The kind that a page is most surely of, and the day that this page gives itself; where it gives none, the surest day of any
 * page. A page of no kind says nothing of the others.
 */
export function documentFindings(
  pages: readonly { readonly page: number; readonly findings: Pick<PageFindings, 'type' | 'date'> }[],
): DocumentFindings {
  const kinds = pages.map(({ page, findings: { type } }) => ({
    page,
    ...{ code: type.code, confidence: type.confidence },
  }))
  const type = surest(kinds.filter(({ code }) => code !== 'other')) ?? kinds[0] ?? null
  const days = pages.flatMap(({ page, findings: { date } }) =>
    date ? [{ page, value: date.value, confidence: date.confidence }] : [],
  )
  return { type, date: days.find(({ page }) => page === type?.page) ?? surest(days) ?? null }
}

/** The first of equals. */
const surest = <One extends { readonly confidence: number }>(some: readonly One[]): One | undefined =>
  some.toSorted((a, b) => b.confidence - a.confidence)[0]
