import { type Aim, aimsOf } from './aims.ts'
import { type Blanks, blanksOf } from './blanks.ts'
import type { Corpus } from './corpus.ts'
import { type Cost, ourCost, rivalCost } from './costs.ts'
import { type Reading, readingOf } from './readings.ts'
import type { Results } from './results.ts'
import type { Validity } from './validity.ts'

export type Report = {
  readonly version: 1
  readonly pages: number
  readonly aims: readonly Aim[]
  /** Ours first. */
  readonly readings: readonly Reading[]
  readonly costs: readonly Cost[]
  readonly blanks: Blanks | undefined
  /** Pages that we read the wrong way up. */
  readonly wrongTurns: readonly string[]
  /** Pages and documents of ours that failed, and why. */
  readonly failed: readonly string[]
  readonly validity: Validity | undefined
}

export function reportOf(corpus: Corpus, results: Results): Report {
  const { text } = corpus
  const ours = results.ours.at(-1)
  const readers = results.rivals.filter(({ name }) => name !== 'ocrmypdf-small')
  const readings = [...(ours ? [{ name: 'ours', texts: ours.texts }] : []), ...readers].map((run) =>
    readingOf(run.name, corpus, run.texts),
  )
  const costs = [
    ...results.ours.map((run) => ourCost(run, text.length)),
    ...results.rivals.map((run) => rivalCost(run, text.length)),
  ]
  const blanks = ours && blanksOf(corpus, ours)
  return {
    version: 1,
    pages: text.length,
    aims: aimsOf(readings, costs, blanks, results),
    ...{ readings, costs, blanks },
    wrongTurns: ours ? text.filter(({ id, turn }) => ours.pages[id]?.turn !== turn).map(({ id }) => id) : [],
    failed: results.ours.flatMap((run) => run.failed),
    validity: results.validity,
  }
}
