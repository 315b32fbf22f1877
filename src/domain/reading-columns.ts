import type { Line } from './page.ts'
import { heightOf, median, sharedHeight } from './reading-boxes.ts'

/** White between two columns, in heights of a line. */
const gutterWidth = 0.9
/** More white than that between two lines ends a column, in heights of a line. */
const columnEnd = 3
/** Running text: so many lines, so many letters and words in the usual line, of so much of the longest's width, and most lines so near. */
const prose = { lines: 3, letters: 18, words: 3, filled: 0.7, leading: 2.3 }
/** Lines of two columns stand in rows when so many of the fewer have one of the others beside them. */
const aligned = 0.6
const beside = 0.5

/** Cells that share some height, cut from others by white across the page. */
export type Band = readonly Line[]
type Gutter = { readonly from: number; readonly to: number }
type Columns = { readonly left: readonly Line[]; readonly right: readonly Line[] }

/**
 * The columns that the first of these bands begins, and how many bands they reach down; undefined when nothing stands side
 * by side there but the cells of rows.
 */
export function columnsApart(bands: readonly Band[]): (Columns & { bands: number }) | undefined {
  // Of two columns one may begin a little lower.
  for (const gutter of guttersOf(bands.slice(0, 2).flat())) {
    const { reached, middle } = reachOf(bands, gutter)
    const columns = sidesOf(reached.flat(), middle)
    if (areProse(columns)) return { ...columns, bands: reached.length }
    if (bands[0]!.length < 2) continue
    // What goes on under one of two short columns is none of it.
    const both = reached.findLastIndex((band) =>
      Object.values(sidesOf(band, middle)).every((side) => side[0]),
    )
    const short = sidesOf(reached.slice(0, both + 1).flat(), middle)
    if (!areRows(short)) return { ...short, bands: both + 1 }
  }
  return undefined
}

function guttersOf(band: Band): Gutter[] {
  const gutters: Gutter[] = []
  const least = gutterWidth * median(band.map(heightOf))
  let right = Number.POSITIVE_INFINITY
  for (const { box } of band.toSorted((a, b) => a.box.x0 - b.box.x0)) {
    if (box.x0 - right >= least) gutters.push({ from: right, to: box.x0 })
    right = right === Number.POSITIVE_INFINITY ? box.x1 : Math.max(right, box.x1)
  }
  return gutters
}

/** The bands down to which a gutter stays white and text goes on, and the middle of what is white of it in all of them. */
function reachOf(bands: readonly Band[], first: Gutter): { reached: Band[]; middle: number } {
  const reached: Band[] = []
  let gutter = first
  let bottom = Number.POSITIVE_INFINITY
  for (const band of bands) {
    const height = median(band.map(heightOf))
    if (Math.min(...band.map(({ box }) => box.y0)) - bottom > columnEnd * height) break
    const narrowed = whiteIn(band, gutter)
    if (!narrowed || narrowed.to - narrowed.from < gutterWidth * height) break
    gutter = narrowed
    bottom = Math.max(...band.map(({ box }) => box.y1))
    reached.push(band)
  }
  return { reached, middle: (gutter.from + gutter.to) / 2 }
}

/** What a band leaves white of a gutter; undefined when something crosses it. */
function whiteIn(band: Band, { from, to }: Gutter): Gutter | undefined {
  const middle = (from + to) / 2
  let [left, right] = [from, to]
  for (const { box } of band) {
    if (box.x1 <= from || box.x0 >= to) continue
    if (box.x0 < from && box.x1 > to) return undefined
    if ((box.x0 + box.x1) / 2 < middle) left = Math.max(left, box.x1)
    else right = Math.min(right, box.x0)
  }
  return left < right ? { from: left, to: right } : undefined
}

const sidesOf = (cells: readonly Line[], middle: number): Columns => ({
  left: cells.filter(({ box }) => (box.x0 + box.x1) / 2 < middle),
  right: cells.filter(({ box }) => (box.x0 + box.x1) / 2 >= middle),
})

const areProse = ({ left, right }: Columns): boolean => isProse(left) && isProse(right)

function isProse(column: readonly Line[]): boolean {
  const tops = column.map(({ box }) => box.y0).toSorted((a, b) => a - b)
  const widths = column.map(({ box }) => box.x1 - box.x0)
  return (
    column.length >= prose.lines &&
    median(column.map(({ words }) => words.length)) >= prose.words &&
    median(column.map(lettersOf)) >= prose.letters &&
    median(widths) >= prose.filled * Math.max(...widths) &&
    mostOf(tops.slice(1).map((top, index) => top - tops[index]!)) <=
      prose.leading * median(column.map(heightOf))
  )
}

/** What three quarters of them stay below. */
const mostOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * 0.75)]!

const lettersOf = ({ words }: Line): number => words.reduce((sum, { text }) => sum + text.length, 0)

function areRows({ left, right }: Columns): boolean {
  const [fewer, more] = left.length <= right.length ? [left, right] : [right, left]
  const ordered = more.toSorted((a, b) => a.box.y0 - b.box.y0)
  const tallest = Math.max(...more.map(heightOf))
  const inRow = fewer.filter(({ box }) => {
    // A page may have thousands of cells: those that begin far above or below are not looked at.
    for (let at = firstBelow(ordered, box.y0 - tallest); at < ordered.length; at++) {
      const other = ordered[at]!.box
      if (other.y0 >= box.y1) return false
      if (sharedHeight(box, other) >= beside) return true
    }
    return false
  })
  return inRow.length >= aligned * fewer.length
}

/** The first of these cells, in the order of their tops, that begins no higher than `top`. */
function firstBelow(ordered: readonly Line[], top: number): number {
  let [from, to] = [0, ordered.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (ordered[middle]!.box.y0 < top) from = middle + 1
    else to = middle
  }
  return from
}
