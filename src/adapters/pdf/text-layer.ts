import type { Line, Recognition, Word } from '../../domain/page.ts'
import { isOnItsSide } from '../../domain/reading-boxes.ts'
import { slopeOf } from './slope.ts'
import type { Straightening } from './straightening.ts'
import type { TextFont } from './text-font.ts'

/** Text that is there to be searched and selected, not seen (ISO 32000-1, 9.3.6). */
const invisible = 3
/** Capitals, figures and most ascenders stand that much of an em above the baseline. */
const capital = 0.73
/** … and what hangs down, that much below. */
const descent = 0.24
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
    .flatMap((line) => (isOnItsSide(line) ? sideRuns : lineRuns)(line, font, sheet, pen))
  return runs.length === 0 ? '' : ['BT', `${invisible} Tr`, ...runs, 'ET'].join('\n')
}

/** Words stand level, each at its own height: programs that read PDF text tear a slanted word apart. */
function lineRuns(line: Line, font: TextFont, sheet: Sheet, pen: Pen): string[] {
  const slope = slopeOf(line) ?? sheet.slope
  const size = sizeOf(line, slope)
  const fall = slope - sheet.slope
  const rest = Math.abs(fall) * (line.box.x1 - line.box.x0) < size * hardly ? 0 : fall
  const [middle, baseline] = sheet.place((line.box.x0 + line.box.x1) / 2, line.baseline)
  const spans = line.words.map((word) => spanOf(word, sheet))
  const runs = line.words.map((word, at) => {
    const { left, right } = endedBefore(spans[at + 1], spans[at]!, size)
    const y = baseline + ((left + right) / 2 - middle) * rest
    return run(word.text, { left, right, size }, moveTo(left, y, sheet, pen), font, pen)
  })
  return [...faceOf(size, sheet, pen), ...runs]
}

/** Words of a line that runs up the page, or down it, one after the other on one baseline; a word alone runs up. */
function sideRuns({ words, box }: Line, font: TextFont, sheet: Sheet, pen: Pen): string[] {
  const isDown = words.at(-1)!.box.y0 > words[0]!.box.y0
  const size = (box.x1 - box.x0) / (capital + descent)
  const foot = isDown ? box.x0 + descent * size : box.x1 - descent * size
  const [x] = sheet.place(foot, (box.y0 + box.y1) / 2)
  const ends = words.map((word): Ends => {
    const middle = (word.box.x0 + word.box.x1) / 2
    const [top, bottom] = [sheet.place(middle, word.box.y0)[1], sheet.place(middle, word.box.y1)[1]]
    return isDown ? { left: top, right: bottom } : { left: -bottom, right: -top }
  })
  const runs = words.map(({ text }, at) => {
    const { left, right } = endedBefore(ends[at + 1], ends[at]!, size)
    const turned = isDown ? '0 -1 1 0' : '0 1 -1 0'
    const place = [x, sheet.height - (isDown ? left : -left)].map((pixels) => inTenths(pixels, sheet) / tenth)
    return run(text, { left, right, size }, `${turned} ${place.join(' ')} Tm`, font, pen)
  })
  const face = faceOf(size, sheet, pen)
  Object.assign(pen, { x: 0, y: 0 })
  return [...face, ...runs, '1 0 0 1 0 0 Tm']
}

/** What chooses the size of a line's letters, where it is not that of the line before. */
function faceOf(size: number, { points, fontName }: Sheet, pen: Pen): string[] {
  const face = `/${fontName} ${Math.round(size * points * tenth) / tenth} Tf`
  if (face === pen.font) return []
  pen.font = face
  return [face]
}

/** Pixels of the straight page. */
type Ends = { readonly left: number; readonly right: number }
type Span = Ends & { readonly size: number }

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

const inTenths = (pixels: number, { points }: Sheet): number => Math.round(pixels * points * tenth)

function moveTo(left: number, top: number, sheet: Sheet, pen: Pen): string {
  const [x, y] = [inTenths(left, sheet), inTenths(sheet.height - top, sheet)]
  const move = `${(x - pen.x) / tenth} ${(y - pen.y) / tenth} Td`
  Object.assign(pen, { x, y })
  return move
}

function run(text: string, { left, right, size }: Span, place: string, font: TextFont, pen: Pen): string {
  const written = font.write(text)
  const natural = written.width * size
  const width = Math.max(1, right - left)
  const stretch = `${natural > 0 ? Math.max(1, Math.round((width / natural) * 100)) : 100} Tz`
  const scale = stretch === pen.stretch ? '' : `${stretch} `
  pen.stretch = stretch
  return `${scale}${place}${literal(written.codes + font.write(' ').codes)}Tj`
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
