import { expect, test } from 'vitest'
import { straightened } from '../../../src/adapters/images/straightened.ts'
import { lineDirection } from '../../../src/adapters/images/text-lines.ts'
import { disc, paper, printed } from './canvas.ts'

test.each([-4, 0.6])('lays lines level that fell by %f degrees', (skew) => {
  const straight = straightened(printed(skew), skew)
  expect(Math.abs(lineDirection(straight).skew)).toBeLessThan(0.1)
})

test('leaves a straight page as it is', () => {
  const view = printed(0)
  expect(straightened(view, 0)).toBe(view)
})

test('turns about the centre, on a sheet that holds every corner, white where there was no page', () => {
  const view = paper(200)
  disc(view, view.width / 2, view.height / 2, 12)
  const { pixels, width, height } = straightened(view, 5)
  const at = (x: number, y: number) => pixels[Math.round(y) * width + Math.round(x)]
  expect(at(width / 2, height / 2)).toBe(0)
  expect(at(0, 0)).toBe(255)
  expect(at(width / 2, height / 4)).toBe(200)
  const angle = (5 * Math.PI) / 180
  expect(width).toBe(Math.ceil(view.width * Math.cos(angle) + view.height * Math.sin(angle)))
})
