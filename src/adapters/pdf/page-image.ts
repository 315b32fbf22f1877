import type { PDFContext, PDFRawStream } from '@cantoo/pdf-lib'
import sharp, { type Metadata } from 'sharp'
import type { MediaType } from '../../domain/page.ts'
import { codeGroup4, type Group4, group4Of } from './group-4.ts'
import { jpegFrame } from './jpeg-frame.ts'
import { type PngRows, pngRows } from './png-rows.ts'

/** An image as PDF keeps it: pixels stored, and those of them that are the page (Group 4 rows may be padded). */
export type PdfImage = {
  readonly object: PDFRawStream
  readonly stored: { readonly width: number; readonly height: number }
  readonly width: number
  readonly height: number
}

type Size = { readonly width: number; readonly height: number }

const jpegQuality = 75
/** A lossless page may take that much more room than its JPEG: clean drawings and print stay lossless. */
const fairPrice = 1.5

/**
 * A page image as PDF keeps it: JPEG bytes untouched, bitonal pages as CCITT Group 4 (never JBIG2), all others without
 * loss where that is not much larger than a JPEG. Decodes only what cannot go in as it is.
 */
export async function pageImage(context: PDFContext, image: Buffer, mediaType: MediaType): Promise<PdfImage> {
  if (mediaType === 'image/jpeg') {
    const frame = jpegFrame(image)
    const plain = frame && frame.coding <= 2 && frame.bits === 8 && frame.height > 0
    if (plain && (frame.components === 1 || frame.components === 3))
      return jpegImage(context, image, frame, frame.components)
  }
  const ready = mediaType === 'image/tiff' ? group4Of(image) : undefined
  if (ready) return group4Image(context, ready)
  const said = await sharp(image).metadata()
  if (isBitonal(said)) return group4Image(context, await codeGroup4(image, said))
  return smallerImage(context, image, said)
}

const isBitonal = ({ space, channels, bitsPerSample }: Metadata): boolean =>
  space === 'b-w' && channels === 1 && bitsPerSample === 1

/** A PNG's own rows are taken as they are where they can be: packing them anew costs more than reading the page. */
async function smallerImage(context: PDFContext, image: Buffer, said: Metadata): Promise<PdfImage> {
  const grey = said.space === 'b-w' || said.space === 'grey16'
  const eight = sharp(image)
    .flatten({ background: '#fff' })
    .toColourspace(grey ? 'b-w' : 'srgb')
  const lossless = pngRows(image) ?? pngRows(await eight.clone().png({ palette: false }).toBuffer())
  const lossy = await eight.jpeg({ quality: jpegQuality, chromaSubsampling: '4:4:4' }).toBuffer()
  return lossless && lossless.rows.length <= lossy.length * fairPrice
    ? deflatedImage(context, lossless)
    : jpegImage(context, lossy, said, grey ? 1 : 3)
}

function jpegImage(context: PDFContext, jpeg: Buffer, size: Size, channels: number): PdfImage {
  const { width, height } = size
  const samples = { ...shape(size), ColorSpace: colours(channels), BitsPerComponent: 8 }
  const object = context.stream(jpeg, { ...samples, Filter: 'DCTDecode' })
  return { object, stored: { width, height }, width, height }
}

function group4Image(context: PDFContext, { codes, columns, rows, inverted, ...page }: Group4): PdfImage {
  const stored = { width: columns, height: rows }
  const object = context.stream(codes, {
    ...shape(stored),
    ColorSpace: 'DeviceGray',
    BitsPerComponent: 1,
    Filter: 'CCITTFaxDecode',
    DecodeParms: { K: -1, Columns: columns, Rows: rows, ...(inverted && { BlackIs1: true }) },
  })
  return { object, stored, ...page }
}

function deflatedImage(context: PDFContext, { rows, width, height, channels }: PngRows): PdfImage {
  const object = context.stream(rows, {
    ...shape({ width, height }),
    ColorSpace: colours(channels),
    BitsPerComponent: 8,
    Filter: 'FlateDecode',
    DecodeParms: { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width },
  })
  return { object, stored: { width, height }, width, height }
}

const shape = ({ width, height }: Size) => ({
  Type: 'XObject',
  Subtype: 'Image',
  Width: width,
  Height: height,
})
const colours = (channels: number): string => (channels === 1 ? 'DeviceGray' : 'DeviceRGB')
