import type { Box, Line } from './page.ts'

export const heightOf = ({ box }: Line): number => box.y1 - box.y0

export const middleOf = (box: Box): number => (box.y0 + box.y1) / 2

/** Share of the lower one's height that both boxes have. */
export function sharedHeight(a: Box, b: Box): number {
  const least = Math.min(a.y1 - a.y0, b.y1 - b.y0)
  return least > 0 ? (Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0)) / least : 0
}

/** The middle one, the lower of two; 0 of none. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[(numbers.length - 1) >> 1] ?? 0
}

export const around = (boxes: readonly Box[]): Box => ({
  x0: Math.min(...boxes.map(({ x0 }) => x0)),
  y0: Math.min(...boxes.map(({ y0 }) => y0)),
  x1: Math.max(...boxes.map(({ x1 }) => x1)),
  y1: Math.max(...boxes.map(({ y1 }) => y1)),
})

/** Words of so many letters are wider than high where they stand upright. */
const longEnough = 3
const clearly = 1.5

/** A line that runs up or down the page, as notices in a margin do. */
export function isOnItsSide({ words }: Line): boolean {
  const long = words.filter(({ text }) => text.length >= longEnough)
  const sum = (of: (box: Box) => number) => long.reduce((total, { box }) => total + of(box), 0)
  return long.length > 0 && sum(({ y0, y1 }) => y1 - y0) > clearly * sum(({ x0, x1 }) => x1 - x0)
}
