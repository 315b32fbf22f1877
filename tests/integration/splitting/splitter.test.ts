import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { degrees, PDFDocument, PDFName } from '@cantoo/pdf-lib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contentOf } from '../../../src/adapters/splitting/content.ts'
import { createSplitter } from '../../../src/adapters/splitting/splitter.ts'
import type { FileKind } from '../../../src/domain/file-kind.ts'
import type { PageImage } from '../../../src/ports.ts'
import { bitonal, letter, pixels, sheet } from './sheets.ts'

const a4 = [595.28, 841.89] as const
const folder = mkdtempSync(join(tmpdir(), 'scelle-splitting-'))
afterAll(() => rmSync(folder, { recursive: true }))

let jpeg: Buffer
let png: Buffer
let fax: Buffer
beforeAll(async () => {
  jpeg = await sheet(letter).jpeg({ quality: 80 }).withDensity(300).toBuffer()
  png = await sheet(letter).toColourspace('b-w').png().withDensity(300).toBuffer()
  fax = await bitonal(sheet(letter))
})

async function split(file: Buffer, kind: FileKind, limits = {}): Promise<PageImage[]> {
  const pages: PageImage[] = []
  for await (const page of createSplitter(limits).split(contentOf(file), kind, new AbortController().signal))
    pages.push(page)
  return pages
}

type Put = Record<string, unknown> & {
  bytes: Uint8Array
  rotate?: number
  matrix?: string
  size?: readonly [number, number]
}

/** A PDF whose only page paints one raw image stream. */
async function pdfOf({ bytes, rotate = 0, size = a4, ...given }: Put): Promise<Buffer> {
  const { matrix = `${size[0]} 0 0 ${size[1]} 0 0`, ...dict } = given
  const pdf = await PDFDocument.create()
  const page = pdf.addPage([...size])
  const image = pdf.context.stream(bytes, {
    Type: 'XObject',
    Subtype: 'Image',
    BitsPerComponent: 8,
    ...dict,
  })
  page.node.setXObject(PDFName.of('Im0'), pdf.context.register(image))
  page.node.set(PDFName.of('Contents'), pdf.context.register(pdf.context.stream(`q ${matrix} cm /Im0 Do Q`)))
  page.setRotation(degrees(rotate))
  return Buffer.from(await pdf.save())
}

const jpegPdf = (more: Partial<Put> = {}) =>
  pdfOf({ bytes: jpeg, Width: 2481, Height: 3507, ColorSpace: 'DeviceRGB', Filter: 'DCTDecode', ...more })

function encrypted(pdf: Buffer, userPassword: string): Buffer {
  const [plain, locked] = [join(folder, 'plain.pdf'), join(folder, 'locked.pdf')]
  writeFileSync(plain, pdf)
  execFileSync('qpdf', ['--encrypt', userPassword, 'owner', '256', '--', plain, locked])
  return readFileSync(locked)
}

