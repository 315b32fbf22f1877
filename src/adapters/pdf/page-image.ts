import type { PDFContext, PDFRef } from '@cantoo/pdf-lib'
import sharp, { type Metadata } from 'sharp'
import type { MediaType } from '../../domain/page.ts'

/** An image as PDF keeps it: pixels stored, and those of them that are the page (Group 4 rows are padded). */
export type EmbeddedImage = {
  readonly ref: PDFRef
  readonly stored: { readonly width: number; readonly height: number }
  readonly width: number
  readonly height: number
}

type Image = { image: Buffer; mediaType: MediaType; width: number; height: number; channels: number }

const jpegQuality = 75
/** A lossless page may take that much more room than its JPEG: clean drawings and print stay lossless. */
const fairPrice = 1.5

/**
 * Embeds a page image: JPEG bytes untouched, bitonal pages as CCITT Group 4 (never JBIG2), all others without loss
 * where that is not much larger than a JPEG.
 */
export async function embedPageImage(
  context: PDFContext,
  image: Buffer,
  mediaType: MediaType,
): Promise<EmbeddedImage> {
  const said = await sharp(image).metadata()
  const { width, height, channels } = said
  const known: Image = { image, mediaType, width, height, channels }
  if (mediaType === 'image/jpeg' && (channels === 1 || channels === 3)) return jpegImage(context, known)
  if (isBitonal(said)) return group4Image(context, known)
  const flat = sharp(image).flatten({ background: '#fff' })
  const grey = said.space === 'b-w' || said.space === 'grey16'
  const eight = flat.toColourspace(grey ? 'b-w' : 'srgb')
  const lossless = await eight.clone().png({ compressionLevel: 9, palette: false }).toBuffer()
  const lossy = await eight.jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' }).toBuffer()
  const channelsKept = grey ? 1 : 3
  return lossless.length <= lossy.length * fairPrice
    ? deflatedImage(context, { ...known, image: lossless, channels: channelsKept })
    : jpegImage(context, { ...known, image: lossy, channels: channelsKept })
}

const isBitonal = ({ space, channels, bitsPerSample }: Metadata): boolean =>
  space === 'b-w' && channels === 1 && bitsPerSample === 1

function jpegImage(context: PDFContext, { image, width, height, channels }: Image): EmbeddedImage {
  const dict = {
    ...shape(width, height),
    ColorSpace: colours(channels),
    BitsPerComponent: 8,
    Filter: 'DCTDecode',
  }
  return { ref: context.register(context.stream(image, dict)), stored: { width, height }, width, height }
}

/** Group 4 rows end on a multiple of 16 pixels, because one tile is how the image library writes a single strip. */
async function group4Image(context: PDFContext, { image, width, height }: Image): Promise<EmbeddedImage> {
  const stored = { width: Math.ceil(width / 16) * 16, height: Math.ceil(height / 16) * 16 }
  const tiff = await sharp(image)
    .toColourspace('b-w')
    .tiff({
      compression: 'ccittfax4',
      bitdepth: 1,
      miniswhite: true,
      tile: true,
      tileWidth: stored.width,
      tileHeight: stored.height,
    })
    .toBuffer()
  const dict = {
    ...shape(stored.width, stored.height),
    ColorSpace: 'DeviceGray',
    BitsPerComponent: 1,
    Filter: 'CCITTFaxDecode',
    DecodeParms: { K: -1, Columns: stored.width, Rows: stored.height },
  }
  return { ref: context.register(context.stream(onlyTile(tiff), dict)), stored, width, height }
}

/** The bytes of the single tile of a little-endian TIFF (tags 324 and 325). */
function onlyTile(tiff: Buffer): Buffer {
  const directory = tiff.readUInt32LE(4)
  const values = new Map<number, number>()
  for (let entry = 0; entry < tiff.readUInt16LE(directory); entry++) {
    const at = directory + 2 + entry * 12
    values.set(tiff.readUInt16LE(at), tiff.readUInt32LE(at + 8))
  }
  const start = values.get(324)!
  return tiff.subarray(start, start + values.get(325)!)
}

/** A PNG's compressed rows are what PDF calls Flate with a PNG predictor. */
function deflatedImage(context: PDFContext, { image, width, height, channels }: Image): EmbeddedImage {
  const dict = {
    ...shape(width, height),
    ColorSpace: colours(channels),
    BitsPerComponent: 8,
    Filter: 'FlateDecode',
    DecodeParms: { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width },
  }
  return {
    ref: context.register(context.stream(pngRows(image), dict)),
    stored: { width, height },
    width,
    height,
  }
}

function pngRows(png: Buffer): Buffer {
  const rows: Buffer[] = []
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') rows.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return Buffer.concat(rows)
}

const shape = (width: number, height: number) => ({
  Type: 'XObject',
  Subtype: 'Image',
  Width: width,
  Height: height,
})
const colours = (channels: number): string => (channels === 1 ? 'DeviceGray' : 'DeviceRGB')
