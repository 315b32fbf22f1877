import type { Box, Line, Recognition, Turn, Word } from '../page.ts'
import { legible } from './characters.ts'

/** A page whose text is written out. */
export type TextPage = {
  readonly recognition: Pick<Recognition, 'turn' | 'width' | 'height' | 'lines' | 'regions' | 'recipe'>
  /** Of the scan, where it is known. */
  readonly dpi?: number
}

/** Whole pixels inside the page, `x0 ≤ x1` and `y0 ≤ y1`. */
export type PixelBox = Box
/** What a place was called where it was written first, and the correction, from 1, by which a person said what stands there. */
export type Standing = { readonly id?: string; readonly said?: number }
export type Place = PixelBox & Standing
export type PlacedWord = { readonly text: string; readonly box: PixelBox } & Pick<
  Word,
  'confidence' | 'doubtful'
>
export type PlacedLine = {
  readonly words: readonly PlacedWord[]
  readonly box: PixelBox
  /** Where letters stand at the left and at the right end of the box: pixels from the top of the page. */
  readonly baseline: { readonly left: number; readonly right: number }
} & Standing
/** Lines that stand under one another. */
export type Block = { readonly lines: readonly PlacedLine[]; readonly box: PixelBox; readonly id?: string }

export type Layout = {
  /** Degrees clockwise by which the scan was turned: places are those of the turned page. */
  readonly turn: Turn
  readonly width: number
  readonly height: number
  readonly dpi: number | undefined
  readonly blocks: readonly Block[]
  /** What stands there and could not be read. */
  readonly unread: readonly Place[]
  /** Where nothing is to be read, as a person said. */
  readonly nothing: readonly Place[]
}

/**
 * What the formats write of a page, in the order in which it was read. Characters that XML forbids are left out, words of
 * which nothing remains with them, lines without words too. Boxes are cut at the page's edges; that of a line is around its
 * words: on a page that is askew they leave the box that recognition gives.
 */
export function layOut({ recognition, dpi }: TextPage): Layout {
  const { turn, width, height, lines, regions = [], recipe } = recognition
  const slope = Math.tan(((recipe?.['skew'] ?? 0) * Math.PI) / 180)
  const place = (box: Box) => inside(box, width, height)
  const placed = lines.flatMap((line): readonly PlacedLine[] => {
    const words = line.words.flatMap((word): readonly PlacedWord[] => {
      const text = legible(word.text)
      return text === '' ? [] : [{ ...word, text, box: place(word.box) }]
    })
    if (words.length === 0) return []
    const box = around(words.map((word) => word.box))
    return [{ words, box, baseline: standing(line, box, slope) }]
  })
  return {
    ...{ turn, width, height, dpi: dpi === undefined ? undefined : Math.round(dpi) },
    blocks: blocksOf(placed),
    unread: regions.map((region) => place(region.box)),
    nothing: [],
  }
}

const between = (low: number, value: number, high: number): number => Math.min(high, Math.max(low, value))

function inside({ x0, y0, x1, y1 }: Box, width: number, height: number): PixelBox {
  return {
    x0: between(0, Math.floor(Math.min(x0, x1)), width),
    y0: between(0, Math.floor(Math.min(y0, y1)), height),
    x1: between(0, Math.ceil(Math.max(x0, x1)), width),
    y1: between(0, Math.ceil(Math.max(y0, y1)), height),
  }
}

/** `Line.baseline` is that of the line's middle; what the page was askew by says how it falls to either side. */
function standing(line: Line, { x0, x1 }: PixelBox, slope: number): PlacedLine['baseline'] {
  const middle = (line.box.x0 + line.box.x1) / 2
  const at = (x: number) => Math.round(line.baseline + slope * (x - middle))
  return { left: at(x0), right: at(x1) }
}

/** A line begins a new block when it isn't under the one before it, or stands off by more than a line's height. */
function blocksOf(lines: readonly PlacedLine[]): readonly Block[] {
  const groups: PlacedLine[][] = []
  for (const line of lines) {
    const group = groups.at(-1)
    if (group && isUnder(line, group.at(-1)!)) group.push(line)
    else groups.push([line])
  }
  return groups.map((group) => ({ lines: group, box: around(group.map(({ box }) => box)) }))
}

/** From baseline to baseline, where both lines are: boxes of slanted lines reach into one another. */
function isUnder(line: PlacedLine, above: PlacedLine): boolean {
  const [from, to] = [Math.max(line.box.x0, above.box.x0), Math.min(line.box.x1, above.box.x1)]
  if (from >= to) return false
  const down = heightAt(line, (from + to) / 2) - heightAt(above, (from + to) / 2)
  return down > 0 && down <= 2 * Math.min(tallness(line), tallness(above))
}

const heightAt = ({ box: { x0, x1 }, baseline: { left, right } }: PlacedLine, x: number): number =>
  left + ((right - left) * (x - x0)) / (x1 - x0)

/** Height of its taller words: points and dashes say nothing, a rule that was taken for a letter not much. */
function tallness({ words }: PlacedLine): number {
  const heights = words.map(({ box }) => box.y1 - box.y0).toSorted((one, other) => one - other)
  return heights[Math.floor((heights.length * 3) / 4)]!
}

export function around(boxes: readonly PixelBox[]): PixelBox {
  return {
    x0: Math.min(...boxes.map(({ x0 }) => x0)),
    y0: Math.min(...boxes.map(({ y0 }) => y0)),
    x1: Math.max(...boxes.map(({ x1 }) => x1)),
    y1: Math.max(...boxes.map(({ y1 }) => y1)),
  }
}
