import type { Line, Recognition, Word } from '../../domain/page.ts'
import { slopeOf } from './slope.ts'
import type { Straightening } from './straightening.ts'
import type { TextFont } from './text-font.ts'

/** Text that is there to be searched and selected, not seen (ISO 32000-1, 9.3.6). */
const invisible = 3
/** Capitals, figures and most ascenders stand that much of an em above the baseline. */
const capital = 0.73
/** Places are written in tenths of a point, 35 micrometres, widths in whole percents: words take up little room. */
const tenth = 10
/** Programs that read PDF text see a space in white of that much of an em; most want less, poppler's -raw 0.15. */
const space = 0.2
/** The narrowest word, a colon, takes up that much of an em. */
const leastWidth = 0.1
/** A line that falls by less than this share of its letters from end to end is laid level. */
const hardly = 0.25

type Sheet = Straightening & { readonly points: number; readonly fontName: string }
/** Where the last run began, in tenths of a point: the next one is placed from there. */
type Pen = { x: number; y: number; stretch: string; font: string }

/**
 * Content that lays one invisible run under each recognised word: at its baseline, as wide as its box, in reading order.
 * A space follows each word, so that copied words stay apart where a reader does not look at gaps.
 */
export function textLayer(page: Recognition, font: TextFont, sheet: Sheet): string {
  const pen = { x: 0, y: 0, stretch: '', font: '' }
  const runs = page.lines
    .filter((line) => line.words.length > 0)
    .flatMap((line) => lineRuns(line, font, sheet, pen))
  return runs.length === 0 ? '' : ['BT', `${invisible} Tr`, ...runs, 'ET'].join('\n')
}

/** Words stand level, each at its own height: programs that read PDF text tear a slanted word apart. */
function lineRuns(line: Line, font: TextFont, sheet: Sheet, pen: Pen): string[] {
  const slope = slopeOf(line) ?? sheet.slope
  const size = sizeOf(line, slope)
  const fall = slope - sheet.slope
  const rest = Math.abs(fall) * (line.box.x1 - line.box.x0) < size * hardly ? 0 : fall
  const [middle, baseline] = sheet.place((line.box.x0 + line.box.x1) / 2, line.baseline)
  const face = `/${sheet.fontName} ${Math.round(size * sheet.points * tenth) / tenth} Tf`
  const spans = line.words.map((word) => spanOf(word, sheet))
  const runs = line.words.map((word, at) => {
    const { left, right } = endedBefore(spans[at + 1], spans[at]!, size)
    const y = baseline + ((left + right) / 2 - middle) * rest
    return run(word.text, { left, right, y, size }, font, sheet, pen)
  })
  const changed = face === pen.font ? [] : [face]
  pen.font = face
  return [...changed, ...runs]
}

/** Pixels of the straight page. */
type Ends = { readonly left: number; readonly right: number }
type Span = Ends & { readonly y: number; readonly size: number }

function spanOf({ box: { x0, y0, x1, y1 } }: Word, { place }: Sheet): Ends {
  const middle = (y0 + y1) / 2
  return { left: place(x0, middle)[0], right: place(x1, middle)[0] }
}

/** Boxes of words may touch, or reach into the next one's: the space between them must stay one. */
function endedBefore(next: Ends | undefined, { left, right }: Ends, size: number): Ends {
  const end = next && next.left > left ? next.left - space * size : right
  // Where hardly anything would be left of it, its box says nothing of where it ends.
  return end < right && end - left >= leastWidth * size ? { left, right: end } : { left, right }
}

function run(text: string, span: Span, font: TextFont, { points, height }: Sheet, pen: Pen): string {
  const written = font.write(text)
  const natural = written.width * span.size
  const width = Math.max(1, span.right - span.left)
  const stretch = `${natural > 0 ? Math.max(1, Math.round((width / natural) * 100)) : 100} Tz`
  const x = Math.round(span.left * points * tenth)
  const y = Math.round((height - span.y) * points * tenth)
  const move = `${(x - pen.x) / tenth} ${(y - pen.y) / tenth} Td`
  const scale = stretch === pen.stretch ? '' : `${stretch} `
  Object.assign(pen, { x, y, stretch })
  return `${scale}${move}${literal(written.codes + font.write(' ').codes)}Tj`
}

/** Codes, given in hexadecimal, as a literal string of bytes (ISO 32000-1, 7.3.4.2): it packs better. */
function literal(codes: string): string {
  const bytes = Buffer.from(codes, 'hex').toString('latin1')
  return `(${bytes.replace(/[\\()]/g, '\\$&').replaceAll('\r', '\\r')})`
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
