import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { singlePageTiff } from '../../../src/adapters/splitting/single-page-tiff.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import { type Strip, stripsOf, tiffPages } from '../../../src/adapters/splitting/tiff-directory.ts'
import { readTiff } from '../../../src/adapters/splitting/tiff-reader.ts'
import type { PageImage } from '../../../src/ports.ts'
import { letter, sheet } from './sheets.ts'

const limits = { maxPages: 10, maxPixels: 1e9, pageMegabytes: 64 }
const [width, height, count] = [310, 440, 3]
let pixels: Buffer
beforeAll(async () => {
  const { data } = await sheet(letter, { dpi: 100 })
    .resize(width, height * count, { fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true })
  pixels = data
})

const paged = () =>
  sharp(pixels, { raw: { width, height: height * count, channels: 1, pageHeight: height } }).toColourspace(
    'b-w',
  )

async function split(file: Buffer, changed = {}): Promise<PageImage[]> {
  const pages: PageImage[] = []
  const splitter = createSplitter({ ...limits, ...changed })
  for await (const page of splitter.split(contentOf(file), 'tiff', new AbortController().signal))
    pages.push(page)
  return pages
}
const raw = (image: Buffer, page = 0) => sharp(image, { page }).raw().toBuffer()

describe('a page of a TIFF, cut out of it', () => {
  test.each([
    ['strips', { compression: 'lzw' }],
    ['tiles', { compression: 'deflate', tile: true, tileWidth: 128, tileHeight: 128 }],
    ['JPEG with its tables aside', { compression: 'jpeg', quality: 80 }],
    ['plain samples', { compression: 'none' }],
    ['one bit a pixel', { compression: 'ccittfax4', bitdepth: 1 }],
    ['a BigTIFF', { compression: 'packbits', bigtiff: true }],
    ['a pyramid', { compression: 'lzw', xres: 5.9, yres: 5.9, predictor: 'horizontal' }],
  ] as const)('decodes to the same pixels: %s', async (_, options) => {
    const file = await paged().tiff(options).toBuffer()
    const pages = tiffPages(contentOf(file), limits.maxPages)
    expect(pages.length).toBe(count)
    for (const [index, { at }] of pages.entries()) {
      const single = singlePageTiff(contentOf(file), at, limits)
      expect((await raw(single)).equals(await raw(file, index))).toBe(true)
      expect((await sharp(single).metadata()).density).toBe(
        (await sharp(file, { page: index }).metadata()).density,
      )
    }
  })

  test('keeps its colours: the profile goes with it', async () => {
    const file = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#c63' } })
      .withIccProfile('p3')
      .tiff({ compression: 'lzw' })
      .toBuffer()
    const [page] = tiffPages(contentOf(file), 1)
    const single = singlePageTiff(contentOf(file), page!.at, limits)
    const colour = (image: Buffer) => sharp(image).toColourspace('srgb').raw().toBuffer()
    expect((await sharp(single).metadata()).icc).toEqual((await sharp(file).metadata()).icc)
    expect((await colour(single)).equals(await colour(file))).toBe(true)
  })

  test.each(['II', 'MM'] as const)(
    'is read in either byte order, also where no length is told: %s',
    async (order) => {
      const file = plainTiff(order)
      const [page] = await split(file)
      expect((await sharp(page!.image).toColourspace('b-w').raw().toBuffer()).equals(samples)).toBe(true)
    },
  )

  test('is refused when it is larger than a page may be, whatever else the file holds', async () => {
    const file = await paged().tiff({ compression: 'none' }).toBuffer()
    await expect(split(file, { pageMegabytes: 0.1 })).rejects.toMatchObject({
      code: 'file-too-large',
      facts: { limit: 0.1 },
    })
  })
})

test('reads no more of a TIFF than its directories and one page at a time', async () => {
  const file = await paged().tiff({ compression: 'lzw' }).toBuffer()
  const gap = 1 << 20
  const far = Buffer.concat([file, Buffer.alloc(gap, 0x55)])
  let [largest, total] = [0, 0]
  const content = {
    bytes: far.length,
    read: (from: number, length: number) => {
      largest = Math.max(largest, length)
      total += length
      return far.subarray(from, from + length)
    },
  }
  const pages = createSplitter(limits).split(content, 'tiff', new AbortController().signal)
  for await (const { image } of pages) expect(image.length).toBeGreaterThan(0)
  expect(largest).toBeLessThan(file.length)
  expect(total).toBeLessThan(file.length * 2)
})

