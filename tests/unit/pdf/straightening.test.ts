import { expect, test } from 'vitest'
import { slopeOf, slopeOfPage } from '../../../src/adapters/pdf/slope.ts'
import { straightening } from '../../../src/adapters/pdf/straightening.ts'
import type { Line, Recognition } from '../../../src/domain/page.ts'

function line(y: number, slope: number, words = 8): Line {
  const boxes = Array.from({ length: words }, (_, index) => {
    const x0 = 300 + index * 200
    const middle = y + (x0 + 75) * slope
    return { x0, x1: x0 + 150, y0: middle - 20, y1: middle + 20 }
  })
  const box = { x0: 300, x1: boxes.at(-1)!.x1, y0: boxes[0]!.y0, y1: boxes.at(-1)!.y1 }
  return { words: boxes.map((each) => ({ text: 'mot', confidence: 90, box: each })), box, baseline: y }
}

const page = (lines: Line[]): Recognition => ({
  turn: 0,
  width: 2480,
  height: 3508,
  confidence: 90,
  engine: 'test',
  lines,
})

test('measures how a line falls', () => {
  expect(slopeOf(line(500, 0.03))).toBeCloseTo(0.03, 6)
})

test('says nothing of a line too short to tell', () => {
  expect(slopeOf(line(500, 0.03, 3))).toBeUndefined()
})

test('takes the usual fall of the lines for that of the page', () => {
  expect(slopeOfPage([line(500, 0.02), line(700, 0.021), line(900, -0.3)])).toBeCloseTo(0.02, 6)
})

test('leaves a page alone that lies straight, or has no text', () => {
  const sheet = { width: 2480, height: 3508 }
  expect(straightening(sheet, page([line(500, 0.001)]))).toMatchObject({ slope: 0, ...sheet })
  expect(straightening(sheet)).toMatchObject({ slope: 0, ...sheet })
})

test('levels both ends of a line, and loses no corner of the page', () => {
  const straight = straightening({ width: 2480, height: 3508 }, page([line(500, 0.02), line(900, 0.02)]))
  expect(straight.place(300, 506)[1]).toBeCloseTo(straight.place(1900, 538)[1], 5)
  for (const [x, y] of [
    [0, 0],
    [2480, 0],
    [0, 3508],
    [2480, 3508],
  ] as const) {
    const [px, py] = straight.place(x, y)
    expect(Math.min(px, py, straight.width - px, straight.height - py)).toBeGreaterThan(-0.001)
  }
})
