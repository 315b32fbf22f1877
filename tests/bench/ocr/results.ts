import type { OurRun } from './ours.ts'
import type { RivalRun } from './rivals.ts'
import type { Validity } from './validity.ts'

/** What the contenders did with the same pages, before anything is compared. */
export type Results = {
  readonly version: 1
  /** The corpus and the pages of it. */
  readonly subject: string
  readonly ours: OurRun[]
  readonly rivals: RivalRun[]
  validity?: Validity
}
