import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decodedPage } from '../../../src/adapters/images/decoded.ts'

const sheet = sharp({ create: { width: 64, height: 48, channels: 3, background: { r: 200, g: 90, b: 40 } } })
/** ITU-R BT.601. */
const level = 0.299 * 200 + 0.587 * 90 + 0.114 * 40

test.each([
  ['a JPEG of luminance and colour differences', sheet.clone().jpeg()],
  ['one with a colour profile', sheet.clone().withIccProfile('srgb').jpeg()],
  [
    'a progressive one, without subsampling',
    sheet.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }),
  ],
  ['a PNG', sheet.clone().png()],
])('takes for grey what the eye sees of %s', async (_, picture) => {
  const image = await picture.toBuffer()
  const { pixels, width, height } = await decodedPage(image, { dpi: 100, leastDpi: 100 })
  expect([width, height, pixels.length]).toEqual([64, 48, 64 * 48])
  for (const pixel of pixels) expect(Math.abs(pixel - level)).toBeLessThan(3)
})

test('turns a JPEG in colour by quarters', async () => {
  const image = await sheet.clone().extend({ right: 16, background: '#fff' }).jpeg().toBuffer()
  const { pixels, width, height } = await decodedPage(image, { dpi: 100, leastDpi: 100, turn: 90 })
  expect([width, height]).toEqual([48, 80])
  expect(pixels[0]).toBeLessThan(150)
  expect(pixels.at(-1)).toBeGreaterThan(245)
})

test('takes of each pixel the lightest of its colours where it is told to, of a page that may have some', async () => {
  const image = await sheet.clone().png().toBuffer()
  const { pixels, channels } = await decodedPage(image, { dpi: 100, leastDpi: 100, light: 'brightest' })
  expect(channels).toBe(3)
  expect([...new Set(pixels)]).toEqual([200])
  const grey = await sheet.clone().toColourspace('b-w').png().toBuffer()
  expect((await decodedPage(grey, { dpi: 100, leastDpi: 100 })).channels).toBe(1)
})
