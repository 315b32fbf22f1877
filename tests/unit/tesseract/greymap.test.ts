import { expect, test } from 'vitest'
import { cutOut, greymapIn, portable } from '../../../src/adapters/tesseract/greymap.ts'

const pgm = (width: number, height: number, pixels: readonly number[]): Buffer =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), Buffer.from(pixels)])

test('a part cut out of a greymap is a greymap of its own', () => {
  const whole = greymapIn(pgm(4, 3, [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]))!
  expect(portable(cutOut(whole, { x0: 1, y0: 1, x1: 3, y1: 3 }))).toEqual(pgm(2, 2, [11, 12, 21, 22]))
})

test('what is no greymap, or less than it says, has no pixels', () => {
  expect(greymapIn(Buffer.from('\u0089PNG'))).toBeUndefined()
  expect(greymapIn(pgm(4, 4, [0]))).toBeUndefined()
})
