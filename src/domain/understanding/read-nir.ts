import { isNir } from '../identifiers.ts'

/** A NIR in a text: from `from` up to `to`, in UTF-16 units. */
export type NirReading = {
  readonly nir: string
  /** Letters that stood for figures were replaced; the key is right in this one way only. */
  readonly corrected: boolean
  readonly from: number
  readonly to: number
}

/** The figures that recognition takes for letters, and nothing else. Figures are never replaced by others. */
const figureOf: Readonly<Record<string, string>> = { O: '0', I: '1', S: '5', B: '8' }
const gap = '[ \\t.\\u00a0\\u202f]{0,3}'
const figure = '[0-9OISB]'
/** Looks ahead only, so that a number that is no NIR hides none that begins inside it. */
const candidates = new RegExp(
  `(?<![\\p{L}\\p{N}])(?=((?:${[1, 2, 2].map((n) => `${figure}{${n}}`).join(gap)}${gap}${figure}[0-9OISBA]${gap}${[
    3, 3, 2,
  ]
    .map((n) => `${figure}{${n}}`)
    .join(gap)}))(?![\\p{L}\\p{N}]))`,
  'gu',
)
/** With more letters than that it was no number. */
const mostLetters = 3

/**
 * NIRs with a right key, as they stand or with letters put right (O to 0, I to 1, S to 5, B to 8) where exactly one way of
 * doing so makes the key right. A number in which a figure was taken for another figure stays unread: nobody can say which.
 *
 * @param folded upper case, as `fold` gives it
 */
export function readNirs(folded: string): NirReading[] {
  const readings: NirReading[] = []
  for (const match of folded.matchAll(candidates)) {
    const raw = match[1]!
    const from = match.index
    if (readings.some((known) => from < known.to)) continue
    const read = readNir(raw.replace(/[\s.]/g, ''))
    if (read) readings.push({ ...read, from, to: from + raw.length })
  }
  return readings
}

function readNir(fifteen: string): Pick<NirReading, 'nir' | 'corrected'> | undefined {
  if (isPlausible(fifteen) && isNir(fifteen)) return { nir: fifteen, corrected: false }
  if (fifteen.split('').filter((character) => character in figureOf).length > mostLetters) return undefined
  const right = readings(fifteen).filter((one) => isPlausible(one) && isNir(one))
  return right.length === 1 ? { nir: right[0]!, corrected: true } : undefined
}

/** Every way of reading its letters as figures; in the place of a Corsican département, B may be meant. */
function readings(fifteen: string): string[] {
  const replaced = (text: string) => text.replace(/[OISB]/g, (letter) => figureOf[letter]!)
  const isCorsican = /[AB]/.test(fifteen[6]!) && /[2]/.test(fifteen[5]!)
  if (!isCorsican) return fifteen.includes('A') ? [] : [replaced(fifteen)]
  const kept = replaced(fifteen.slice(0, 6)) + fifteen[6]! + replaced(fifteen.slice(7))
  return fifteen[6] === 'B' ? [kept, replaced(fifteen)] : [kept]
}

/** Months run to 12; 20 to 42 and 50 to 99 stand for births of which the month is not known. */
const isPlausible = (fifteen: string): boolean =>
  /^[1-8]\d\d(?:0[1-9]|1[0-2]|[2356789]\d|4[0-2])(?:\d\d|2[AB])\d{8}$/.test(fifteen)