describe('a PDF page that is one image', () => {
  test('gives the very bytes of its JPEG', async () => {
    const [page] = await split(await jpegPdf(), 'pdf')
    expect(page!.image.equals(jpeg)).toBe(true)
    expect(page).toMatchObject({ number: 1, mediaType: 'image/jpeg', width: 2481, height: 3507 })
    expect(page!.dpi).toBeCloseTo(300, 0)
  })

  test('gives the pixels of its deflated samples', async () => {
    const grey = await pixels(png)
    const pdf = await pdfOf({
      bytes: deflateSync(grey),
      Width: 2481,
      Height: 3507,
      ColorSpace: 'DeviceGray',
      Filter: 'FlateDecode',
    })
    const [page] = await split(pdf, 'pdf')
    expect(page!.mediaType).toBe('image/png')
    expect((await pixels(page!.image)).equals(grey)).toBe(true)
  })

  test.each([
    ['as it is', {}, 0],
    ['inverted by its Decode array', { Decode: [1, 0] }, 255],
    ['inverted by BlackIs1', { BlackIs1: true }, 255],
  ])(
    'gives the pixels of its Group 4 stream, %s',
    async (_, { Decode, BlackIs1 }: { Decode?: number[]; BlackIs1?: boolean }, corner) => {
      const strip = await group4Strip()
      const pdf = await pdfOf({
        ...strip,
        BitsPerComponent: 1,
        ColorSpace: 'DeviceGray',
        Filter: 'CCITTFaxDecode',
        DecodeParms: { K: -1, Columns: strip.Width, Rows: strip.Height, ...(BlackIs1 ? { BlackIs1 } : {}) },
        ...(Decode ? { Decode } : {}),
      })
      const [page] = await split(pdf, 'pdf')
      expect(page!.mediaType).toBe('image/tiff')
      expect((await pixels(page!.image))[0]).toBe(255 - corner)
    },
  )

  test.each([90, 180, 270] as const)('is turned as its /Rotate of %i says, without loss', async (rotate) => {
    const [page] = await split(await jpegPdf({ rotate }), 'pdf')
    const expected = await sharp(jpeg).rotate(rotate).toColourspace('b-w').raw().toBuffer()
    expect((await pixels(page!.image)).equals(expected)).toBe(true)
  })

  test('is turned as its transformation says', async () => {
    const [page] = await split(await jpegPdf({ matrix: '-595.28 0 0 -841.89 595.28 841.89' }), 'pdf')
    expect(
      (await pixels(page!.image)).equals(await sharp(jpeg).rotate(180).toColourspace('b-w').raw().toBuffer()),
    ).toBe(true)
  })

  test('is no sheet of a metre where its pixels are points, and says that its resolution is assumed', async () => {
    const [page] = await split(await jpegPdf({ size: [2481, 3507] }), 'pdf')
    expect(page!.image.equals(jpeg)).toBe(true)
    expect(page).toMatchObject({ dpi: 300, dpiIsAssumed: true })
  })

  test('is rendered pixel for pixel where its pixels are points, and its coding needs a renderer', async () => {
    const [Width, Height] = [1240, 1754]
    const bytes = deflateSync(await sharp(jpeg).resize(Width, Height, { fit: 'fill' }).jpeg().toBuffer())
    const coded = { bytes, Width, Height, Filter: ['FlateDecode', 'DCTDecode'] }
    const [page] = await split(await jpegPdf({ size: [Width, Height], ...coded }), 'pdf')
    expect(page).toMatchObject({ dpi: 150, dpiIsAssumed: true, width: Width, height: Height })
  })

  test('has the resolution of its JPEG, whatever size its dictionary says', async () => {
    const [page] = await split(await jpegPdf({ Width: 1240, Height: 1753 }), 'pdf')
    expect(page!.dpi).toBeCloseTo(300, 0)
  })

  test('is refused when its JPEG breaks off', async () => {
    const pdf = await jpegPdf({ bytes: jpeg.subarray(0, jpeg.length - 20_000) })
    await expect(split(pdf, 'pdf')).rejects.toMatchObject({ code: 'file-truncated' })
  })

  test('is refused when samples are missing', async () => {
    const pdf = await pdfOf({
      bytes: deflateSync(Buffer.alloc(1000)),
      Width: 2481,
      Height: 3507,
      ColorSpace: 'DeviceGray',
      Filter: 'FlateDecode',
    })
    await expect(split(pdf, 'pdf')).rejects.toMatchObject({ code: 'file-truncated' })
  })
})

