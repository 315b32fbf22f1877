import { distance } from 'fastest-levenshtein'

/** How far a reading is from what stands on the page. */
export type Score = {
  /** Letters that must be put in, taken out or changed (Levenshtein), and letters of the truth. */
  readonly errors: number
  readonly letters: number
  /** The same of whole words. */
  readonly wordErrors: number
  readonly words: number
}

/**
 * A text as it is compared: NFC; apostrophes, quotation marks and dashes in their plain form, whatever the typographer
 * chose; every run of white space one space. Upper and lower case, accents and punctuation count.
 */
export const normalised = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[‘’‚‛ʼ´`]/gu, "'")
    .replace(/[“”„«»]/gu, '"')
    .replace(/[‐‑‒–—―−]/gu, '-')
    .replace(/…/gu, '...')
    .replace(/[\s\u00a0\u202f\f]+/gu, ' ')
    .trim()

/** `asides` (stamps, pens) may have been read or not: where leaving one out makes the reading better, it is left out. */
export function scoreOf(truth: string, read: string, asides: readonly string[] = []): Score {
  const expected = normalised(truth)
  const found = withoutAsides(expected, normalised(read), asides.map(normalised))
  const [expectedWords, foundWords] = asLetters(expected, found)
  return {
    errors: distance(expected, found),
    letters: expected.length,
    wordErrors: distance(expectedWords, foundWords),
    words: expectedWords.length,
  }
}

/** Of all pages together, each letter counting alike. */
export function summed(scores: readonly Score[]): Score & { cer: number; wer: number } {
  const sum = (key: keyof Score) => scores.reduce((total, score) => total + score[key], 0)
  const [errors, letters, wordErrors, words] = [
    sum('errors'),
    sum('letters'),
    sum('wordErrors'),
    sum('words'),
  ]
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
  return { errors, letters, wordErrors, words, cer: share(errors, letters), wer: share(wordErrors, words) }
}

/** One letter for each different word, so that words are compared as letters are. */
function asLetters(...texts: [string, string]): [string, string] {
  const known = new Map<string, string>()
  const letterOf = (word: string): string => {
    const letter = known.get(word) ?? String.fromCharCode(known.size + 1)
    known.set(word, letter)
    return letter
  }
  return texts.map((text) => text.split(' ').filter(Boolean).map(letterOf).join('')) as [string, string]
}

/** An aside counts as read where some part of the text is no further from it than this share of its letters. */
const likeness = 0.4

function withoutAsides(truth: string, read: string, asides: readonly string[]): string {
  let best = read
  for (const aside of asides) {
    // A stamp's day may be the letter's too: of all places that are like it, the one that the truth does not have goes.
    const without = placesLike(best, aside, aside.length * likeness).map(({ from, to }) =>
      normalised(`${best.slice(0, from)} ${best.slice(to)}`),
    )
    for (const text of without) if (distance(truth, text) < distance(truth, best)) best = text
  }
  return best
}

type Place = { readonly from: number; readonly to: number; readonly errors: number }

/** Parts of a text with at most so many errors against a pattern, of those that overlap the nearest. */
function placesLike(text: string, pattern: string, most: number): Place[] {
  const places: Place[] = []
  for (const place of partsOf(text, pattern)) {
    if (place.errors > most) continue
    const last = places.at(-1)
    if (!last || place.from >= last.to) places.push(place)
    else if (place.errors < last.errors) places[places.length - 1] = place
  }
  return places
}

/** For each end, the part of a text before it that is nearest to a pattern (Sellers, 1980). */
export function partsOf(text: string, pattern: string): Place[] {
  if (pattern === '') return []
  // By row: errors of the pattern's first letters against a part that ends here, and where that part begins.
  let errors = Array.from({ length: pattern.length + 1 }, (_, row) => row)
  let begins = errors.map(() => 0)
  const parts: Place[] = [{ from: 0, to: 0, errors: pattern.length }]
  for (let column = 1; column <= text.length; column++) {
    const [before, beganBefore] = [errors, begins]
    errors = [0]
    begins = [column]
    for (let row = 1; row <= pattern.length; row++) {
      const changed = before[row - 1]! + (text[column - 1] === pattern[row - 1] ? 0 : 1)
      const [put, taken] = [before[row]! + 1, errors[row - 1]! + 1]
      const least = Math.min(changed, put, taken)
      errors.push(least)
      begins.push(
        least === changed ? beganBefore[row - 1]! : least === put ? beganBefore[row]! : begins[row - 1]!,
      )
    }
    parts.push({ from: begins.at(-1)!, to: column, errors: errors.at(-1)! })
  }
  return parts
}
