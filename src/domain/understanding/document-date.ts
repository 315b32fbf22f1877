import type { DateFinding, PersonFinding } from './findings.ts'
import { lettersOf } from './folding.ts'
import type { TextLine } from './page-text.ts'
import { type DateReading, readDates } from './read-dates.ts'

/** What stands before a date, and how much it says that this is the day of the paper; below 0 it says the contrary. */
const before: readonly (readonly [string, number])[] = [
  ['FAITLE', 0.9],
  ['DATEDELAVISITE', 0.95],
  ['DATEDELEXAMEN', 0.95],
  ['DATEDUDOCUMENT', 0.95],
  ['DATEDEDITION', 0.85],
  ['EDITELE', 0.85],
  ['MISEAJOUR', 0.9],
  ['PRELEVEMENTDU', 0.9],
  ['PRELEVELE', 0.9],
  ['EXAMENDU', 0.9],
  ['VISITEDU', 0.9],
  ['CONSULTATIONDU', 0.85],
  ['COMPTERENDUDU', 0.9],
  ['VALABLEDU', 0.7],
  ['EMISLE', 0.9],
  ['DATE', 0.8],
  ['LE', 0.8],
  ['NELE', -1],
  ['NEELE', -1],
  ['NAISSANCE', -1],
  ['PLUSTARDLE', -1],
  ['PLUSTARD', -1],
  ['AVANTLE', -1],
  ['PROCHAINE', -1],
  ['JUSQUAU', -1],
  ['AU', -1],
  ['VOUS', -1],
]
const unsaid = 0.35

/**
 * The day that a page gives itself: the one with the best words before it, the first of equals. Birth dates, and days still
 * to come when the paper was written, are none.
 */
export function findDate(lines: readonly TextLine[], people: readonly PersonFinding[]): DateFinding | null {
  const births = new Set(people.filter(({ kind }) => kind === 'birth-date').map(({ value }) => value))
  const candidates = lines
    .flatMap((line) => readDates(line.folded).map((date) => ({ line, date, weight: weightOf(line, date) })))
    .filter(({ date, weight }) => weight > 0 && !births.has(date.date))
  const [best] = candidates.toSorted((a, b) => b.weight - a.weight)
  if (!best) return null
  const words = best.line.wordsAt(best.date.from, best.date.to)
  const factor = best.date.isShort || best.date.corrected ? 0.8 : 1
  return {
    value: best.date.date,
    confidence: best.weight * factor * best.line.confidence(...words),
    place: best.line.place(...words),
  }
}

function weightOf(line: TextLine, { from }: DateReading): number {
  const letters = lettersOf(line.text.slice(0, from))
  const said = before.filter(([words]) => letters.endsWith(words))
  const longest = said.toSorted((a, b) => b[0].length - a[0].length)[0]
  return longest?.[1] ?? unsaid
}