describe('a page that is damaged is refused, not shown white or black from there on', () => {
  test.each([
    ['ccittfax4', { compression: 'ccittfax4', bitdepth: 1 }],
    ['deflate', { compression: 'deflate' }],
    ['lzw', { compression: 'lzw' }],
    ['jpeg', { compression: 'jpeg' }],
  ] as const)('its strip ends early, and says it does not: %s', async (_, options) => {
    const file = await paged().tiff(options).toBuffer()
    const { from, length } = longestStrip(file)
    file.fill(0, from + Math.floor(length * 0.6), from + length)
    await expect(split(file)).rejects.toMatchObject({ code: damaged })
  })

  test('one bit of a Group 4 page is wrong', async () => {
    const file = await paged().tiff({ compression: 'ccittfax4', bitdepth: 1 }).toBuffer()
    const { from, length } = longestStrip(file)
    file[from + (length >> 1)]! ^= 0b1000
    await expect(split(file)).rejects.toMatchObject({ code: damaged })
  })

  test('samples are missing', async () => {
    await expect(split(plainTiff('II').subarray(0, -40))).rejects.toMatchObject({ code: damaged })
  })
})

describe('a page of odd samples', () => {
  test('keeps its colours where further samples are said to be nothing', async () => {
    const unspecified = Buffer.alloc(samples.length * 2)
    for (const [index, sample] of samples.entries()) unspecified[index * 2] = sample
    const [page] = await split(plainTiff('II', { 258: 8, 277: 2, 338: 0 }, unspecified))
    const { hasAlpha, channels } = await sharp(page!.image).metadata()
    expect({ hasAlpha, channels }).toEqual({ hasAlpha: false, channels: 1 })
    expect((await sharp(page!.image).toColourspace('b-w').raw().toBuffer()).equals(samples)).toBe(true)
  })

  test.each([
    ['fractions', { 258: 32, 339: 3 }, 4],
    ['luminance and differences of colour, uncoded', { 258: 8, 262: 6, 277: 3 }, 3],
  ] as const)('that would be shown wrongly is refused: %s', async (_, tags, bytes) => {
    const file = plainTiff('II', tags, Buffer.alloc(samples.length * bytes, 63))
    await expect(split(file)).rejects.toMatchObject({ code: 'file-unreadable', facts: { page: 1 } })
  })

  test('keeps all sixteen bits of its grey', async () => {
    const deep = Buffer.concat([...samples].map((sample) => Buffer.of(sample ^ 0x5a, sample)))
    const [page] = await split(plainTiff('II', { 258: 16 }, deep))
    expect(await sharp(page!.image).metadata()).toMatchObject({ space: 'grey16', channels: 1 })
    const kept = sharp(page!.image).toColourspace('grey16').raw({ depth: 'ushort' })
    expect((await kept.toBuffer()).equals(deep)).toBe(true)
  })

  test.each(['4:4:4', '4:2:0'] as const)(
    'shows its colours where only its JPEG stream says how it samples them: %s',
    async (chromaSubsampling) => {
      const picture = sharp(samples, { raw: { width: 16, height: 9, channels: 1 } }).tint('#c63')
      const jpeg = await picture.jpeg({ chromaSubsampling, quality: 95 }).toBuffer()
      const [page] = await split(plainTiff('II', { 258: 8, 259: 7, 262: 6, 277: 3 }, jpeg))
      expect((await raw(page!.image)).equals(await raw(jpeg))).toBe(true)
    },
  )

  test('is not refused for what a scanner notes beside them', async () => {
    const [page] = await split(plainTiff('II', { 270: 0x41_00_41, 306: 1, 40_000: 1 }))
    expect((await sharp(page!.image).toColourspace('b-w').raw().toBuffer()).equals(samples)).toBe(true)
  })
})

const damaged = expect.stringMatching(/^file-(truncated|unreadable)$/)

function longestStrip(file: Buffer): Strip {
  const reader = readTiff(contentOf(file))
  const strips = stripsOf(reader, reader.directory(reader.first))
  return strips.toSorted((one, other) => other.length - one.length)[0]!
}

const samples = Buffer.from(Uint8Array.from({ length: 16 * 9 }, (_, index) => (index * 37) & 255))

/** 16 by 9 samples, grey unless told, in one strip whose length is not said, behind the directory. */
function plainTiff(order: 'II' | 'MM', more: Readonly<Record<number, number>> = {}, strip = samples): Buffer {
  const told = { 256: 16, 257: 9, 258: 8, 259: 1, 262: 1, 273: 0, 277: 1, 278: 9, ...more }
  const start = 8 + 2 + Object.keys(told).length * 12 + 4
  const tags = Object.entries({ ...told, 273: start }).map(([tag, value]) => [Number(tag), value] as const)
  const head = Buffer.alloc(start)
  const write = order === 'II' ? head.writeUIntLE.bind(head) : head.writeUIntBE.bind(head)
  head.write(order, 'latin1')
  write(42, 2, 2)
  write(8, 4, 4)
  write(tags.length, 8, 2)
  for (const [index, [tag, value]] of tags.entries()) {
    const at = 10 + index * 12
    write(tag, at, 2)
    write(4, at + 2, 2)
    write(1, at + 4, 4)
    write(value, at + 8, 4)
  }
  return Buffer.concat([head, strip])
}
