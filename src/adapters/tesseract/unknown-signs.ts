import type { Line, Word } from '../../domain/page.ts'
import { type GlyphRun, glyphRuns } from './glyph-runs.ts'
import type { Greymap } from './greymap.ts'

/** Pixels of less are ink, and such as are lighter than that are none, not even that of a broken stroke. */
const [dark, clear] = [140, 200]

/**
 * Tesseract's French model knows neither µ nor ²: it must take them for other signs, and a µg/L then reads like another
 * unit. In words that are such units the sign is told by its shape on the page alone, and left as it was read where the
 * shape is not plainly the one or where letters touch.
 */
export function withSignsSeen(page: Greymap, lines: readonly Line[]): { lines: Line[]; seen: number } {
  let seen = 0
  const told = (word: Word): Word => {
    const text = textSeen(page, word)
    if (text === word.text) return word
    seen++
    return { ...word, text }
  }
  return { lines: lines.map((line) => ({ ...line, words: line.words.map(told) })), seen }
}

const micro = /^(\(?)[Hpuy]((?:g|mol|Sv)(?:\/[\p{L}\d]{1,3})?\)?[,.;]?)$/u
const squared = /^(\(?m\/s)\?(\)?[,.;]?)$/u

function textSeen(page: Greymap, word: Word): string {
  const [, opening, unit] = micro.exec(word.text) ?? []
  if (unit !== undefined) {
    const run = glyphRuns(page, word.box)[opening!.length]
    return run && isMicro(page, run) ? `${opening}µ${unit}` : word.text
  }
  const [, speed, closing] = squared.exec(word.text) ?? []
  if (speed === undefined) return word.text
  const runs = glyphRuns(page, word.box)
  const isAsRead = runs.length === word.text.length
  return isAsRead && isRaised(runs[speed.length]!, runs[speed.length - 1]!)
    ? `${speed}²${closing}`
    : word.text
}

/** Ends high over the foot of the letter before it, where a question mark stands on the line. */
const isRaised = (sign: GlyphRun, before: GlyphRun): boolean =>
  before.y1 - sign.y1 >= 0.3 * (before.y1 - before.y0) && sign.y0 < before.y0

/**
 * Two stems of one height, open between them above and closed below, the left one going on under the line. A p is closed
 * above and round at its right, a u and an H have no leg.
 */
function isMicro({ width, pixels }: Greymap, { x0, x1, y0, y1 }: GlyphRun): boolean {
  const [across, down] = [x1 - x0, y1 - y0]
  if (down < 8 || across < 5 || across > down) return false
  const inkIn = (x: number, limit = dark): number[] =>
    Array.from({ length: down }, (_, row) => row).filter((row) => pixels[(y0 + row) * width + x]! < limit)
  const side = Math.max(1, Math.round(across * 0.25))
  const rowsOf = (from: number): number[] => Array.from({ length: side }, (_, at) => inkIn(from + at)).flat()
  const [left, right] = [rowsOf(x0), rowsOf(x1 - side)]
  const areLevel = Math.abs(Math.min(...left) - Math.min(...right)) <= Math.max(1, down * 0.1)
  const hasLeg = Math.max(...left) - Math.max(...right) >= down * 0.15
  const middle = Array.from(
    { length: Math.max(1, Math.round(across * 0.2)) },
    (_, at) => x0 + Math.floor(across * 0.4) + at,
  )
  const isOpen = middle.every((x) => !inkIn(x, clear).some((row) => row < down * 0.4))
  const isClosed = middle.every((x) => inkIn(x).some((row) => row < down * 0.9))
  return areLevel && hasLeg && isOpen && isClosed
}
