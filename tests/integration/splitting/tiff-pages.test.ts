import sharp from 'sharp'
import { beforeAll, describe, expect, test } from 'vitest'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { singlePageTiff } from '../../../src/adapters/splitting/single-page-tiff.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import { tiffPages } from '../../../src/adapters/splitting/tiff-directory.ts'
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

const samples = Buffer.from(Uint8Array.from({ length: 16 * 9 }, (_, index) => (index * 37) & 255))

/** 16 by 9 grey samples in one strip whose length is not said, behind the directory. */
function plainTiff(order: 'II' | 'MM'): Buffer {
  const tags = [
    [256, 16],
    [257, 9],
    [258, 8],
    [259, 1],
    [262, 1],
    [273, 8 + 2 + 8 * 12 + 4],
    [277, 1],
    [278, 9],
  ] as const
  const head = Buffer.alloc(8 + 2 + tags.length * 12 + 4)
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
  return Buffer.concat([head, samples])
}
