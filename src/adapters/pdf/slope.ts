import type { Line } from '../../domain/page.ts'

const enoughWords = 4
const enoughLength = 8

/**
 * Fall of a line of text, pixels down per pixel to the right, fitted through the middles of its words (least squares);
 * undefined for a line too short to tell.
 */
export function slopeOf({ words, box }: Line): number | undefined {
  const heights = words.map((word) => word.box.y1 - word.box.y0)
  if (words.length < enoughWords || box.x1 - box.x0 < enoughLength * Math.max(...heights)) return undefined
  const middles = words.map(({ box: { x0, y0, x1, y1 } }) => ({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 }))
  const meanX = middles.reduce((sum, { x }) => sum + x, 0) / middles.length
  const meanY = middles.reduce((sum, { y }) => sum + y, 0) / middles.length
  const along = middles.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0)
  return middles.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / along
}

/** The usual fall of a page's lines: their median, 0 for a page without long lines. */
export function slopeOfPage(lines: readonly Line[]): number {
  const slopes = lines.map(slopeOf).filter((slope) => slope !== undefined)
  return slopes.toSorted((one, other) => one - other)[slopes.length >> 1] ?? 0
}
