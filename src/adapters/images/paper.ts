import type { GreyView } from './grey-view.ts'

/** Paper shows in most of any square of this side, whatever is printed on it. */
const cellInches = 0.4
const paperShare = 0.9
/** A cell lighter than this share of the sheet's paper is paper, wherever it stands. */
const surelyPaper = 0.6
/** A darker one is shaded paper where it has this share of a neighbour's level; else a photograph, a stamp or a border. */
const shadedPaper = 0.8
/** Darker than this share of the sheet's paper, nothing is paper. */
const darkestPaper = 0.2
/** So many pixels across a cell tell its paper; more of them say nothing new. */
const enoughAcross = 40
/** So many rows of pixels have the same paper: a millimetre or two. */
const rowsAlike = 8

/** Factors are counted in 16,384ths: whole numbers, which are quick; the largest product fits 32 bits. */
const fraction = 14
const unit = 1 << fraction
const half = unit / 2

/** Level of most of a page, as a few of its pixels tell. */
export const levelOf = (view: GreyView): number => percentile(sampleOf(view), 0.5)

/** Level of the lighter part of a scan: of the sheet, however little of the scan it covers. */
export const paperLevelOf = (view: GreyView): number => percentile(sampleOf(view), paperShare)

/** Where nothing is as light as this, no paper is to be seen: the lamp failed, or the lid was scanned. */
export const darkestSheet = 64

/** How many pixels of each level there are, of about so many taken from all over the page. */
export function sampleOf({ pixels }: GreyView, about = 50_000): Uint32Array {
  const counts = new Uint32Array(256)
  const every = Math.max(1, Math.floor(pixels.length / about))
  for (let at = 0; at < pixels.length; at += every) counts[pixels[at]!]!++
  return counts
}

type Grid = { levels: Float32Array; columns: number; rows: number; cell: number }

/**
 * Divides the paper out of a page: grey, yellowed or unevenly lit paper becomes white, ink keeps its contrast.
 * The paper is a coarse grid of a high percentile, interpolated between the cells.
 */
export function withEvenPaper(view: GreyView): GreyView {
  const grid = paperGrid(view)
  if (grid.levels.every((level) => level === 255)) return view
  const { pixels: given, width, height } = view
  const pixels = new Uint8Array(given.length)
  const across = neighboursOf(width, grid.cell, grid.columns)
  const whiter = new Int32Array(width)
  for (let y = 0; y < height; y++) {
    if (y % rowsAlike === 0) brighten(whiter, grid, across, y + rowsAlike / 2)
    const start = y * width
    lighten(given.subarray(start, start + width), whiter, pixels.subarray(start, start + width))
  }
  return { ...view, pixels }
}

/** One row; a function of its own, which the engine compiles once and well. */
function lighten(given: Uint8Array, whiter: Int32Array, pixels: Uint8Array): void {
  for (let x = 0; x < whiter.length; x++) {
    const level = (Math.imul(given[x]!, whiter[x]!) + half) >> fraction
    pixels[x] = level > 255 ? 255 : level
  }
}

/** For each pixel the first of the two cells whose centres lie around it, and how far it is towards the second. */
type Neighbours = { readonly low: Int32Array; readonly share: Float32Array }

function neighboursOf(length: number, cell: number, count: number): Neighbours {
  const [low, share] = [new Int32Array(length), new Float32Array(length)]
  for (let at = 0; at < length; at++) {
    const place = placeOf(at, cell, count)
    low[at] = Math.floor(place)
    share[at] = place - low[at]!
  }
  return { low, share }
}

const placeOf = (at: number, cell: number, count: number): number =>
  Math.min(count - 1, Math.max(0, (at + 0.5) / cell - 0.5))

/** What each pixel of some rows must be multiplied with, in units, so that their paper becomes white. */
function brighten(
  whiter: Int32Array,
  { levels, columns, rows, cell }: Grid,
  { low, share }: Neighbours,
  y: number,
): void {
  const place = placeOf(y, cell, rows)
  const above = Math.floor(place)
  const below = Math.min(rows - 1, above + 1)
  // The last cell once more: it is its own neighbour.
  const row = new Float32Array(columns + 1)
  for (let column = 0; column <= columns; column++) {
    const at = Math.min(column, columns - 1)
    const level = levels[above * columns + at]!
    row[column] = level + (levels[below * columns + at]! - level) * (place - above)
  }
  for (let x = 0; x < whiter.length; x++) {
    const left = row[low[x]!]!
    whiter[x] = (255 * unit) / (left + (row[low[x]! + 1]! - left) * share[x]!) + 0.5
  }
}

function paperGrid(view: GreyView): Grid {
  const cell = Math.max(8, Math.round(cellInches * view.dpi))
  const columns = Math.ceil(view.width / cell)
  const rows = Math.ceil(view.height / cell)
  const levels = new Float32Array(columns * rows)
  const whole = new Uint32Array(256)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const counts = histogram(view, column * cell, row * cell, cell)
      levels[row * columns + column] = percentile(counts, paperShare)
      for (let level = 0; level < 256; level++) whole[level]! += counts[level]!
    }
  }
  fillHoles({ levels, columns, rows, cell }, percentile(whole, paperShare))
  return { levels, columns, rows, cell }
}

/** Gives cells that are no paper the level of the paper around them, from the light parts of a page into the shaded ones. */
function fillHoles({ levels, columns, rows }: Grid, sheet: number): void {
  const isPaper = Uint8Array.from(levels, (level) => (level >= Math.max(1, sheet * surelyPaper) ? 1 : 0))
  const around = (at: number): number[] => {
    const x = at % columns
    return [
      ...(x > 0 ? [at - 1] : []),
      ...(x < columns - 1 ? [at + 1] : []),
      ...(at >= columns ? [at - columns] : []),
      ...(at < (rows - 1) * columns ? [at + columns] : []),
    ].filter((one) => isPaper[one])
  }
  const least = Math.max(1, sheet * darkestPaper)
  const spread = (take: (at: number, near: readonly number[]) => boolean): void => {
    for (let isNew = true; isNew; ) {
      const taken = [...levels.keys()].filter((at) => {
        const near = isPaper[at] ? [] : around(at)
        return near.length > 0 && take(at, near)
      })
      for (const at of taken) isPaper[at] = 1
      isNew = taken.length > 0
    }
  }
  spread((at, near) => levels[at]! >= least && near.some((one) => levels[at]! >= levels[one]! * shadedPaper))
  spread((at, near) => {
    levels[at] = near.reduce((sum, one) => sum + levels[one]!, 0) / near.length
    return true
  })
  if (!isPaper.includes(1)) levels.fill(Math.max(1, sheet))
}

function histogram(
  { pixels, width, height }: GreyView,
  left: number,
  top: number,
  side: number,
): Uint32Array {
  const counts = new Uint32Array(256)
  const right = Math.min(width, left + side)
  const bottom = Math.min(height, top + side)
  const every = Math.max(1, Math.floor(side / enoughAcross))
  for (let y = top; y < bottom; y += every) {
    const end = y * width + right
    for (let at = y * width + left; at < end; at += every) counts[pixels[at]!]!++
  }
  return counts
}

/** The level up to which that share of what was counted lies. */
export function percentile(counts: Uint32Array, share: number): number {
  let all = 0
  for (let level = 0; level < 256; level++) all += counts[level]!
  const wanted = all * share
  let sum = 0
  for (let level = 0; level < 256; level++) {
    sum += counts[level]!
    if (sum >= wanted) return level
  }
  return 255
}
