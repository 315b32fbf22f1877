import { faultOf, type OwnText, type OwnTextWish } from './own-text.ts'
import type { OwnTextFigures } from './own-text-figures.ts'
import type { Recognition } from './page.ts'

/** Shorter words stand on every page. */
const tellingWord = 3
/** Letters of telling words from which on a comparison says something. */
const enoughLetters = 20
/** Two readings of one page share more than this of their letters; those of two pages of one kind of paper less than this. */
const same = 0.7
const other = 0.3
/** A page that was read with this mean confidence says what it says. */
const confident = 75

/** Whether a page's own words are what was read of it, so that nobody need read it again. */
export const isKept = (own: OwnText, wish: OwnTextWish): boolean =>
  wish === 'keep' && faultOf(own) === undefined

/**
 * How far what a page carries agrees with what was read of it. Words are counted and not their places, which recognitions
 * tell differently.
 */
export function comparedWith(
  own: OwnText,
  reading: Pick<Recognition, 'lines' | 'confidence'>,
): OwnTextFigures {
  const theirs = tellingWords(own.lines)
  const ours = tellingWords(reading.lines)
  const common = [...theirs].reduce(
    (sum, [word, count]) => sum + Math.min(count, ours.get(word) ?? 0) * word.length,
    0,
  )
  const [carried, read] = [lettersIn(theirs), lettersIn(ours)]
  const figures = {
    words: own.lines.reduce((sum, { words }) => sum + words.length, 0),
    fault: faultOf(own) ?? 'asked-to-recognise',
  } as const
  if (carried < enoughLetters || read < enoughLetters) return { ...figures, fate: 'not-compared' }
  const agreement = common / carried
  const fate =
    agreement >= same
      ? 'agrees'
      : agreement < other && reading.confidence >= confident
        ? 'contradicted'
        : 'differs'
  return { ...figures, fate, agreement: rounded(agreement), extent: rounded(common / read) }
}

type Written = readonly { readonly words: readonly { readonly text: string }[] }[]

/** How often each word stands there, in lower case and without accents. */
function tellingWords(lines: Written): ReadonlyMap<string, number> {
  const counted = new Map<string, number>()
  const text = lines.map(({ words }) => words.map((word) => word.text).join(' ')).join(' ')
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()
  for (const word of plain.split(/[^\p{L}\p{N}]+/u))
    if (word.length >= tellingWord) counted.set(word, (counted.get(word) ?? 0) + 1)
  return counted
}

const lettersIn = (counted: ReadonlyMap<string, number>): number =>
  [...counted].reduce((sum, [word, count]) => sum + word.length * count, 0)

const rounded = (share: number): number => Math.round(share * 1e3) / 1e3
