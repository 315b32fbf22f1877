import { PDFDocument, type PDFImage } from '@cantoo/pdf-lib'
import sharp from 'sharp'
import { outline } from '../../../fixtures/generator/lettering.ts'

/** An index card at 150 dpi: small, so that many trials cost little; real enough for every step of the way. */
const pixels = { width: 360, height: 300 } as const
const millimetres = { width: 60.96, height: 50.8 } as const
const points = { width: 172.8, height: 144 } as const
const raw = { ...pixels, channels: 1 } as const
const perMillimetre = 150 / 25.4

/** One side, a byte of grey per pixel. */
export type Side = Buffer

/** A few lines of print; none is a blank side. */
export async function drawSide(lines: readonly string[]): Promise<Side> {
  if (lines.length === 0) return Buffer.alloc(pixels.width * pixels.height, 244)
  const paths = lines.map((line, row) => outline(line, 'sans', 4.5, 5, 14 + row * 10)).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${millimetres.width} ${millimetres.height}"><rect width="100%" height="100%" fill="#f4f4f4"/><path d="${paths}" fill="#222"/></svg>`
  return sharp(Buffer.from(svg), { density: 150 })
    .resize({ ...pixels, fit: 'fill' })
    .toColourspace('b-w')
    .raw()
    .toBuffer()
}

const written = new WeakMap<Side, Promise<Buffer>>()

/** The same side is written once. */
export function jpeg(side: Side): Promise<Buffer> {
  const known = written.get(side) ?? writeJpeg(side)
  written.set(side, known)
  return known
}

const writeJpeg = (side: Side): Promise<Buffer> =>
  sharp(side, { raw }).toColourspace('b-w').withMetadata({ density: 150 }).jpeg({ quality: 70 }).toBuffer()

export const png = (side: Side): Promise<Buffer> =>
  sharp(side, { raw }).toColourspace('b-w').withMetadata({ density: 150 }).png().toBuffer()

/** Several pages, Group 4. */
export const tiff = (sides: readonly Side[]): Promise<Buffer> =>
  sharp(Buffer.concat(sides), {
    raw: { ...raw, height: pixels.height * sides.length, pageHeight: pixels.height },
  })
    .toColourspace('b-w')
    .tiff({
      ...{ compression: 'ccittfax4', bitdepth: 1, miniswhite: true, tileHeight: pixels.height },
      ...{ xres: perMillimetre, yres: perMillimetre, resolutionUnit: 'inch' },
    })
    .toBuffer()

/** One image a page, as scanners write it. */
export async function pdf(sides: readonly Side[]): Promise<Buffer> {
  const file = await PDFDocument.create({ updateMetadata: false })
  const images = new Map<Side, PDFImage>()
  for (const side of sides) {
    const image = images.get(side) ?? (await file.embedJpg(await jpeg(side)))
    images.set(side, image)
    file.addPage([points.width, points.height]).drawImage(image, { x: 0, y: 0, ...points })
  }
  return Buffer.from(await file.save({ useObjectStreams: false }))
}
