/** A day in a text: from `from` up to `to`, in UTF-16 units. */
export type DateReading = {
  /** RFC 3339 full-date. */
  readonly date: string
  /** The century was not written: the latest day that is not after `today`'s century is taken. */
  readonly isShort: boolean
  /** Letters that stood for figures were replaced. */
  readonly corrected: boolean
  readonly from: number
  readonly to: number
}

const months = [
  ...['JANVIER', 'FEVRIER', 'MARS', 'AVRIL', 'MAI', 'JUIN', 'JUILLET', 'AOUT', 'SEPTEMBRE', 'OCTOBRE'],
  ...['NOVEMBRE', 'DECEMBRE'],
]
const shortMonths: Readonly<Record<string, number>> = {
  ...{ JANV: 1, JAN: 1, FEVR: 2, FEV: 2, AVR: 4, JUIL: 7, SEPT: 9, SEP: 9, OCT: 10, NOV: 11, DEC: 12 },
}
const figure = '[0-9OQILSBZ|]'
const between = '\\s?[/.\\-–]\\s?'
const numeric = new RegExp(
  `(?<![\\p{N}/])(${figure}{1,2})${between}(${figure}{1,2})${between}(${figure}{4}|${figure}{2}(?!\\p{L}|[.,'’ -]?\\d))(?![\\p{N}/])`,
  'gu',
)
const spaced = new RegExp(
  `(?<![\\p{L}\\p{N}/.])(${figure}{2}) (${figure}{2}) ((?:1[89]|2[O0])${figure}{2})(?![\\p{L}\\p{N}/])`,
  'gu',
)
const iso = /(?<![\p{L}\p{N}])((?:19|20)\d\d)-(\d\d)-(\d\d)(?![\p{L}\p{N}])/gu
const written =
  /(?<![\p{L}\p{N}])([0-9OIL]{1,2})(?:\s?ER)?\s?([A-Z0158]{3,9})\.?\s?([12][0-9OISB]{3})(?![\p{L}\p{N}])/gu

const figureOf: Readonly<Record<string, string>> = {
  ...{ O: '0', Q: '0', I: '1', L: '1', '|': '1', S: '5', B: '8', Z: '2' },
}
const figures = (text: string): string => text.replace(/[OQILSBZ|]/g, (letter) => figureOf[letter]!)

/**
 * Days in the notations of French papers: 12/03/1974, 12.3.74, 12-03-1974, 12 03 1974, 12 mars 1974, 1er mars 1974,
 * 1974-03-12. What is no day of the calendar is left out.
 *
 * @param folded upper case, as `fold` gives it
 */
export function readDates(folded: string): DateReading[] {
  const found = [
    ...[...folded.matchAll(iso)].map((match) => reading(match, match[1]!, match[2]!, match[3]!)),
    ...[...folded.matchAll(numeric)].map((match) => reading(match, match[3]!, match[2]!, match[1]!)),
    ...[...folded.matchAll(spaced)].map((match) => reading(match, match[3]!, match[2]!, match[1]!)),
    ...[...folded.matchAll(written)].map((match) =>
      reading(match, match[3]!, String(monthNamed(match[2]!) ?? 0), match[1]!),
    ),
  ].filter((one) => one !== undefined)
  return found
    .filter(
      (one, index) => !found.some((other, at) => at < index && other.from < one.to && one.from < other.to),
    )
    .toSorted((a, b) => a.from - b.from)
}

function reading(match: RegExpExecArray, year: string, month: string, day: string): DateReading | undefined {
  // Letters alone are no date: « SO/SO/SO ».
  if ((match[0].match(/\d/g) ?? []).length < 3) return undefined
  const [y, m, d] = [figures(year), figures(month), figures(day)]
  const date = `${y.length === 2 ? centuryOf(y) + y : y}-${m.padStart(2, '0')}-${d.padStart(2, '0')}`
  const raw = `${year}${month}${day}`
  return isDay(date)
    ? {
        ...{ date, isShort: y.length === 2, corrected: /[^\d]/.test(raw) },
        ...{ from: match.index, to: match.index + match[0].length },
      }
    : undefined
}

/** Whoever reads the date compares both centuries; this is the likelier one on the papers of people at work. */
const centuryOf = (year: string): string => (Number(year) > 35 ? '19' : '20')

function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== date) return false
  return date >= '1880-01-01' && date < '2100-01-01'
}

function monthNamed(word: string): number | undefined {
  const letters = word.replace(/[0158]/g, (one) => ({ '0': 'O', '1': 'I', '5': 'S', '8': 'B' })[one]!)
  const at = months.findIndex((month) => month === letters || (month.length > 4 && isOneOff(month, letters)))
  return at >= 0 ? at + 1 : shortMonths[letters]
}

/** One letter replaced, or one missing. */
function isOneOff(month: string, word: string): boolean {
  if (month.length === word.length)
    return month.split('').filter((letter, index) => letter !== word[index]).length === 1
  if (month.length !== word.length + 1) return false
  return month.split('').some((_, index) => month.slice(0, index) + month.slice(index + 1) === word)
}
