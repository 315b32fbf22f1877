import { distance, fold, lettersOf } from './folding.ts'
import { type LabelKind, labelPhrases } from './label-phrases.ts'
import type { TextLine, Token } from './page-text.ts'

export type Label = {
  readonly kind: LabelKind
  /** Tokens of the line: from `from` up to `to`, its colon included. */
  readonly from: number
  readonly to: number
  readonly hasColon: boolean
}

type Phrase = { readonly kind: LabelKind; readonly letters: string; readonly mask: number }
type Match = { readonly phrase: Phrase; readonly to: number; readonly errors: number }

const known: readonly Phrase[] = Object.entries(labelPhrases).flatMap(([kind, texts]) =>
  texts.map((text) => {
    const letters = lettersOf(text)
    return { kind: kind as LabelKind, letters, mask: maskOf(letters) }
  }),
)
const exactly = new Map(known.map((phrase) => [phrase.letters, phrase]))
const ofLength = Map.groupBy(known, ({ letters }) => letters.length)
const longest = Math.max(
  ...Object.values(labelPhrases).flatMap((texts) => texts.map((text) => text.split(' ').length)),
)

/** Short ones must be right: « NOM » is one letter away from « NON ». */
const mostErrors = (letters: number): number => (letters < 5 ? 0 : letters < 9 ? 1 : letters < 14 ? 2 : 3)

/** A bit for each letter that occurs: two words far apart are told apart without comparing them. */
function maskOf(letters: string): number {
  let mask = 0
  for (let at = 0; at < letters.length; at++) mask |= 1 << (letters.charCodeAt(at) - 65)
  return mask
}

function bitsIn(mask: number): number {
  let bits = 0
  for (let left = mask; left !== 0; left &= left - 1) bits++
  return bits
}

/** Such words stand in sentences too: only a colon, or the head of a line, makes them labels. */
const needsColon = new Set<LabelKind>(['name', 'subject', 'elsewhere', 'usage-name', 'relative'])

/** The labels of a line, from left to right; the longest phrase that fits is taken. */
export function labelsOf(line: TextLine): Label[] {
  const labels: Label[] = []
  for (let from = 0; from < line.tokens.length; ) {
    const label = labelAt(line.tokens, from)
    if (label) labels.push(label)
    from = label ? label.to : from + 1
  }
  return labels
}

function labelAt(tokens: readonly Token[], from: number): Label | undefined {
  let best: Match | undefined
  let joined = ''
  for (let to = from + 1; to <= Math.min(tokens.length, from + longest + 1); to++) {
    const { text, isColon } = tokens[to - 1]!
    if (isColon || isNumber(text)) break
    joined += lettersOf(text)
    const match = matchOf(joined, to, from === 0 || (tokens[to]?.isColon ?? false) || /^NEE?.E$/.test(joined))
    // « MARTIN Prénoms : » is no misread « Nom Prénoms : ».
    if (match && match.errors > 0 && endsWithLabel(tokens, from, to)) continue
    if (match && (!best || worthOf(match) > worthOf(best))) best = match
  }
  if (!best) return undefined
  const { kind, letters } = best.phrase
  const hasColon = tokens[best.to]?.isColon ?? false
  if (!hasColon && !mayStandAlone(kind, letters, tokens, from, best.to)) return undefined
  return { kind, from, to: best.to + (hasColon ? 1 : 0), hasColon }
}

function endsWithLabel(tokens: readonly Token[], from: number, to: number): boolean {
  let letters = ''
  for (let at = to - 1; at > from; at--) {
    letters = lettersOf(tokens[at]!.text) + letters
    const kind = exactly.get(letters)?.kind
    if (kind === 'given-names' || kind === 'name') return true
  }
  return false
}

const isNumber = (text: string): boolean => /^\D?\d[\d/.,-]+/.test(text)
const worthOf = ({ phrase, errors }: Match): number => phrase.letters.length - errors * 2

/** In the middle of a sentence only the very words are a label. */
function matchOf(joined: string, to: number, isFuzzy: boolean): Match | undefined {
  const exact = exactly.get(joined)
  if (exact) return { phrase: exact, to, errors: 0 }
  if (!isFuzzy || joined.length < 4) return undefined
  const mask = maskOf(joined)
  let best: Match | undefined
  for (let length = joined.length - 3; length <= joined.length + 3; length++) {
    const most = mostErrors(length)
    if (Math.abs(length - joined.length) > most) continue
    for (const phrase of ofLength.get(length) ?? []) {
      if (bitsIn(phrase.mask & ~mask) > most * 2 || bitsIn(mask & ~phrase.mask) > most * 2) continue
      const errors = distance(joined, phrase.letters, most)
      if (errors <= most && (!best || length - errors * 2 > worthOf(best))) best = { phrase, to, errors }
    }
  }
  return best
}

/** Without its colon: at the head of a line, or beginning with a capital, and what follows begins with one or a figure. */
function mayStandAlone(
  kind: LabelKind,
  letters: string,
  tokens: readonly Token[],
  from: number,
  to: number,
): boolean {
  const first = tokens[from]!.text
  const next = tokens[to]?.text
  const isCapital = /^\p{Lu}/u.test(first)
  if (letters === 'NEE') return !isCapital && next !== undefined && /^\p{Lu}[\p{L}'’-]{2}/u.test(next)
  if (kind === 'elsewhere') return false
  if (letters === 'DR' || letters === 'PR') return isCapital
  if (!needsColon.has(kind)) return kind === 'given-names' ? isCapital : true
  if (next === undefined) return from === 0 && isCapital
  return isCapital && (from === 0 || letters.length > 6) && /^[\p{Lu}\d]/u.test(next) && !isArticle(next)
}

const isArticle = (word: string): boolean => ['DU', 'DE', 'DES', 'D', 'LA', 'LE', 'AU'].includes(fold(word))
