import { expect, test } from 'vitest'
import { withEvenPaper } from '../../../src/adapters/images/paper.ts'
import { block, paper } from './canvas.ts'

test('turns grey paper white and keeps the contrast of ink', () => {
  const view = paper(160)
  block(view, 300, 300, 40, 6, 40)
  const even = withEvenPaper(view)
  expect(even.pixels[0]).toBe(255)
  expect(even.pixels[302 * view.width + 310]).toBeLessThan(80)
})

test('does not wash out a dark photograph', () => {
  const view = paper(240)
  block(view, 200, 200, 200, 200, 60)
  expect(withEvenPaper(view).pixels[300 * view.width + 300]).toBeLessThan(90)
})

test('follows paper into the dark, little by little', () => {
  const view = paper(230)
  for (let x = 0; x < 400; x++) block(view, x, 0, 1, view.height, 80 + Math.round((x * 150) / 400))
  const even = withEvenPaper(view)
  for (const x of [5, 100, 300, 700]) expect(even.pixels[600 * view.width + x]).toBeGreaterThan(215)
})

test('copes with a black page', () => {
  expect(withEvenPaper(paper(0)).pixels[5000]).toBe(0)
})
