import { deflateSync } from 'node:zlib'
import type { PDFContext, PDFRawStream } from '@cantoo/pdf-lib'
import type { Recognition, Turn } from '../../domain/page.ts'
import type { Size } from './coded-page.ts'
import type { PdfImage } from './page-image.ts'
import { type Straightening, straightening } from './straightening.ts'
import type { TextFont } from './text-font.ts'
import { number, textLayer } from './text-layer.ts'

/** What a page shows, and its size in points. */
export type PageContent = {
  readonly content: PDFRawStream
  readonly width: number
  readonly height: number
}

type Drawing = {
  readonly image: PdfImage
  readonly dpi: number
  readonly recognition: Recognition | undefined
  readonly font: TextFont
  /** Names under which the page's resources hold the layers of the image, from the lowest, and the font. */
  readonly imageNames: readonly string[]
  readonly fontName: string
}

/** Points: no side of a page is shorter (ISO 19005-2, 6.1.13). */
const shortest = 3

/** Draws a page: its image, upright and straight, and its words, invisible. */
export function pageContent(context: PDFContext, drawing: Drawing): PageContent {
  const { image, dpi, recognition, font, imageNames, fontName } = drawing
  const turn = recognition?.turn ?? 0
  const points = 72 / dpi
  const { width, height } = image
  const upright = turn % 180 === 0 ? { width, height } : { width: height, height: width }
  const straight = straightening(upright, recognition)
  const operators = [
    'q',
    operator('cm', [points, 0, 0, points, 0, 0]),
    ...layStraight(straight, upright),
    ...image.layers.flatMap(({ covers }, layer) => [
      'q',
      operator('cm', standUpright(image, covers, turn)),
      `/${imageNames[layer]} Do`,
      'Q',
    ]),
    'Q',
    recognition ? textLayer(recognition, font, { ...straight, points, fontName }) : '',
  ]
  const content = context.stream(deflateSync(Buffer.from(operators.join('\n'), 'latin1')), {
    Filter: 'FlateDecode',
  })
  const [across, down] = [straight.width, straight.height].map((side) =>
    rounded(Math.max(shortest, side * points)),
  )
  return { content, width: across!, height: down! }
}

/** Turns the upright image about its centre so that its lines run level, in pixels, origin bottom left. */
function layStraight(straight: Straightening, upright: { width: number; height: number }): string[] {
  if (straight.slope === 0) return []
  const angle = Math.atan(straight.slope)
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  return [
    operator('cm', [1, 0, 0, 1, straight.width / 2, straight.height / 2]),
    operator('cm', [cos, sin, -sin, cos, 0, 0]),
    operator('cm', [1, 0, 0, 1, -upright.width / 2, -upright.height / 2]),
  ]
}

/** Puts a layer's unit square upright, in pixels; what it covers beyond the page stays outside. */
function standUpright({ width, height }: Size, covers: Size, turn: Turn): readonly number[] {
  const rest = covers.height - height
  return {
    0: [covers.width, 0, 0, covers.height, 0, -rest],
    90: [0, -covers.width, covers.height, 0, -rest, width],
    180: [-covers.width, 0, 0, -covers.height, width, height + rest],
    270: [0, covers.width, -covers.height, 0, height + rest, 0],
  }[turn]
}

const operator = (name: string, operands: readonly number[]): string =>
  `${operands.map(number).join(' ')} ${name}`

/** Points, to a thousandth: what a reader shows of a page's size is not finer. */
const rounded = (points: number): number => Math.round(points * 1000) / 1000
