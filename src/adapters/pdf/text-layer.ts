import type { Line, Recognition, Word } from '../../domain/page.ts'
import { slopeOf } from './slope.ts'
import type { Straightening } from './straightening.ts'
import type { TextFont } from './text-font.ts'

/** Text that is there to be searched and selected, not seen (ISO 32000-1, 9.3.6). */
const invisible = 3
/** Capitals, figures and most ascenders stand that much of an em above the baseline. */
const capital = 0.73

type Sheet = Straightening & { readonly points: number; readonly fontName: string }
/** Pixels of the straight page. */
type Place = { readonly x: number; readonly y: number; readonly width: number; readonly size: number }

/**
 * Content that lays one invisible run under each recognised word: at its baseline, as wide as its box, followed by a
 * space as wide as the gap, in reading order.
 */
export function textLayer(page: Recognition, font: TextFont, sheet: Sheet): string {
  const runs = page.lines
    .filter((line) => line.words.length > 0)
    .flatMap((line) => lineRuns(line, font, sheet))
  return runs.length === 0 ? '' : ['BT', `${invisible} Tr`, ...runs, 'ET'].join('\n')
}

/** Words stand level, each at its own height: programs that read PDF text tear a slanted word apart. */
function lineRuns(line: Line, font: TextFont, sheet: Sheet): string[] {
  const slope = slopeOf(line) ?? sheet.slope
  const size = sizeOf(line, slope)
  const rest = slope - sheet.slope
  const [middle, baseline] = sheet.place((line.box.x0 + line.box.x1) / 2, line.baseline)
  const spans = line.words.map((word) => spanOf(word, sheet))
  return [
    `/${sheet.fontName} ${number(size * sheet.points)} Tf`,
    ...line.words.flatMap((word, index) => {
      const { left, right } = spans[index]!
      const y = baseline + ((left + right) / 2 - middle) * rest
      const gap = Math.max((spans[index + 1]?.left ?? right + size / 3) - right, 1)
      return [
        run(word.text, { x: left, y, width: right - left, size }, font, sheet),
        run(' ', { x: right, y, width: gap, size }, font, sheet),
      ]
    }),
  ]
}

function spanOf({ box: { x0, y0, x1, y1 } }: Word, { place }: Sheet): { left: number; right: number } {
  const middle = (y0 + y1) / 2
  return { left: place(x0, middle)[0], right: place(x1, middle)[0] }
}

function run(text: string, { x, y, width, size }: Place, font: TextFont, sheet: Sheet): string {
  const written = font.write(text)
  const natural = written.width * size
  const stretch = natural > 0 ? (Math.max(1, width) / natural) * 100 : 100
  const matrix = [1, 0, 0, 1, x * sheet.points, (sheet.height - y) * sheet.points]
  return `${number(stretch)} Tz ${matrix.map(number).join(' ')} Tm <${written.codes}> Tj`
}

/** Pixels of an em, from how far the taller words of a line stand above its baseline. */
function sizeOf({ words, box, baseline }: Line, slope: number): number {
  const middle = (box.x0 + box.x1) / 2
  const ascents = words
    .map(({ box: { x0, x1, y0 } }) => baseline + ((x0 + x1) / 2 - middle) * slope - y0)
    .toSorted((one, other) => one - other)
  return Math.max(4, ascents[Math.floor(ascents.length * 0.75)]! / capital)
}

/** A number as content streams want it: no exponent, no more digits than a printer can see. */
export const number = (value: number): string => String(Math.round(value * 1e5) / 1e5)
