import { expect, test } from 'vitest'
import { inkOf } from '../../../src/adapters/pdf/ink.ts'
import { backgroundOf, inkColours, lossOf } from '../../../src/adapters/pdf/layers.ts'

const [width, height] = [192, 144]

/** Paper whose level falls from left to right, with strokes of two pixels drawn by `level`. */
function page(strokes: readonly { x: number; level: number; thick?: number }[]): Uint8Array {
  const grey = Uint8Array.from(
    { length: width * height },
    (_, at) => 235 - Math.round(((at % width) / width) * 30),
  )
  for (const { x, level, thick = 3 } of strokes)
    for (let y = 20; y < 120; y++) grey.fill(level, y * width + x, y * width + x + thick)
  return grey
}

const parted = (grey: Uint8Array) => {
  const raster = { pixels: grey, width, height, channels: 1 } as const
  const ink = inkOf(grey, width, height)
  const back = backgroundOf(raster, grey, ink, 3)
  const front = inkColours(raster, grey, ink, 6)
  return { ink, back, front, loss: lossOf(raster, grey, ink, { back, front }) }
}

test('strokes are ink, dark or faint, on uneven paper', () => {
  const { ink } = parted(
    page([
      { x: 40, level: 30 },
      { x: 150, level: 165 },
    ]),
  )
  expect(ink.places.length).toBe(2 * 3 * 100)
  expect([...new Set(Array.from(ink.places, (at) => at % width))]).toEqual([40, 41, 42, 150, 151, 152])
})

test('a lone speck is no ink, and bare paper has none', () => {
  const grey = page([])
  grey[50 * width + 70] = 10
  expect(inkOf(grey, width, height).places.length).toBe(0)
})

test('the background does not show what lies on it, nor ink the paper around it', () => {
  const { back, front } = parted(page([{ x: 60, level: 30 }]))
  expect(Math.min(...back.colours.pixels)).toBeGreaterThan(195)
  const at = Math.floor(70 / 6) * front.colours.width + 10
  expect(front.colours.pixels[at]).toBe(30)
})

test('strokes on paper lose nothing', () => {
  const { loss } = parted(
    page([
      { x: 40, level: 30 },
      { x: 90, level: 150 },
    ]),
  )
  expect(loss).toMatchObject({ blurred: 0, frayed: 0, flattened: 0 })
  expect(loss.inked).toBeGreaterThan(8)
})

test('light strokes on a dark ground are seen to be lost', () => {
  const grey = new Uint8Array(width * height).fill(60)
  for (let x = 10; x < 120; x += 24)
    for (let y = 20; y < 120; y++) grey.fill(240, y * width + x, y * width + x + 2)
  expect(parted(grey).loss.blurred).toBeGreaterThan(8)
})
