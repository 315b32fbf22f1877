import { type Box, Turn } from '../../domain/page.ts'
import type { PlacedWord, Point, Size } from './own-words.ts'

/** Degrees; a word that runs by more beside the lines is askew. */
const straight = Math.tan((10 * Math.PI) / 180)
/** Words share a line when their baselines lie nearer to each other than this share of their font's height. */
const sameLine = 0.3

type Turned = { readonly word: PlacedWord; readonly box: Box; readonly first: Point; readonly last: Point }
type OwnLine = { readonly words: readonly { word: PlacedWord; box: Box }[]; readonly baseline: number }

/** The turn that makes most of the letters stand upright. Words of one letter do not say where they run. */
export function turnOfWords(words: readonly PlacedWord[]): Turn {
  const votes = new Map<Turn, number>()
  for (const { first, last, letters } of words) {
    const [dx, dy] = [last[0] - first[0], last[1] - first[1]]
    if (letters < 2 || (dx === 0 && dy === 0)) continue
    const turn = Math.abs(dx) >= Math.abs(dy) ? (dx > 0 ? 0 : 180) : dy > 0 ? 270 : 90
    votes.set(turn, (votes.get(turn) ?? 0) + letters)
  }
  return [...votes].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

/** Words in lines, in the order of the file, and how many letters run askew, all as they are on the turned image. */
export function linesOf(
  words: readonly PlacedWord[],
  turn: Turn,
  size: Size,
): { lines: OwnLine[]; askew: number } {
  const turned = words.map((word) => turnedWord(word, turn, size))
  const lines: Turned[][] = []
  for (const next of turned) {
    const before = lines.at(-1)?.at(-1)
    if (before && isBeside(before, next)) lines.at(-1)!.push(next)
    else lines.push([next])
  }
  return {
    lines: lines.map((line) => ({
      words: line.map(({ word, box }) => ({ word, box })),
      baseline: tenths(
        line.reduce((sum, { first, last }) => sum + (first[1] + last[1]) / 2, 0) / line.length,
      ),
    })),
    askew: turned.filter(isAskew).reduce((sum, { word }) => sum + word.letters, 0),
  }
}

function isBeside(before: Turned, next: Turned): boolean {
  const em = Math.max(before.word.em, next.word.em)
  return Math.abs(next.first[1] - before.last[1]) < sameLine * em && next.box.x0 > before.box.x0
}

function isAskew({ word: { letters }, first, last }: Turned): boolean {
  const [dx, dy] = [last[0] - first[0], last[1] - first[1]]
  return letters > 1 && (dx < 0 || Math.abs(dy) > straight * Math.max(dx, 1))
}

function turnedWord(word: PlacedWord, turn: Turn, { width, height }: Size): Turned {
  const at = ([x, y]: Point): Point => {
    if (turn === 90) return [height - y, x]
    if (turn === 180) return [width - x, height - y]
    return turn === 270 ? [y, width - x] : [x, y]
  }
  const { box, first, last } = word
  const [one, other] = [at([box.x0, box.y0]), at([box.x1, box.y1])]
  const upright = {
    ...{ x0: tenths(Math.min(one[0], other[0])), y0: tenths(Math.min(one[1], other[1])) },
    ...{ x1: tenths(Math.max(one[0], other[0])), y1: tenths(Math.max(one[1], other[1])) },
  }
  return { word, box: upright, first: at(first), last: at(last) }
}

const tenths = (value: number): number => Math.round(value * 10) / 10
