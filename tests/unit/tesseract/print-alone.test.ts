import { expect, test } from 'vitest'
import type { Greymap } from '../../../src/adapters/tesseract/greymap.ts'
import { printAlone } from '../../../src/adapters/tesseract/print-alone.ts'

/** A page of 20 × 12 pixels, each as dark as the last of these that covers it. */
function drawn(...ink: { x0: number; y0: number; x1: number; y1: number; level: number }[]): Greymap {
  const [width, height] = [20, 12]
  const pixels = new Uint8Array(width * height).fill(255)
  for (const { x0, y0, x1, y1, level } of ink)
    for (let y = y0; y < y1; y++) pixels.fill(level, y * width + x0, y * width + x1)
  return { width, height, pixels }
}

const stroke = { x0: 4, y0: 2, x1: 6, y1: 10, level: 10 }

test('print stays as it is, with its grey edges', () => {
  const page = drawn({ ...stroke, x0: 3, x1: 7, level: 120 }, stroke)
  expect(printAlone(page)).toEqual(page)
})

test('a stamp beside print goes', () => {
  const stamp = { x0: 11, y0: 2, x1: 17, y1: 10, level: 80 }
  expect(printAlone(drawn(stroke, stamp))).toEqual(drawn(stroke))
})

test('under a stamp print stays, the stamp only close to it', () => {
  const stamp = { x0: 0, y0: 0, x1: 20, y1: 12, level: 80 }
  const near = { x0: 1, y0: 0, x1: 9, y1: 12, level: 80 }
  expect(printAlone(drawn(stamp, stroke))).toEqual(drawn(near, stroke))
})
