import type { Box, Line, Word } from './page.ts'
import { around, sharedHeight } from './reading-boxes.ts'
import { looksLikeWord, sure } from './reading-doubt.ts'

/** Words that share more than this of the smaller one's area stand in one place. */
const apart = 0.2
/** A doubtful word goes where so much of its width is covered. */
const covered = 0.6
/** What is found where nothing had been may be a rule's end, or a seal. */
const surelyNew = 75
/** A speck is soon read as a figure. */
const sureOfOne = 85
/** A word belongs to a line with which it shares so much of the lower one's height. */
const onLine = 0.6

/**
 * Lines of a first reading with what a second one found where the first had found nothing: words read surely that look like
 * words. All words of the first stay as they are; none comes in twice.
 */
export function withFound(lines: readonly Line[], found: readonly Line[], least = surelyNew): Line[] {
  const merged = [...lines]
  const taken = lines.flatMap(({ words }) => words)
  for (const line of found) {
    const own: Word[] = []
    for (const word of line.words) {
      if (!isWorth(word, least) || !isFree(word, taken)) continue
      taken.push(word)
      if (!putIntoLine(merged, word)) own.push(word)
    }
    if (own.length > 0) merged.push({ ...line, words: own, box: around(own.map(({ box }) => box)) })
  }
  return merged
}

/**
 * Lines of a first reading in which what a second one read surely stands instead of doubtful words. A doubtful word goes only
 * where sure ones cover it, and these only come where all that they cover goes; sure words of the first stay.
 */
export function withBetter(lines: readonly Line[], found: readonly Line[]): Line[] {
  const words = lines.flatMap((line) => line.words)
  const stay = words.filter(({ confidence }) => confidence >= sure)
  const doubtful = words.filter(({ confidence }) => confidence < sure)
  let better = found
    .flatMap((line) => line.words)
    .filter((word) => isWorth(word, sure) && isFree(word, stay))
    .reduce<Word[]>((apart, word) => (isFree(word, apart) ? [...apart, word] : apart), [])
  let rest = doubtful
  for (let before = -1; before !== better.length; ) {
    before = better.length
    rest = doubtful.filter(({ box }) => coveredBy(better, box) < covered)
    better = better.filter((word) => isFree(word, rest))
  }
  const isKept = new Set([...stay, ...rest])
  const kept = lines
    .map((line) => ({ ...line, words: line.words.filter((word) => isKept.has(word)) }))
    .filter((line) => line.words.length > 0)
  const isBetter = new Set(better)
  return withFound(
    kept,
    found.map((line) => ({ ...line, words: line.words.filter((word) => isBetter.has(word)) })),
    sure,
  )
}

/** Share of a box's width that words beside it in height cover; a place that two cover counts twice. */
function coveredBy(words: readonly Word[], box: Box): number {
  const widths = words
    .filter((word) => overlap(word.box, box))
    .map((word) => Math.min(word.box.x1, box.x1) - Math.max(word.box.x0, box.x0))
  return widths.reduce((sum, width) => sum + width, 0) / (box.x1 - box.x0)
}

const isFree = ({ box }: Word, words: readonly Word[]): boolean =>
  !words.some((other) => overlap(other.box, box))

const isWorth = ({ text, confidence }: Word, least: number): boolean =>
  confidence >= (text.length === 1 ? sureOfOne : least) && looksLikeWord(text)

function overlap(a: Box, b: Box): boolean {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0)
  return width > 0 && height > 0 && width * height > apart * Math.min(areaOf(a), areaOf(b))
}

const areaOf = ({ x0, y0, x1, y1 }: Box): number => (x1 - x0) * (y1 - y0)

/** A word that stands between two of a line's words is one of them; false where there is no such line. */
function putIntoLine(lines: Line[], word: Word): boolean {
  const place = lines.findIndex(
    ({ box }) => sharedHeight(box, word.box) >= onLine && box.x0 < word.box.x0 && box.x1 > word.box.x1,
  )
  const line = lines[place]
  if (!line) return false
  const words = [...line.words, word].toSorted((a, b) => a.box.x0 - b.box.x0)
  lines[place] = { ...line, words, box: around([line.box, word.box]) }
  return true
}
