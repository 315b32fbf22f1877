import { describe, expect, test } from 'vitest'
import type { Greymap } from '../../../src/adapters/tesseract/greymap.ts'
import { unreadInk } from '../../../src/adapters/tesseract/unread-ink.ts'
import type { Box, Line } from '../../../src/domain/page.ts'

const [width, height] = [800, 600]
type Ink = (x: number, y: number) => boolean
/** Upright and lying strokes in turn, as letters have. */
const strokes: Ink = (x, y) => x % 8 < 3 || y % 9 < 2

function paper(...inks: { ink: Ink; at: Box }[]): Greymap {
  const pixels = new Uint8Array(width * height).fill(255)
  for (const { ink, at } of inks)
    for (let y = at.y0; y < at.y1; y++)
      for (let x = at.x0; x < at.x1; x++) if (ink(x, y)) pixels[y * width + x] = 0
  return { width, height, pixels }
}
const text = (x0: number, y0: number, wide = 300, high = 20) => ({
  ink: strokes,
  at: { x0, y0, x1: x0 + wide, y1: y0 + high },
})
const readAs = (...boxes: Box[]): Line[] =>
  boxes.map((box) => ({ words: [{ text: 'Apte', confidence: 90, box }], box, baseline: box.y1 }))
const isWithin = (one: Box, other: Box): boolean =>
  one.x0 >= other.x0 && one.y0 >= other.y0 && one.x1 <= other.x1 && one.y1 <= other.y1

describe('ink left unread', () => {
  test('is that of letters under none of the words', () => {
    const [first, second] = [text(50, 50), text(50, 300)]
    const areas = unreadInk(paper(first, second), 200, readAs(first.at))
    expect(areas).toHaveLength(1)
    expect(isWithin(second.at, areas[0]!)).toBe(true)
  })

  test('is none where words stand on all of it', () => {
    const [first, second] = [text(50, 50), text(50, 300)]
    expect(unreadInk(paper(first, second), 200, readAs(first.at, second.at))).toEqual([])
  })

  test('of a column of figures, row below row, is one area', () => {
    const rows = [0, 1, 2, 3, 4].map((row) => text(500, 100 + row * 60, 60))
    const areas = unreadInk(paper(...rows), 200, [])
    expect(areas).toHaveLength(1)
    for (const { at } of rows) expect(isWithin(at, areas[0]!)).toBe(true)
  })

  test('of two places far apart is two areas, the larger first', () => {
    const areas = unreadInk(paper(text(20, 20, 200), text(20, 400, 700)), 200, [])
    expect(areas.map(({ y0 }) => y0 > 300)).toEqual([true, false])
  })

  test.each([
    ['a rule across the page', { ink: () => true, at: { x0: 0, y0: 100, x1: width, y1: 103 } }],
    ['an upright rule', { ink: () => true, at: { x0: 100, y0: 0, x1: 103, y1: height } }],
    ['a punch hole', { ink: () => true, at: { x0: 100, y0: 100, x1: 150, y1: 150 } }],
    ['one short word', text(100, 100, 30)],
    [
      'dust',
      {
        ink: (x: number, y: number) => x % 40 < 2 && y % 40 < 2,
        at: { x0: 0, y0: 0, x1: width, y1: height },
      },
    ],
  ])('is not %s', (_, what) => expect(unreadInk(paper(what), 200, [])).toEqual([]))

  test('of an area lies on the page, though it touches its edges', () => {
    const [area] = unreadInk(paper(text(0, 0, width, 30)), 200, [])
    expect(isWithin(area!, { x0: 0, y0: 0, x1: width, y1: height })).toBe(true)
  })
})
