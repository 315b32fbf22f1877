import type { Line, Word } from './page.ts'
import { around, heightOf, isOnItsSide, median, middleOf, sharedHeight } from './reading-boxes.ts'
import { columnsApart } from './reading-columns.ts'

/** A wider gap between two words, in heights of their line, parts cells of a table or columns of text. */
const cellGap = 1.6
/** What is so much taller than the usual line (a title, a stamp's noise) shall not tie together the rows beside it. */
const tall = 2.5
/** A page of the smallest print has no more lines and cells; of one that has, rows are put together and no columns looked for. */
const mostCells = 2_000
/** Lines belong to one row where they share so much of the height of the lower one. */
const shared = 0.5

/**
 * Lines of a straight page in the order in which a person reads them: columns of running text one after the other, cells
 * that stand side by side row by row, each row one line; what lies on its side, as notices in a margin do, comes last. Every word
 * comes out once, as it went in.
 *
 * A recogniser finds columns, and takes those of a table for columns of text. Lines are therefore cut at wide gaps, and
 * put together again by what stands beside what.
 */
export function inReadingOrder(lines: readonly Line[]): Line[] {
  const side = lines.filter(isOnItsSide)
  const cells = lines.filter((line) => !isOnItsSide(line)).flatMap(cellsOf)
  const usual = median(cells.map(heightOf))
  const isTall = (cell: Line): boolean => heightOf(cell) > usual * tall
  const ordered = orderOf(cells.filter((cell) => !isTall(cell)))
  for (const cell of cells.filter(isTall)) {
    const below = ordered.findIndex(({ box }) => box.y0 > middleOf(cell.box))
    ordered.splice(below < 0 ? ordered.length : below, 0, cell)
  }
  return [...ordered, ...side]
}

function orderOf(cells: readonly Line[]): Line[] {
  const bands = bandsOf(cells)
  if (cells.length > mostCells) return bands.flatMap(rowsOf)
  const ordered: Line[] = []
  for (let at = 0; at < bands.length; ) {
    const apart = columnsApart(bands.slice(at))
    if (apart) {
      ordered.push(...orderOf(apart.left), ...orderOf(apart.right))
      at += apart.bands
    } else ordered.push(...rowsOf(bands[at++]!))
  }
  return ordered
}

/** Cells cut by white across the whole width, from the top. */
function bandsOf(cells: readonly Line[]): Line[][] {
  const bands: Line[][] = []
  let bottom = Number.NEGATIVE_INFINITY
  for (const cell of cells.toSorted((a, b) => a.box.y0 - b.box.y0 || a.box.x0 - b.box.x0)) {
    // Letters that hang down touch the next line's high ones: what is hardly shared does not join.
    if (cell.box.y0 < bottom - heightOf(cell) * 0.25) bands.at(-1)!.push(cell)
    else bands.push([cell])
    bottom = Math.max(bottom, cell.box.y1)
  }
  return bands
}

function rowsOf(band: readonly Line[]): Line[] {
  const rows: Line[][] = []
  for (const cell of band.toSorted((a, b) => middleOf(a.box) - middleOf(b.box))) {
    const row = rows.at(-1)
    if (row?.every((other) => sharedHeight(other.box, cell.box) >= shared)) row.push(cell)
    else rows.push([cell])
  }
  return rows.map(joined)
}

/** A line's words, cut where a cell ends. */
function cellsOf(line: Line): Line[] {
  const gap = heightOf(line) * cellGap
  const cells: Word[][] = []
  let right = Number.POSITIVE_INFINITY
  for (const word of line.words) {
    if (word.box.x0 - right > gap || cells.length === 0) cells.push([word])
    else cells.at(-1)!.push(word)
    right = word.box.x1
  }
  if (cells.length < 2) return [line]
  return cells.map((words) => ({ words, box: around(words.map(({ box }) => box)), baseline: line.baseline }))
}

function joined(row: readonly Line[]): Line {
  if (row.length === 1) return row[0]!
  const cells = row.toSorted((a, b) => a.box.x0 - b.box.x0)
  const width = cells.reduce((sum, { box }) => sum + box.x1 - box.x0, 0) || 1
  const baseline = cells.reduce((sum, { box, baseline }) => sum + baseline * (box.x1 - box.x0), 0) / width
  return { words: cells.flatMap(({ words }) => words), box: around(cells.map(({ box }) => box)), baseline }
}
