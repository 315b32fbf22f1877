import type { Box, Line, Word } from './page.ts'
import { around, sharedHeight } from './reading-boxes.ts'
import { looksLikeWord, sure } from './reading-doubt.ts'

/** Words that share more than this of the smaller one's area stand in one place. */
const apart = 0.2
/** A speck is soon read as a figure. */
const sureOfOne = 85
/** A word belongs to a line with which it shares so much of the lower one's height. */
const onLine = 0.6

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
      if (!isWorth(word) || taken.some(({ box }) => overlap(box, word.box))) continue
      taken.push(word)
      if (!putIntoLine(merged, word)) own.push(word)
    }
    if (own.length > 0) merged.push({ ...line, words: own, box: around(own.map(({ box }) => box)) })
  }
  return merged
}

const isWorth = ({ text, confidence }: Word): boolean =>
  confidence >= (text.length === 1 ? sureOfOne : sure) && looksLikeWord(text)

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
