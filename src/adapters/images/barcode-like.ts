import { type GreyView, millimetres } from './grey-view.ts'

/** Millimetres: a window of two squares by two lies wholly within a code of 8 mm, however it is turned. */
const square = 2.5
/** Levels between the darkest and the lightest of a window, at least: the faintest print that can be read. */
const contrast = 36
/** A code is about half dark; lines of text, white between them, are less than a third. */
const [lightest, darkest] = [0.34, 0.8]
/** So often, on average, a line through the window goes from dark to light or back: modules are many, and small. */
const changes = 2.4
/** Every other pixel of every other row tells as much. */
const stride = 2

/** So many windows in a row are bars, however low. */
const long = 8

/**
 * Can there be a barcode on this page? Two windows by two that look like one, or a row of them. Cheap, and wrong only on
 * the safe side: boxes, stamps and pictures may look like one too. The level of paper and ink does not matter. Codes of
 * less than 10 mm, or 14 mm where they lie askew, may be missed.
 */
export function looksBarcoded(view: GreyView): boolean {
  const side = Math.max(4, Math.round(millimetres(view, square)))
  const columns = Math.floor(view.width / side)
  let above: Squares | undefined
  /** How many windows look like a code, up to and with the one above each window. */
  let streaks = new Uint16Array(columns)
  for (let top = 0; top + side <= view.height; top += side) {
    const here = squaresOf(view, top, side, columns)
    const next = new Uint16Array(columns)
    let along = 0
    for (let at = 1; at < columns; at++) {
      const middle = above ? halfDark(above, here, at) : 0
      const isLike = middle > 0 && isBusy(view, (at - 1) * side, top - side, 2 * side, middle)
      along = isLike ? along + 1 : 0
      next[at] = isLike ? streaks[at]! + 1 : 0
      if (along >= long || next[at]! >= long) return true
      if (next[at]! > 1 && next[at - 1]! > 1) return true
    }
    streaks = next
    above = here
  }
  return false
}

type Squares = { readonly low: Uint8Array; readonly high: Uint8Array; readonly mean: Float32Array }

function squaresOf({ pixels, width }: GreyView, top: number, side: number, columns: number): Squares {
  const low = new Uint8Array(columns).fill(255)
  const high = new Uint8Array(columns)
  const mean = new Float32Array(columns)
  let rows = 0
  const across = Math.ceil(side / stride)
  for (let y = top; y < top + side; y += stride, rows++) {
    for (let column = 0; column < columns; column++) {
      let at = y * width + column * side
      let [least, most, sum] = [low[column]!, high[column]!, 0]
      for (const end = at + side; at < end; at += stride) {
        const level = pixels[at]!
        sum += level
        if (level < least) least = level
        if (level > most) most = level
      }
      low[column] = least
      high[column] = most
      mean[column]! += sum / across
    }
  }
  for (let column = 0; column < columns; column++) mean[column]! /= rows
  return { low, high, mean }
}

/** The level between dark and light of a window about half of which is dark; else 0. */
function halfDark(above: Squares, here: Squares, at: number): number {
  const low = Math.min(above.low[at - 1]!, above.low[at]!, here.low[at - 1]!, here.low[at]!)
  const high = Math.max(above.high[at - 1]!, above.high[at]!, here.high[at - 1]!, here.high[at]!)
  if (high - low < contrast) return 0
  const mean = (above.mean[at - 1]! + above.mean[at]! + here.mean[at - 1]! + here.mean[at]!) / 4
  const dark = (high - mean) / (high - low)
  return dark > lightest && dark < darkest ? (low + high) / 2 : 0
}

/** Bars change in one direction, modules in both. */
function isBusy({ pixels, width }: GreyView, left: number, top: number, side: number, middle: number) {
  let [across, down, lines] = [0, 0, 0]
  for (let line = 0; line < side; line += stride, lines++) {
    let row = (top + line) * width + left
    let column = top * width + left + line
    for (let step = 1; step < side; step++, row++, column += width) {
      if (pixels[row]! < middle !== pixels[row + 1]! < middle) across++
      if (pixels[column]! < middle !== pixels[column + width]! < middle) down++
    }
  }
  return Math.max(across, down) / lines >= changes
}