describe('any other PDF page', () => {
  test('is rendered at 300 dpi, grey when it has no colour', async () => {
    const pdf = await PDFDocument.create()
    pdf.addPage([...a4]).drawText('Compte rendu', { x: 60, y: 700, size: 24 })
    const [page] = await split(Buffer.from(await pdf.save()), 'pdf')
    expect(page).toMatchObject({ mediaType: 'image/png', width: 2480, height: 3508, dpi: 300 })
    const { channels, space } = await sharp(page!.image).metadata()
    expect({ channels, space }).toEqual({ channels: 1, space: 'b-w' })
    expect((await sharp(page!.image).stats()).channels[0]!.min).toBeLessThan(50)
  })

  test('is rendered with the stamp that lies over its scan', async () => {
    const pdf = await PDFDocument.load(await jpegPdf())
    pdf.getPage(0).drawRectangle({ x: 100, y: 100, width: 80, height: 80 })
    const [page] = await split(Buffer.from(await pdf.save()), 'pdf')
    expect(page!.mediaType).toBe('image/png')
    const place = ((3507 - 580) * page!.width + 560) | 0
    expect((await pixels(page!.image))[place]).toBe(0)
  })

  test.each([
    ['coded as nobody knows', { Filter: 'NobodyDecode' }, 'file-unreadable'],
    ['that breaks off', { ColorSpace: 'DeviceCMYK', Filter: 'FlateDecode' }, 'file-truncated'],
  ])('is refused, not shown white, with a picture %s', async (_, coding, code) => {
    const bytes = deflateSync(Buffer.alloc(1000, 200))
    const pdf = await pdfOf({ bytes, Width: 620, Height: 877, ColorSpace: 'DeviceRGB', ...coding })
    await expect(split(pdf, 'pdf')).rejects.toMatchObject({ code, facts: { page: 1 } })
  })

  test('comes from a file locked against changes only', async () => {
    const [page] = await split(encrypted(await jpegPdf(), ''), 'pdf')
    expect(page).toMatchObject({ width: 2480, height: 3508 })
  })
})

describe('a PDF file', () => {
  test('that needs a password is refused as such', async () => {
    await expect(split(encrypted(await jpegPdf(), 'secret'), 'pdf')).rejects.toMatchObject({
      code: 'file-encrypted',
    })
  })

  test('that breaks off is refused as such', async () => {
    const pdf = await jpegPdf()
    await expect(split(pdf.subarray(0, pdf.length * 0.6), 'pdf')).rejects.toMatchObject({
      code: 'file-truncated',
    })
  })

  test('that is only a header and an end is refused', async () => {
    await expect(split(Buffer.from('%PDF-1.4\nnothing\n%%EOF\n'), 'pdf')).rejects.toMatchObject({
      code: 'file-unreadable',
    })
  })

  test('gives its pages one by one, in order', async () => {
    const pdf = await PDFDocument.create()
    for (const image of [await pdf.embedJpg(jpeg), await pdf.embedPng(png)])
      pdf.addPage([...a4]).drawImage(image, { x: 0, y: 0, width: a4[0], height: a4[1] })
    const pages = await split(Buffer.from(await pdf.save()), 'pdf')
    expect(pages.map(({ number, mediaType }) => [number, mediaType])).toEqual([
      [1, 'image/jpeg'],
      [2, 'image/png'],
    ])
  })

  test('with more pages than allowed is refused before any is read', async () => {
    const pdf = await PDFDocument.create()
    for (let page = 0; page < 4; page++) pdf.addPage([...a4])
    await expect(split(Buffer.from(await pdf.save()), 'pdf', { maxPages: 3 })).rejects.toMatchObject({
      code: 'file-too-large',
      facts: { limit: 3 },
    })
  })
})

