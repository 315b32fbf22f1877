import type { Box, Line, Region, Word } from '../../domain/page.ts'
import type { PreparedPage } from './prepared-page.ts'

type Place = (x: number, y: number) => readonly [x: number, y: number]

export const wordOf = (text: string, confidence: number, box: Box): Word => ({
  text: text.normalize('NFC').trim(),
  confidence: Math.min(100, Math.max(0, confidence)),
  box,
})

/** Mean confidence of the words, 0 to 100; 0 when there is none. */
export function meanConfidence(lines: readonly Line[]): number {
  const words = lines.flatMap((line) => line.words)
  const sum = words.reduce((total, word) => total + word.confidence, 0)
  return words.length === 0 ? 0 : Math.round((sum / words.length) * 100) / 100
}

/** Places brought back to the page before it was straightened and shrunk. */
export function placedOn(
  prepared: PreparedPage,
  { lines, regions }: { lines: readonly Line[]; regions: readonly Region[] },
): { lines: Line[]; regions: Region[] } {
  const place = placeOn(prepared)
  return {
    lines: lines.map((line) => placed(line, place)),
    regions: regions.map((region) => ({ ...region, box: boxOf(region.box, place) })),
  }
}

function placed({ words, box, baseline }: Line, place: Place): Line {
  const [, y] = place((box.x0 + box.x1) / 2, baseline)
  const places = words.map((word) => ({ ...word, box: boxOf(word.box, place) }))
  return { words: places, box: boxOf(box, place), baseline: tenths(y) }
}

/** Straightening turned the box a little: the middles of its sides, turned back, are the upright box of the same size. */
function boxOf({ x0, y0, x1, y1 }: Box, place: Place): Box {
  const [left] = place(x0, (y0 + y1) / 2)
  const [right] = place(x1, (y0 + y1) / 2)
  const [, top] = place((x0 + x1) / 2, y0)
  const [, bottom] = place((x0 + x1) / 2, y1)
  return { x0: tenths(left), y0: tenths(top), x1: tenths(right), y1: tenths(bottom) }
}

function placeOn({ width, height, skew, page, shrunkTo }: PreparedPage): Place {
  const angle = (skew * Math.PI) / 180
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const grow = page.width / shrunkTo
  return (x, y) => {
    const [dx, dy] = [x - width / 2, y - height / 2]
    return [page.width / 2 + (dx * cos - dy * sin) * grow, page.height / 2 + (dx * sin + dy * cos) * grow]
  }
}

const tenths = (value: number): number => Math.round(value * 10) / 10
