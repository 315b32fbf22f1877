import { promisify } from 'node:util'
import { constants, deflate, inflate } from 'node:zlib'
import { PDFArray, PDFBool, PDFDict, PDFName, type PDFObject, type PDFRawStream } from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'
import type { MediaType } from '../../domain/page.ts'
import { g4Tiff } from './g4-tiff.ts'
import { bytesPerRow, type PngHeader, pngOf, unfilteredRows } from './png-container.ts'
import { numberOr } from './sole-image.ts'

export type EncodedImage = { readonly image: Buffer; readonly mediaType: MediaType }

type Described = {
  readonly dict: PDFDict
  readonly bytes: Buffer
  readonly filter: string
  readonly parameters: PDFDict | undefined
  readonly width: number
  readonly height: number
  readonly dpi: number
}

const name = (text: string): PDFName => PDFName.of(text)

/** Pixels of an embedded image, as its dictionary says. */
export const pixelSize = (stream: PDFRawStream): { width: number; height: number } => ({
  width: numberOr(stream.dict.lookup(name('Width')), 0),
  height: numberOr(stream.dict.lookup(name('Height')), 0),
})

/**
 * Takes an embedded image out of a PDF without changing a pixel: JPEG bytes untouched, a Group 4 stream inside a TIFF,
 * deflated samples inside a PNG. Undefined when its coding, its colours or its mask need a full renderer.
 * @throws Failure file-truncated when samples are missing
 */
export async function embeddedImage(stream: PDFRawStream, dpi: number): Promise<EncodedImage | undefined> {
  const described = describe(stream, dpi)
  if (!described) return undefined
  if (described.filter === 'DCTDecode') return jpeg(described)
  if (described.filter === 'CCITTFaxDecode') return group4(described)
  if (described.filter === 'FlateDecode') return deflated(described)
  return undefined
}

function describe({ dict, contents, transform }: PDFRawStream, dpi: number): Described | undefined {
  if (transform || dict.has(name('SMask')) || (dict.has(name('Mask')) && dict.lookup(name('Mask'))))
    return undefined
  const filter = only(dict.lookup(name('Filter')))
  if (!(filter instanceof PDFName)) return undefined
  const parameters = only(dict.lookup(name('DecodeParms')))
  return {
    dict,
    bytes: Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength),
    filter: filter.decodeText(),
    parameters: parameters instanceof PDFDict ? parameters : undefined,
    width: numberOr(dict.lookup(name('Width')), 0),
    height: numberOr(dict.lookup(name('Height')), 0),
    dpi,
  }
}

/** A value, or the single one of an array. */
function only(value: PDFObject | undefined): PDFObject | undefined {
  if (!(value instanceof PDFArray)) return value
  return value.size() === 1 ? value.lookup(0) : undefined
}

function jpeg(image: Described): EncodedImage | undefined {
  if (image.dict.has(name('Decode')) || image.parameters?.has(name('ColorTransform'))) return undefined
  return componentsOf(image.dict) ? { image: image.bytes, mediaType: 'image/jpeg' } : undefined
}

function group4(image: Described): EncodedImage | undefined {
  const { parameters, dict } = image
  if (numberOr(parameters?.lookup(name('K')), 0) >= 0) return undefined
  if (isTrue(parameters?.lookup(name('EncodedByteAlign')))) return undefined
  if (numberOr(parameters?.lookup(name('Columns')), 1728) !== image.width) return undefined
  const decode = decodeOf(dict)
  if (decode === 'other') return undefined
  const inverted = isTrue(parameters?.lookup(name('BlackIs1'))) !== (decode === 'inverted')
  return { image: g4Tiff(image.bytes, { ...image, inverted }), mediaType: 'image/tiff' }
}

async function deflated(image: Described): Promise<EncodedImage | undefined> {
  const header = pngHeader(image)
  const predictor = numberOr(image.parameters?.lookup(name('Predictor')), 1)
  if (!header || decodeOf(image.dict) !== 'straight' || (predictor !== 1 && predictor < 10)) return undefined
  if (predictor >= 10 && !predictsAs(image, header)) return undefined
  const row = bytesPerRow(header)
  const size = (predictor === 1 ? row : row + 1) * header.height
  const samples = await inflated(image.bytes, size)
  const rows = predictor === 1 ? unfilteredRows(samples, row, header.height) : samples
  const packed = await promisify(deflate)(rows, { level: 6 })
  return { image: pngOf(header, packed), mediaType: 'image/png' }
}

/** Inflates exactly `size` bytes; a missing checksum at the end is nothing a scanner's page would suffer from. */
async function inflated(bytes: Buffer, size: number): Promise<Buffer> {
  const inflating = promisify<Buffer, object, Buffer>(inflate)
  const samples = await inflating(bytes, {
    finishFlush: constants.Z_SYNC_FLUSH,
    maxOutputLength: size + 65_536,
  }).catch((cause: unknown) => {
    throw new Failure('file-unreadable', {}, { cause })
  })
  if (samples.length < size) throw new Failure('file-truncated')
  return samples.subarray(0, size)
}

/** A PNG predictor is only the PNG filter if it was told the image's own shape. */
function predictsAs({ parameters }: Described, header: PngHeader): boolean {
  return (
    numberOr(parameters?.lookup(name('Columns')), 1) === header.width &&
    numberOr(parameters?.lookup(name('Colors')), 1) === (header.colourType === 2 ? 3 : 1) &&
    numberOr(parameters?.lookup(name('BitsPerComponent')), 8) === header.bitDepth
  )
}

function pngHeader({ dict, width, height, dpi }: Described): PngHeader | undefined {
  const mask = isTrue(dict.lookup(name('ImageMask')))
  const bitDepth = mask ? 1 : numberOr(dict.lookup(name('BitsPerComponent')), 0)
  if (bitDepth !== 1 && bitDepth !== 2 && bitDepth !== 4 && bitDepth !== 8 && bitDepth !== 16)
    return undefined
  const components = mask ? 1 : componentsOf(dict)
  if (!components || (components === 3 && bitDepth < 8)) return undefined
  return { width, height, bitDepth, colourType: components === 3 ? 2 : 0, dpi }
}

/** 1 for grey, 3 for red green blue; undefined for what a page image seldom is. */
function componentsOf(dict: PDFDict): 1 | 3 | undefined {
  const space = dict.lookup(name('ColorSpace'))
  const [family, details] =
    space instanceof PDFArray ? [space.lookup(0), space.lookup(1)] : [space, undefined]
  if (family === name('DeviceGray') || family === name('CalGray')) return 1
  if (family === name('DeviceRGB') || family === name('CalRGB')) return 3
  if (family !== name('ICCBased') || !(details && 'dict' in details && details.dict instanceof PDFDict))
    return undefined
  const components = numberOr(details.dict.lookup(name('N')), 0)
  return components === 1 || components === 3 ? components : undefined
}

function decodeOf(dict: PDFDict): 'straight' | 'inverted' | 'other' {
  const decode = dict.lookup(name('Decode'))
  if (!(decode instanceof PDFArray)) return 'straight'
  const numbers = decode.asArray().map((each) => numberOr(each, Number.NaN))
  if (numbers.every((value, index) => value === index % 2)) return 'straight'
  return numbers.length === 2 && numbers[0] === 1 && numbers[1] === 0 ? 'inverted' : 'other'
}

const isTrue = (value: unknown): boolean => value instanceof PDFBool && value.asBoolean()
