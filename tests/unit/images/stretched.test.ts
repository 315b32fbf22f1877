import { expect, test } from 'vitest'
import { stretch } from '../../../src/adapters/images/stretched.ts'
import { block, paper } from './canvas.ts'

test('faint ink becomes black, the grain of the paper white', () => {
  const view = paper(238)
  block(view, 100, 100, 300, 40, 120)
  stretch(view)
  expect(view.pixels[110 * view.width + 200]).toBe(0)
  expect(view.pixels[0]).toBe(255)
})

test('what shines through from the other side is not made ink', () => {
  const view = paper(255)
  block(view, 100, 100, 300, 40, 205)
  stretch(view)
  expect(view.pixels[110 * view.width + 200]).toBeGreaterThan(170)
})
