import type { GreyView } from './grey-view.ts'

/** Paper shows in most of any square of this side, whatever is printed on it. */
const cellInches = 0.4
const paperShare = 0.9
/** A cell darker than this share of the sheet's paper is a photograph or a stamp, not shaded paper. */
const darkestPaper = 0.6

type Grid = { levels: Float32Array; columns: number; rows: number; cell: number }

/**
 * Divides the paper out of a page: grey, yellowed or unevenly lit paper becomes white, ink keeps its contrast.
 * The paper is a coarse grid of a high percentile, interpolated between the cells.
 */
export function withEvenPaper(view: GreyView): GreyView {
  const grid = paperGrid(view)
  const pixels = new Uint8Array(view.pixels.length)
  const across = Array.from({ length: view.width }, (_, x) => neighbours(x, grid.cell, grid.columns))
  const row = new Float32Array(grid.columns)
  for (let y = 0; y < view.height; y++) {
    const { low, high, share } = neighbours(y, grid.cell, grid.rows)
    for (let column = 0; column < grid.columns; column++) {
      const above = grid.levels[low * grid.columns + column]!
      row[column] = above + (grid.levels[high * grid.columns + column]! - above) * share
    }
    const start = y * view.width
    for (let x = 0; x < view.width; x++) {
      const place = across[x]!
      const left = row[place.low]!
      const paper = left + (row[place.high]! - left) * place.share
      pixels[start + x] = Math.min(255, (view.pixels[start + x]! * 255) / paper)
    }
  }
  return { ...view, pixels }
}

/** The two cells whose centres lie around a pixel, and how far it is towards the second. */
function neighbours(at: number, cell: number, count: number): { low: number; high: number; share: number } {
  const place = Math.min(count - 1, Math.max(0, (at + 0.5) / cell - 0.5))
  const low = Math.floor(place)
  return { low, high: Math.min(count - 1, low + 1), share: place - low }
}

function paperGrid(view: GreyView): Grid {
  const cell = Math.max(8, Math.round(cellInches * view.dpi))
  const columns = Math.ceil(view.width / cell)
  const rows = Math.ceil(view.height / cell)
  const levels = new Float32Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      levels[row * columns + column] = percentile(
        histogram(view, column * cell, row * cell, cell),
        paperShare,
      )
    }
  }
  const sheet = percentile(histogram(view, 0, 0, Math.max(view.width, view.height)), paperShare)
  const darkest = Math.max(1, sheet * darkestPaper)
  return { levels: levels.map((level) => (level < darkest ? sheet : level)), columns, rows, cell }
}

function histogram(view: GreyView, left: number, top: number, side: number): Uint32Array {
  const counts = new Uint32Array(256)
  const [right, bottom] = [Math.min(view.width, left + side), Math.min(view.height, top + side)]
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) counts[view.pixels[y * view.width + x]!]!++
  }
  return counts
}

function percentile(counts: Uint32Array, share: number): number {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * share
  let sum = 0
  return counts.findIndex((count) => (sum += count) >= wanted)
}
