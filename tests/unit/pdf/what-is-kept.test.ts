import sharp from 'sharp'
import { expect, test } from 'vitest'
import { hasColours } from '../../../src/adapters/pdf/colour.ts'
import { jpegQuality } from '../../../src/adapters/pdf/jpeg-quality.ts'
import { isTwoLevel } from '../../../src/adapters/pdf/raster.ts'

const tile = (quality: number) =>
  sharp({ create: { width: 16, height: 16, channels: 3, background: '#987' } })
    .jpeg({ quality })
    .toBuffer()

test.each([30, 58, 75, 78, 85, 92])('reads quality %i off the tables of a JPEG', async (quality) => {
  expect(jpegQuality(await tile(quality))).toBeCloseTo(quality, -0.5)
})

test('takes a JPEG whose tables it does not find for a fine one', () => {
  expect(jpegQuality(Buffer.of(0xff, 0xd8, 0xff, 0xda, 0, 2))).toBe(100)
})

/** A page of so many blocks, all of one colour but for `others`. */
const blocks = (colour: readonly number[], others: readonly (readonly number[])[] = []): Uint8Array =>
  Uint8Array.from([...Array.from({ length: 2000 }, () => colour), ...others].flat())

test.each([
  [
    'black on white',
    blocks(
      [250, 250, 250],
      Array.from({ length: 200 }, () => [40, 42, 38]),
    ),
  ],
  [
    'black on yellowed paper',
    blocks(
      [232, 226, 206],
      Array.from({ length: 200 }, () => [42, 40, 36]),
    ),
  ],
  ['a speck of colour', blocks([250, 250, 250], [[200, 60, 60]])],
])('colour says nothing: %s', (_, samples) => {
  expect(hasColours(samples)).toBe(false)
})

test.each([
  [
    'a signature in blue',
    blocks(
      [240, 238, 230],
      Array.from({ length: 6 }, () => [150, 155, 200]),
    ),
  ],
  [
    'a pale stamp',
    blocks(
      [250, 250, 250],
      Array.from({ length: 40 }, () => [245, 215, 218]),
    ),
  ],
  ['a pink form', blocks([250, 200, 210])],
])('colour says something: %s', (_, samples) => {
  expect(hasColours(samples)).toBe(true)
})

const grey = (levels: readonly number[]) =>
  ({
    pixels: Uint8Array.from({ length: 70_000 }, (_, at) => levels[at % levels.length]!),
    width: 700,
    height: 100,
    channels: 1,
  }) as const

test('knows a page that was black and white before it was kept in grey', () => {
  expect(isTwoLevel(grey([0, 255, 255, 3, 252]))).toBe(true)
  expect(isTwoLevel(grey([0, 255, 255, 130, 252]))).toBe(false)
})

test.each([120, 170, 215])(
  'does not take a page for black and white on which somebody wrote in a pale %i',
  (level) => {
    const [width, height] = [700, 1000]
    const page = (note: number) => {
      const pixels = new Uint8Array(width * height).fill(255)
      for (let row = 100; row < 130; row++) pixels.fill(0, row * width + 100, row * width + 600)
      for (let row = 800; row < 804; row++) pixels.fill(note, row * width + 300, row * width + 340)
      return { pixels, width, height, channels: 1 } as const
    }
    expect(isTwoLevel(page(level))).toBe(false)
    expect(isTwoLevel(page(0))).toBe(true)
  },
)
