import type { Random } from '../../../fixtures/generator/random.ts'

/** A lot of pages that an organisation hands over at some moment of the day. */
export type Batch = {
  readonly organisation: number
  readonly pages: number
  /** Seconds after midnight. */
  readonly at: number
  /** Small and handed over while others have much to do: its delay is what fairness is measured by. */
  readonly isProbe: boolean
  /** The batch that the probes are to suffer from, or not. */
  readonly isFlood: boolean
}

export type Demand = {
  readonly organisations: number
  readonly pagesPerDay: number
  /** Hours of the day between which boxes are scanned. */
  readonly opens: number
  readonly closes: number
  /** One batch of so many pages, at noon. */
  readonly flood: number
}

const probePages = 20
const usualPages = 800

/**
 * A day of scanning. Organisations differ in size as 1, 1/2, 1/3 … (Zipf); their batches as a log-normal of median 800 pages.
 * The last organisation does nothing but hand over 20 pages every quarter of an hour.
 */
export function dayOf(demand: Demand, random: Random): Batch[] {
  const { organisations, pagesPerDay, opens, closes, flood } = demand
  const moment = (): number => random.between(opens, closes) * 3600
  const last = organisations - 1
  const weights = Array.from({ length: last }, (_, index) => 1 / (index + 1))
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  const batches: Batch[] = []
  for (const [organisation, weight] of weights.entries()) {
    let left = Math.round((pagesPerDay * weight) / whole)
    while (left > 0) {
      const pages = Math.min(left, Math.ceil(usualPages * Math.exp(random.normal())))
      batches.push({ organisation, pages, at: moment(), isProbe: false, isFlood: false })
      left -= pages
    }
  }
  batches.push({ organisation: 0, pages: flood, at: 12 * 3600, isProbe: false, isFlood: true })
  for (let at = opens * 3600; at < closes * 3600; at += 900)
    batches.push({ organisation: last, pages: probePages, at, isProbe: true, isFlood: false })
  return batches.sort((a, b) => a.at - b.at)
}
