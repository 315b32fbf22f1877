import { type GreyView, millimetres } from './grey-view.ts'
import { inSquares } from './shrunk.ts'

/** Enough for a pen's stroke, and little enough for a camera's noise. */
const viewDpi = 75
/** Millimetres: nearer than this to the sheet is the shadow of its edge, which is no stroke. */
const shadow = 1.3
/** Millimetres: half of the widest stroke of a pen, and of print. */
const strokes = [0.8, 2] as const
/** By so much of the desk's level a stroke is darker, or lighter, than what lies on either side of it. */
const faint = 0.06
/** By so much the desk is lighter within the first of these lengths, where something lies on it or is printed there. */
const abrupt = 0.3
/** Darker than this share of the desk is no shadow. */
const deepest = 0.45
/** So many pixels that hang together are dust. */
const dust = 5

/**
 * Whether nothing stands on the desk around a sheet that could be ink: no stroke, no edge, nothing black, nothing light,
 * nothing light beside the one sheet.
 *
 * @param around 255 where the desk is, else 0
 * @param levels of the desk, and of the lightest that it is
 */
export function isBare(
  even: GreyView,
  around: Uint8Array,
  { desk, lightest }: { desk: number; lightest: number },
): boolean {
  const side = Math.max(1, Math.round(even.dpi / viewDpi))
  const view = inSquares(even, side)
  const covered = inSquares({ ...even, pixels: around }, side)
  if (sheetsIn(covered) !== 1) return false
  const open = farFromSheet(covered, Math.ceil(millimetres(view, shadow)))
  const { width, height, pixels } = view
  const levels = { open, least: desk * faint, abrupt: desk * abrupt }
  const steps = strokes.map((length) => Math.max(1, Math.round(millimetres(view, length))))
  const seen = new Uint8Array(width * height)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (open[at] === 0) continue
      const level = pixels[at]!
      if (level < desk * deepest || level > lightest) return false
      for (const step of steps) {
        const isAcross = x >= step && x + step < width && stands(pixels, at, step, levels)
        if (isAcross || (y >= step && y + step < height && stands(pixels, at, step * width, levels)))
          seen[at] = 1
      }
    }
  return connected(seen, width) <= dust
}

/** Whether a pixel of the desk is darker, or lighter, than the desk on either side of it, or much unlike one of them. */
function stands(
  pixels: Uint8Array,
  at: number,
  step: number,
  { open, least, abrupt: most }: { open: Uint8Array; least: number; abrupt: number },
): boolean {
  if (open[at - step] === 0 || open[at + step] === 0) return false
  const [before, behind] = [pixels[at - step]! - pixels[at]!, pixels[at + step]! - pixels[at]!]
  const isStroke = (before > least && behind > least) || (-before > least && -behind > least)
  return isStroke || Math.max(Math.abs(before), Math.abs(behind)) > most
}

/** How many pieces the sheet is in, dust apart. */
function sheetsIn({ pixels, width, height }: GreyView): number {
  // With nothing around it, no pixel has a neighbour outside.
  const row = width + 2
  const left = new Uint8Array(row * (height + 2))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (pixels[y * width + x]! < 128) left[(y + 1) * row + x + 1] = 1
  let sheets = 0
  for (let first = left.indexOf(1); first >= 0; first = left.indexOf(1, first + 1))
    if (taken(first, left, row) > dust) sheets++
  return sheets
}

/** All pixels that hang together with the first, taken out of those that are left. */
function taken(first: number, left: Uint8Array, row: number): number {
  const open = [first]
  left[first] = 0
  let count = 0
  const meet = (next: number): void => {
    if (left[next] === 0) return
    left[next] = 0
    open.push(next)
  }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    count++
    meet(at - 1)
    meet(at + 1)
    meet(at - row)
    meet(at + row)
  }
  return count
}

/** Where the desk is all that lies so near, in pixels: above and below, and to the left and right of that. */
function farFromSheet({ pixels, width, height }: GreyView, reach: number): Uint8Array {
  const narrow = Uint8Array.from(pixels)
  for (let x = 0; x < width; x++) farAlong(pixels, narrow, { first: x, length: height, step: width, reach })
  const open = Uint8Array.from(narrow)
  for (let y = 0; y < height; y++) farAlong(narrow, open, { first: y * width, length: width, step: 1, reach })
  return open
}

type Row = { readonly first: number; readonly length: number; readonly step: number; readonly reach: number }

/** Clears what lies so near to a pixel that is no desk, along a row or column. */
function farAlong(from: Uint8Array, to: Uint8Array, { first, length, step, reach }: Row): void {
  for (let at = 0, seen = -reach - 1; at < length; at++) {
    if (from[first + at * step]! < 255) seen = at
    if (at - seen <= reach) to[first + at * step] = 0
  }
  for (let at = length - 1, seen = length + reach; at >= 0; at--) {
    if (from[first + at * step]! < 255) seen = at
    if (seen - at <= reach) to[first + at * step] = 0
  }
}

/** How many pixels have at least two more around them. */
function connected(marks: Uint8Array, width: number): number {
  let count = 0
  for (let at = marks.indexOf(1); at >= 0; at = marks.indexOf(1, at + 1)) {
    let around = -1
    for (const row of [at - width, at, at + width])
      for (let one = row - 1; one <= row + 1; one++) around += marks[one] ?? 0
    if (around >= 2) count++
  }
  return count
}
