import { expect, test } from 'vitest'
import { lineDirection } from '../../../src/adapters/images/text-lines.ts'
import { block, paper, printed } from './canvas.ts'

test.each([-14, -7.5, -4, -1.3, -0.4, 0, 0.6, 2, 3.7, 9.3, 14.4])(
  'finds lines that fall by %f degrees',
  (skew) => {
    const found = lineDirection(printed(skew))
    expect(Math.abs(found.skew - skew)).toBeLessThan(0.1)
    expect(found.turn).toBe(0)
  },
)

test.each([0, 1.5])('finds lines along the page, askew by %f degrees', (skew) => {
  const found = lineDirection(printed(skew, { along: true }))
  expect(found.turn).toBe(90)
  expect(Math.abs(found.skew - skew)).toBeLessThan(0.15)
})

test('takes a page without text as upright and straight', () => {
  expect(lineDirection(paper())).toEqual({ skew: 0, turn: 0, turnIsSure: false })
})

test('is not led astray by a frame that was drawn askew', () => {
  const view = printed(0)
  for (let x = 60; x < 780; x++) block(view, x, 90 + Math.round(x * 0.05), 1, 2)
  expect(Math.abs(lineDirection(view).skew)).toBeLessThan(0.15)
})
