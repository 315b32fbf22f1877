import type { Subject } from './subjects.ts'
import type { Works } from './works.ts'

/** One query of the product, asked for the n-th time. */
export type Case = {
  readonly name: string
  readonly ask: (works: Works, n: number) => Promise<unknown>
  /** Done before each question, and not measured. */
  readonly prepare?: (works: Works, n: number) => Promise<unknown>
  /** What its cost follows, when that is not one row or one page of a list. */
  readonly growsWith?: string
}

export const some = <T>(all: readonly T[], n: number): T => {
  if (all.length === 0) throw new Error('nothing to ask about')
  return all[n % all.length]!
}
/** A question about a document of a closed batch, or about its batch, patient, file or page. */
export const archived =
  (ask: (works: Works, subject: Subject, n: number) => Promise<unknown>): Case['ask'] =>
  (works, n) =>
    ask(works, some(works.subjects.archived, n), n)
export const live =
  (ask: (works: Works, subject: Subject, n: number) => Promise<unknown>): Case['ask'] =>
  (works, n) =>
    ask(works, some(works.subjects.live, n), n)