describe('an image file', () => {
  test.each([
    ['jpeg', 'image/jpeg'],
    ['png', 'image/png'],
  ] as const)('in %s passes as it is', async (kind, mediaType) => {
    const file = { jpeg, png }[kind]
    const [page] = await split(file, kind)
    expect(page!.image.equals(file)).toBe(true)
    expect(page).toMatchObject({ mediaType, width: 2481, height: 3507, dpi: 300 })
  })

  test('that a camera noted as turned is turned', async () => {
    const turned = await sharp(jpeg)
      .withExif({ IFD0: { Orientation: '6' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    const [page] = await split(turned, 'jpeg')
    expect(page).toMatchObject({ mediaType: 'image/png', width: 3507, height: 2481 })
  })

  test('that is to be turned is refused where it is damaged', async () => {
    const turned = await sharp(jpeg).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    const ended = Buffer.concat([turned.subarray(0, turned.length * 0.6), Buffer.of(0xff, 0xd9)])
    await expect(split(ended, 'jpeg')).rejects.toMatchObject({
      code: expect.stringMatching(/^file-(truncated|unreadable)$/),
    })
  })

  test.each(['jpeg', 'png', 'tiff'] as const)('in %s that breaks off is refused as such', async (kind) => {
    const file = { jpeg, png, tiff: fax }[kind]
    await expect(split(file.subarray(0, file.length * 0.9), kind)).rejects.toMatchObject({
      code: 'file-truncated',
    })
  })

  test('that is not what its head says is refused', async () => {
    const noise = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(5000, 7)])
    await expect(split(noise, 'jpeg')).rejects.toMatchObject({
      code: expect.stringMatching(/^file-(unreadable|truncated)$/),
    })
  })

  test('with more pixels than allowed is refused', async () => {
    await expect(split(jpeg, 'jpeg', { maxPixels: 1_000_000 })).rejects.toMatchObject({
      code: 'file-too-large',
    })
  })
})

describe('a TIFF file', () => {
  test('of one bit a pixel stays Group 4, pixel for pixel', async () => {
    const [page] = await split(fax, 'tiff')
    expect(page).toMatchObject({ mediaType: 'image/tiff', dpi: 300 })
    expect((await pixels(page!.image)).equals(await pixels(fax))).toBe(true)
  })

  test.each(['lzw', 'jpeg', 'deflate', 'none'] as const)(
    'compressed by %s keeps its pixels',
    async (compression) => {
      const file = await sheet(letter)
        .tiff({ compression, xres: 300 / 25.4, yres: 300 / 25.4 })
        .toBuffer()
      const [page] = await split(file, 'tiff')
      expect(page).toMatchObject({ mediaType: 'image/png', dpi: 300 })
      expect((await sharp(page!.image).raw().toBuffer()).equals(await sharp(file).raw().toBuffer())).toBe(
        true,
      )
    },
  )

  test('gives every page of it', async () => {
    const raw = await sheet(letter, { dpi: 100 })
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const { width, height } = raw.info
    const file = await sharp(Buffer.concat([raw.data, raw.data, raw.data]), {
      raw: { width, height: height * 3, channels: 1, pageHeight: height },
    })
      .tiff({ compression: 'lzw' })
      .toBuffer()
    expect((await split(file, 'tiff')).map((page) => [page.number, page.width, page.height])).toEqual(
      [1, 2, 3].map((number) => [number, width, height]),
    )
  })
})

test('stops between two pages when it is told to', async () => {
  const pdf = await PDFDocument.create()
  for (let page = 0; page < 3; page++) pdf.addPage([...a4])
  const stop = new AbortController()
  const pages = createSplitter().split(contentOf(Buffer.from(await pdf.save())), 'pdf', stop.signal)
  await expect(async () => {
    for await (const _ of pages) stop.abort()
  }).rejects.toThrow()
})

/** A Group 4 strip, white at its corner. */
async function group4Strip(): Promise<{ bytes: Buffer; Width: number; Height: number }> {
  const [Width, Height] = [480, 679]
  const grey = Buffer.alloc(Width * Height, 255)
  grey.fill(0, Width * 300, Width * 320)
  const tiff = await sharp(grey, { raw: { width: Width, height: Height, channels: 1 } })
    .toColourspace('b-w')
    .tiff({
      compression: 'ccittfax4',
      bitdepth: 1,
      miniswhite: true,
      tile: true,
      tileWidth: 480,
      tileHeight: 688,
    })
    .toBuffer()
  const directory = tiff.readUInt32LE(4)
  const tag = (wanted: number): number => {
    for (let at = directory + 2; ; at += 12)
      if (tiff.readUInt16LE(at) === wanted) return tiff.readUInt32LE(at + 8)
  }
  return { bytes: tiff.subarray(tag(324), tag(324) + tag(325)), Width, Height: 688 }
}
