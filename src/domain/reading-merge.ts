import type { Box, Line, Word } from './page.ts'
import { around, sharedHeight } from './reading-boxes.ts'
import { looksLikeWord } from './reading-doubt.ts'

/** Words that share more than this of the smaller one's area stand in one place. */
const apart = 0.2
/** What is found where nothing had been may be a rule's end, or a seal. */
const surelyNew = 75
/** A speck is soon read as a figure. */
const sureOfOne = 85
/** A word belongs to a line with which it shares so much of the lower one's height. */
const onLine = 0.6
/** Lines of two readings that share so much of the lower one's height are one line, read twice. */
const onSameLine = 0.5
/** What is read with less confidence may be anything. */
const guessed = 30

/**
 * Lines of a first reading with what a second one found where the first had found nothing: words read surely that look like
 * words. All words of the first stay as they are; none comes in twice.
 */
export function withFound(lines: readonly Line[], found: readonly Line[]): Line[] {
  const merged = [...lines]
  const taken = lines.flatMap(({ words }) => words)
  for (const line of found) {
    const own: Word[] = []
    for (const word of line.words) {
      if (!isWorth(word) || !isFree(word, taken)) continue
      taken.push(word)
      if (!putIntoLine(merged, word)) own.push(word)
    }
    if (own.length > 0) merged.push({ ...line, words: own, box: around(own.map(({ box }) => box)) })
  }
  return merged
}

/** How much a reading can be trusted: letters of words that were read with some confidence. */
export const evidence = (words: readonly Word[]): number =>
  words.reduce((sum, { confidence, text }) => sum + Math.max(0, confidence - guessed) * text.length, 0)

/**
 * Lines of a first reading in which a line of a second one stands instead of all words of the first in its place, where it
 * can be trusted more than these together.
 */
export const withBetter = (lines: readonly Line[], found: readonly Line[]): Line[] =>
  found.reduce(withBetterLine, [...lines])

function withBetterLine(lines: Line[], better: Line): Line[] {
  const goes = new Set(lines.flatMap((line) => line.words.filter((word) => isInPlaceOf(better, line, word))))
  if (goes.size === 0 || evidence(better.words) <= evidence([...goes])) return lines
  const kept = lines.map((line) => (line.words.some((word) => goes.has(word)) ? without(line, goes) : line))
  return [...kept.filter(({ words }) => words.length > 0), better]
}

/** A word that a better line's words cover, or that stands on its line amid them. */
function isInPlaceOf(better: Line, line: Line, word: Word): boolean {
  const { box } = better
  const height = box.y1 - box.y0
  const middle = (word.box.x0 + word.box.x1) / 2
  const isAmid = middle > box.x0 - height && middle < box.x1 + height
  return (isAmid && sharedHeight(line.box, box) >= onSameLine) || !isFree(word, better.words)
}

function without(line: Line, goes: ReadonlySet<Word>): Line {
  const words = line.words.filter((word) => !goes.has(word))
  return { ...line, words, box: words[0] ? around(words.map(({ box }) => box)) : line.box }
}

const isFree = ({ box }: Word, words: readonly Word[]): boolean =>
  !words.some((other) => overlap(other.box, box))

const isWorth = ({ text, confidence }: Word): boolean =>
  confidence >= (text.length === 1 ? sureOfOne : surelyNew) && looksLikeWord(text)

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
