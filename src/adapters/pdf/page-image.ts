import type { PDFContext, PDFRawStream } from '@cantoo/pdf-lib'
import sharp, { type Metadata } from 'sharp'
import type { MediaType } from '../../domain/page.ts'
import { codeGroup4, type Group4, group4Of } from './group-4.ts'
import { type JpegFrame, jpegFrame } from './jpeg-frame.ts'
import { jpegQuality } from './jpeg-quality.ts'
import type { AccessCopy } from './metadata.ts'
import { type MixedRaster, mixedRaster } from './mixed-raster.ts'
import { type PngRows, pngRows } from './png-rows.ts'
import { isTwoLevel, jpegOf, pictureOf, rasterOf } from './raster.ts'

export type Size = { readonly width: number; readonly height: number }

/** An image as PDF keeps it, and the pixels of the page that it covers: the page, and seldom a little more. */
export type Layer = {
  readonly object: PDFRawStream
  /** Where the layer shows; without it, everywhere. */
  readonly stencil?: PDFRawStream
  readonly covers: Size
}

/** A page image in its layers, the lowest first, and its size in pixels. */
export type PdfImage = Size & { readonly layers: readonly Layer[] }

type Scan = { readonly image: Buffer; readonly mediaType: MediaType; readonly dpi: number }

/** Why: docs/decisions/what-the-access-copy-keeps.md. */
const kept = 75
/** Finer than this, a scanner's JPEG is coded anew; coarser, it would lose more than it gains. */
const finest = 78
/** A lossless page may take that much more room than its JPEG: clean drawings and print stay lossless. */
const fairPrice = 2
/** Bits a pixel that no page on real paper does with: what has less is worth packing without loss. */
const cleanBits = 0.4

/**
 * A page image as PDF keeps it: bitonal pages as CCITT Group 4 (never JBIG2); in a compact copy, text and background
 * apart where that loses nothing; a JPEG untouched unless it is finer than an access copy needs; all others without loss
 * where that is not much larger than a JPEG. Decodes only what cannot go in as it is.
 */
export async function pageImage(context: PDFContext, scan: Scan, accessCopy: AccessCopy): Promise<PdfImage> {
  const { image, mediaType } = scan
  const ready = mediaType === 'image/tiff' ? group4Of(image) : undefined
  if (ready) return group4Image(context, ready)
  const frame = mediaType === 'image/jpeg' ? plainFrame(image) : undefined
  const said = frame ?? (await sharp(image).metadata())
  if ('space' in said && isBitonal(said)) return group4Image(context, await codeGroup4(sharp(image)))
  const { width, height } = said
  const mixed =
    accessCopy === 'compact' ? await mixedRaster(image, { width, height, dpi: scan.dpi }) : undefined
  if (mixed) return mixedImage(context, mixed, { width, height })
  if (frame) return plainJpeg(context, image, frame)
  return smallerImage(context, image)
}

/** The frame of a JPEG that PDF can show as it is. */
function plainFrame(jpeg: Buffer): (JpegFrame & { components: 1 | 3 }) | undefined {
  const frame = jpegFrame(jpeg)
  const components = frame?.components
  if (!frame || frame.coding > 2 || frame.bits !== 8 || frame.height === 0) return undefined
  return components === 1 || components === 3 ? { ...frame, components } : undefined
}

const isBitonal = ({ space, channels, bitsPerSample }: Metadata): boolean =>
  space === 'b-w' && channels === 1 && bitsPerSample === 1

async function plainJpeg(
  context: PDFContext,
  image: Buffer,
  frame: Size & { components: 1 | 3 },
): Promise<PdfImage> {
  const untouched = () => jpegImage(context, image, frame, frame.components)
  if (jpegQuality(image) <= finest) return untouched()
  const raster = await rasterOf(image)
  if (isTwoLevel(raster)) return group4Image(context, await codeGroup4(pictureOf(raster).threshold()))
  const coarser = await jpegOf(raster, kept)
  return coarser.length < image.length ? jpegImage(context, coarser, frame, raster.channels) : untouched()
}

/** A PNG's own rows are taken as they are where they can be: packing them anew costs more than reading the page. */
async function smallerImage(context: PDFContext, image: Buffer): Promise<PdfImage> {
  const raster = await rasterOf(image)
  if (isTwoLevel(raster)) return group4Image(context, await codeGroup4(pictureOf(raster).threshold()))
  const lossy = await jpegOf(raster, kept)
  const own = pngRows(image)
  const isClean = lossy.length * 8 < raster.width * raster.height * cleanBits
  const lossless =
    own?.channels === raster.channels || !isClean
      ? own
      : pngRows(await pictureOf(raster).png({ palette: false }).toBuffer())
  return lossless && lossless.rows.length <= lossy.length * fairPrice
    ? deflatedImage(context, lossless)
    : jpegImage(context, lossy, raster, raster.channels)
}

const alone = (object: PDFRawStream, { width, height }: Size): PdfImage => ({
  layers: [{ object, covers: { width, height } }],
  width,
  height,
})

const jpegImage = (context: PDFContext, jpeg: Buffer, size: Size, channels: 1 | 3): PdfImage =>
  alone(jpegObject(context, jpeg, size, channels), size)

const jpegObject = (context: PDFContext, jpeg: Buffer, size: Size, channels: 1 | 3): PDFRawStream =>
  context.stream(jpeg, {
    ...shape(size),
    ColorSpace: colours(channels),
    BitsPerComponent: 8,
    Filter: 'DCTDecode',
  })

function group4Image(context: PDFContext, coded: Group4): PdfImage {
  const object = context.stream(coded.codes, { ...group4Shape(coded), ColorSpace: 'DeviceGray' })
  return alone(object, coded)
}

const group4Shape = ({ width, height, inverted }: Group4) => ({
  ...shape({ width, height }),
  BitsPerComponent: 1,
  Filter: 'CCITTFaxDecode',
  DecodeParms: { K: -1, Columns: width, Rows: height, ...(inverted && { BlackIs1: true }) },
})

function deflatedImage(context: PDFContext, { rows, width, height, channels }: PngRows): PdfImage {
  const object = context.stream(rows, {
    ...shape({ width, height }),
    ColorSpace: colours(channels),
    BitsPerComponent: 8,
    Filter: 'FlateDecode',
    DecodeParms: { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width },
  })
  return alone(object, { width, height })
}

function mixedImage(context: PDFContext, mixed: MixedRaster, { width, height }: Size): PdfImage {
  const { back, front, channels, covers } = mixed
  const layers: Layer[] = [{ object: jpegObject(context, back.jpeg, back, channels), covers }]
  if (front)
    layers.push({
      object: jpegObject(context, front.jpeg, front, channels),
      stencil: context.stream(front.stencil.codes, { ...group4Shape(front.stencil), ImageMask: true }),
      covers,
    })
  return { layers, width, height }
}

const shape = ({ width, height }: Size) => ({
  Type: 'XObject',
  Subtype: 'Image',
  Width: width,
  Height: height,
})
const colours = (channels: number): string => (channels === 1 ? 'DeviceGray' : 'DeviceRGB')
