import type { OurRun } from './ours.ts'

/** What the contenders did with the same pages, before anything is compared. */
export type Results = {
  readonly version: 1
  /** The corpus and the pages of it. */
  readonly subject: string
  readonly ours: OurRun[]
}
