import type { PDFContext, PDFRawStream } from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'
import { asItIs, plainFrame } from './as-it-is.ts'
import type { CodedImage, CodedLayer, CodePage, Scan, Size } from './coded-page.ts'
import type { AccessCopy } from './metadata.ts'

/** An image as an object of a PDF, and the pixels of the page that it covers. */
export type Layer = {
  readonly object: PDFRawStream
  /** Where the layer shows; without it, everywhere. */
  readonly stencil?: PDFRawStream
  readonly covers: Size
}

/** A page image in its layers, the lowest first, and its size in pixels. */
export type PdfImage = Size & { readonly layers: readonly Layer[] }

/** A page image as PDF keeps it: as it came where it can, else as `codePage` codes it. Nothing is decoded here. */
export async function pageImage(
  context: PDFContext,
  scan: Scan,
  { accessCopy, codePage }: { accessCopy: AccessCopy; codePage: CodePage },
): Promise<PdfImage> {
  const { image, mediaType, dpi } = scan
  const coded = asItIs(scan, accessCopy) ?? (await codePage(image, { mediaType, dpi, accessCopy }))
  const { width, height } = coded
  return { width, height, layers: coded.layers.map((layer) => layerOf(context, layer)) }
}

function layerOf(context: PDFContext, { image, stencil, covers }: CodedLayer): Layer {
  const object = streamOf(context, image, { ColorSpace: colours[image.channels] })
  if (!stencil) return { object, covers }
  return { object, stencil: streamOf(context, stencil, { ImageMask: true }), covers }
}

/** Bits and filter of each coding. */
const coded = {
  jpeg: () => ({ BitsPerComponent: 8, Filter: 'DCTDecode' }),
  group4: ({ width, height, inverted }: CodedImage) => ({
    BitsPerComponent: 1,
    Filter: 'CCITTFaxDecode',
    DecodeParms: { K: -1, Columns: width, Rows: height, ...(inverted && { BlackIs1: true }) },
  }),
  rows: ({ width, channels }: CodedImage) => ({
    BitsPerComponent: 8,
    Filter: 'FlateDecode',
    DecodeParms: { Predictor: 15, Colors: channels, BitsPerComponent: 8, Columns: width },
  }),
}

function streamOf(context: PDFContext, image: CodedImage, shown: object): PDFRawStream {
  const { width, height, coding, bytes } = image
  if (coding === 'jpeg' && !isAsTold(image)) throw new Failure('file-unreadable')
  const shape = { Type: 'XObject', Subtype: 'Image', Width: width, Height: height }
  return context.stream(bytes, { ...shape, ...shown, ...coded[coding](image) })
}

/** What was coded elsewhere is hearsay: a JPEG must be of the size and the colours that the PDF will say. */
function isAsTold({ bytes, width, height, channels }: CodedImage): boolean {
  const frame = plainFrame(bytes)
  return frame?.width === width && frame.height === height && frame.components === channels
}

const colours = { 1: 'DeviceGray', 3: 'DeviceRGB' } as const
