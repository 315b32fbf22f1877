import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { createExaminer } from '../../../src/adapters/images/examiner.ts'
import { preparePage } from '../../../src/adapters/images/prepared-page.ts'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import type { FileKind, PageImage } from '../../../src/ports.ts'
import { letter, sheet } from '../splitting/sheets.ts'

// Scans that are not what a scanner makes of A4: each becomes a page with true facts and a page made ready, or a failure
// that says what is wrong with it.

let print: Buffer
beforeAll(async () => {
  print = await sheet([...letter, ...letter, ...letter], { dpi: 200 })
    .toColourspace('b-w')
    .png()
    .toBuffer()
})

const splitter = createSplitter()
async function pageOf(file: Buffer, kind: FileKind): Promise<PageImage> {
  for await (const page of splitter.split(contentOf(file), kind, new AbortController().signal)) return page
  throw new Error('no page')
}

type Odd = {
  readonly kind: FileKind
  readonly make: (page: Sharp) => Promise<Buffer>
  readonly facts?: object
}

const odd: Record<string, Odd> = {
  'one bit': {
    kind: 'tiff',
    make: (page) =>
      page
        .threshold(150)
        .toColourspace('b-w')
        .tiff({ compression: 'ccittfax4', bitdepth: 1, xres: 200 / 25.4, yres: 200 / 25.4 })
        .toBuffer(),
    facts: { dpi: 200 },
  },
  'sixteen bits': { kind: 'png', make: (page) => page.toColourspace('grey16').png().toBuffer() },
  'sixteen bits of each colour': {
    kind: 'png',
    make: (page) => page.toColourspace('rgb16').png().toBuffer(),
  },
  CMYK: { kind: 'jpeg', make: (page) => page.toColourspace('cmyk').jpeg().toBuffer() },
  transparent: {
    kind: 'png',
    make: async (page) => {
      const mask = await page
        .clone()
        .negate()
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true })
      const { width, height } = mask.info
      const black = sharp({ create: { width, height, channels: 3, background: '#000' } })
      return black
        .joinChannel(mask.data, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer()
    },
  },
  'a palette': { kind: 'png', make: (page) => page.png({ palette: true, colours: 16 }).toBuffer() },
  'turned by a camera': {
    kind: 'jpeg',
    make: (page) => page.rotate(90).withMetadata({ orientation: 8, density: 200 }).jpeg().toBuffer(),
    facts: { width: 1654, height: 2338, turn: 0 },
  },
  'without a resolution': { kind: 'png', make: (page) => page.png().toBuffer(), facts: { dpi: 200 } },
  'of an absurd resolution': {
    kind: 'jpeg',
    make: (page) => page.withMetadata({ density: 9600 }).jpeg().toBuffer(),
    facts: { dpi: 200 },
  },
  A3: {
    kind: 'jpeg',
    make: async (page) =>
      page.extend({ right: 1654, background: '#fdfdfb' }).withMetadata({ density: 200 }).jpeg().toBuffer(),
    facts: { width: 3308, height: 2338, dpi: 200, turn: 0 },
  },
  landscape: {
    kind: 'jpeg',
    make: (page) => page.rotate(270).withMetadata({ density: 200 }).jpeg().toBuffer(),
    facts: { width: 2338, height: 1654, turn: 90 },
  },
  'a receipt': {
    kind: 'jpeg',
    make: (page) =>
      page
        .extract({ left: 100, top: 150, width: 560, height: 700 })
        .withMetadata({ density: 200 })
        .jpeg()
        .toBuffer(),
    facts: { width: 560, height: 700, dpi: 200 },
  },
  'a sheet on a desk': {
    kind: 'jpeg',
    make: (page) =>
      page
        .rotate(4, { background: '#2b2118' })
        .extend({ top: 200, bottom: 150, left: 120, right: 260, background: '#2b2118' })
        .withMetadata({ density: 200 })
        .jpeg()
        .toBuffer(),
    facts: { turn: 0, turnIsSure: true },
  },
}

test.each(Object.entries(odd))('%s', async (_, { kind, make, facts }) => {
  const page = await pageOf(await make(sharp(print)), kind)
  const seen = (await createExaminer().examine(page.image, page.mediaType, page.dpi)).facts
  expect(seen).toMatchObject({ blank: false, ...facts })
  expect(seen.ink).toBeGreaterThan(0.004)
  expect(seen.ink).toBeLessThan(0.15)
  const prepared = await preparePage(page.image, { turn: seen.turn, dpi: seen.dpi, skew: seen.skew })
  expect(prepared.page).toEqual(
    seen.turn % 180 === 0
      ? { width: page.width, height: page.height }
      : { width: page.height, height: page.width },
  )
  const levels = prepared.image.subarray(-prepared.width * prepared.height)
  const dark = levels.reduce((sum, level) => sum + Number(level < 128), 0) / levels.length
  expect(dark).toBeGreaterThan(0.004)
  expect(dark).toBeLessThan(0.15)
})

test('a page of one pixel is a blank page', async () => {
  const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
    .png()
    .toBuffer()
  const page = await pageOf(dot, 'png')
  const { facts, view } = await createExaminer().examine(page.image, page.mediaType, page.dpi)
  expect(facts).toMatchObject({ width: 1, height: 1, blank: true })
  expect(view).toBeUndefined()
  expect(await preparePage(page.image, { turn: 0, dpi: page.dpi })).toMatchObject({ width: 1, height: 1 })
})

test('a page of 20,000 by 20,000 pixels is refused as too large', async () => {
  await expect(pageOf(whiteImage(20_000), 'png')).rejects.toMatchObject({ code: 'file-too-large' })
})

/** A white square as PNG of one bit a pixel (ISO/IEC 15948), made without drawing it. */
function whiteImage(side: number): Buffer {
  const chunk = (type: string, content: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(content.length)
    check.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, check])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head.writeUInt8(1, 8)
  const row = Buffer.alloc(1 + Math.ceil(side / 8), 255).fill(0, 0, 1)
  const rows = deflateSync(Buffer.concat(Array.from({ length: side }, () => row)), { level: 1 })
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', head),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

test('a large page in colour is looked at whole, in little memory', async () => {
  const size = { width: 7_016, height: 4_961 }
  const wide = await sharp({ create: { ...size, channels: 3, background: '#f8f4ec' } })
    .composite([{ input: await sharp(print).resize(3_500).png().toBuffer(), left: 100, top: 0 }])
    .jpeg()
    .toBuffer()
  const { facts } = await createExaminer().examine(wide, 'image/jpeg', 400)
  expect(facts).toMatchObject({ ...size, blank: false })
})
