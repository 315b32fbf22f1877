import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import { createRecogniser } from '../../../src/adapters/tesseract/recogniser.ts'
import type { FileKind } from '../../../src/domain/file-kind.ts'
import { textOf } from '../../../src/domain/page.ts'
import type { PageImage } from '../../../src/ports.ts'
import { letter, sheet } from './sheets.ts'

// Pages of scanners and fax machines whose pixels are no squares, and of programs that write no resolution, or any.

const never = new AbortController().signal
async function pageOf(file: Buffer, kind: FileKind): Promise<PageImage> {
  for await (const page of createSplitter().split(contentOf(file), kind, never)) return page
  throw new Error('no page')
}

type Dots = { readonly across: number; readonly down: number }
let square: { data: Buffer; info: { width: number; height: number } }
beforeAll(async () => {
  square = await sheet(letter, { points: 12 })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
})

/** The sheet as it is scanned with so many dots to the inch. */
const scanned = ({ across, down }: Dots) => {
  const { width, height } = square.info
  return sharp(square.data, { raw: { width, height, channels: 1 } }).resize({
    ...{ width: Math.round((width * across) / 300), height: Math.round((height * down) / 300), fit: 'fill' },
  })
}
const fax = ({ across, down }: Dots): Promise<Buffer> =>
  scanned({ across, down })
    .threshold(150)
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: across / 25.4, yres: down / 25.4 })
    .toBuffer()

/** A JPEG that begins with a JFIF segment of this resolution: unit, across, down. */
async function jpegSaying(dots: Dots, unit: number, said: Dots): Promise<Buffer> {
  const jpeg = await scanned(dots).toColourspace('b-w').jpeg({ quality: 85 }).toBuffer()
  const jfif = Buffer.from('ffe000104a46494600010200000000000000', 'hex')
  jfif[11] = unit
  jfif.writeUInt16BE(said.across, 12)
  jfif.writeUInt16BE(said.down, 14)
  return Buffer.concat([jpeg.subarray(0, 2), jfif, jpeg.subarray(2)])
}

test('a fax stands in its true proportions, of one bit as before, and is read', async () => {
  const dots = { across: 204, down: 98 }
  const page = await pageOf(await fax(dots), 'tiff')
  expect(page).toMatchObject({ mediaType: 'image/tiff', dpi: 204, width: 1687, scannedDpi: dots })
  expect(page.height / page.width).toBeCloseTo(11.69 / 8.27, 2)
  expect((await sharp(page.image).metadata()).bitsPerSample).toBe(1)
  const recogniser = createRecogniser({ languages: ['fra'], prepare: preparePage })
  const { dpi } = page
  const reading = await recogniser.recognise(page.image, { turn: 0, dpi, languages: ['fra'] }, never)
  await recogniser.close()
  for (const word of ['rendu', 'visite', 'audiogramme', 'clinique', 'douze'])
    expect(textOf(reading)).toContain(word)
})

test('rows of a fax come through unchanged, each as often as it must', async () => {
  const file = await fax({ across: 200, down: 100 })
  const [before, after] = await Promise.all(
    [file, (await pageOf(file, 'tiff')).image].map((image) =>
      sharp(image).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true }),
    ),
  )
  const { width, height } = before!.info
  expect(after!.info).toMatchObject({ width, height: 2 * height })
  const row = (of: typeof before, at: number) => of!.data.subarray(at * width, (at + 1) * width)
  for (let at = 0; at < height; at++)
    expect(row(before, at).equals(row(after, 2 * at)) && row(before, at).equals(row(after, 2 * at + 1))).toBe(
      true,
    )
})

test('a JPEG with other densities across than down is stretched; one with the same keeps its bytes', async () => {
  const oblong = await jpegSaying({ across: 200, down: 100 }, 1, { across: 200, down: 100 })
  expect(await pageOf(oblong, 'jpeg')).toMatchObject({
    ...{ mediaType: 'image/png', dpi: 200, width: 1654, height: 2338 },
    scannedDpi: { across: 200, down: 100 },
  })
  const plain = await jpegSaying({ across: 200, down: 200 }, 1, { across: 200, down: 200 })
  const page = await pageOf(plain, 'jpeg')
  expect(page.image.equals(plain)).toBe(true)
  expect(page).not.toHaveProperty('scannedDpi')
  expect(page).not.toHaveProperty('dpiIsAssumed')
})

test('densities to the centimetre, and a ratio alone, are understood', async () => {
  const centimetres = await jpegSaying({ across: 200, down: 200 }, 2, { across: 79, down: 79 })
  expect((await pageOf(centimetres, 'jpeg')).dpi).toBeCloseTo(200.7, 1)
  const ratio = await jpegSaying({ across: 200, down: 100 }, 0, { across: 2, down: 1 })
  expect(await pageOf(ratio, 'jpeg')).toMatchObject({ dpi: 200, height: 2338, dpiIsAssumed: true })
})

test.each([0, 1, 65_535])('a resolution of %i is not believed, and the page says so', async (absurd) => {
  const jpeg = await jpegSaying({ across: 200, down: 200 }, 1, { across: absurd, down: absurd })
  expect(await pageOf(jpeg, 'jpeg')).toMatchObject({ dpi: 200, width: 1654, dpiIsAssumed: true })
})

test('a PNG says its densities too', async () => {
  const png = await scanned({ across: 200, down: 100 }).toColourspace('b-w').png().withDensity(200).toBuffer()
  const at = png.indexOf('pHYs')
  png.writeUInt32BE(Math.round(100 / 0.0254), at + 8)
  png.writeUInt32BE(crc32(png.subarray(at, at + 13)), at + 13)
  expect(await pageOf(png, 'png')).toMatchObject({
    dpi: 200,
    height: 2338,
    scannedDpi: { across: 200, down: 100 },
  })
})
