import { PDFHexString } from '@cantoo/pdf-lib'
import type { Line, Recognition, Word } from '../../domain/page.ts'
import { slopeOf, slopeOfPage } from './slope.ts'
import type { TextFont } from './text-font.ts'

/** Text that is there to be searched and selected, not seen (ISO 32000-1, 9.3.6). */
const invisible = 3
/** A word with an ascender and a descender is nearly one em tall. */
const emPerWordHeight = 1.05

type Scale = { readonly pointsPerPixel: number; readonly pageHeight: number; readonly fontName: string }

/**
 * Content that lays one invisible run under each recognised word: at its baseline, as wide as its box, followed by a
 * space as wide as the gap, in reading order.
 */
export function textLayer(page: Recognition, font: TextFont, scale: Scale): string {
  const usual = slopeOfPage(page.lines)
  const lines = page.lines.flatMap((line) => lineRuns(line, slopeOf(line) ?? usual, font, scale))
  return lines.length === 0 ? '' : ['BT', `${invisible} Tr`, ...lines, 'ET'].join('\n')
}

function lineRuns(line: Line, slope: number, font: TextFont, scale: Scale): string[] {
  const size = Math.max(1, median(line.words.map(heightOf)) * emPerWordHeight) * scale.pointsPerPixel
  const middle = (line.box.x0 + line.box.x1) / 2
  const angle = Math.atan(slope)
  return [
    `/${scale.fontName} ${number(size)} Tf`,
    ...line.words.flatMap((word, place) => {
      const next = line.words[place + 1]
      const baselineAt = (x: number) => line.baseline + (x - middle) * slope
      const run = (text: string, x0: number, x1: number) =>
        placedRun(text, { x0, x1, y: baselineAt(x0), angle, size }, font, scale)
      const gap = next ? Math.max(next.box.x0 - word.box.x1, 1) : heightOf(word) / 3
      return [run(word.text, word.box.x0, word.box.x1), run(' ', word.box.x1, word.box.x1 + gap)]
    }),
  ]
}

function placedRun(
  text: string,
  place: { x0: number; x1: number; y: number; angle: number; size: number },
  { font, sayable }: TextFont,
  { pointsPerPixel, pageHeight }: Scale,
): string {
  const said = sayable(text)
  const natural = font.widthOfTextAtSize(said, place.size)
  const wanted = Math.max(1, place.x1 - place.x0) * pointsPerPixel
  const stretch = natural > 0 ? (wanted / natural) * 100 : 100
  const [sin, cos] = [Math.sin(-place.angle), Math.cos(place.angle)]
  const [x, y] = [place.x0 * pointsPerPixel, pageHeight - place.y * pointsPerPixel]
  const matrix = [cos, sin, -sin, cos, x, y].map(number).join(' ')
  return `${number(stretch)} Tz ${matrix} Tm ${hex(font.encodeText(said))} Tj`
}

const heightOf = (word: Word): number => word.box.y1 - word.box.y0
const number = (value: number): string => String(Math.round(value * 1e4) / 1e4)
const hex = (text: PDFHexString): string => text.toString()

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? 0
}
