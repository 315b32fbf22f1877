import type { GreyView } from './grey-view.ts'

/** A connected patch of dark pixels: its bounds (last pixel included), and how many pixels it has. */
export type Mark = {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly area: number
}

/** Dark pixels side by side, in order down the page and across: all of row `y` from `x0` to `x1`, both included. */
export type Runs = {
  readonly count: number
  readonly y: Int32Array
  readonly x0: Int32Array
  readonly x1: Int32Array
  /** Place of the mark that it is part of. */
  readonly mark: Int32Array
}

export const widthOf = (mark: Mark): number => mark.x1 - mark.x0 + 1
export const heightOf = (mark: Mark): number => mark.y1 - mark.y0 + 1

/** Darker than this, out of 255 for paper, is ink; the verso shining through stays above. */
export const inkLevel = 165

/**
 * Patches of dark pixels that touch each other, diagonals included: runs of each row, joined with those they touch in the
 * row above (He, Chao, Suzuki 2008).
 */
export function marksOf(view: GreyView, ink = inkLevel): { marks: Mark[]; runs: Runs; dark: number } {
  const runs = runsOf(view, ink)
  const { count, y, x0, x1, mark: label } = runs
  const parent = new Int32Array(count)
  let above = 0
  let rowStart = 0
  for (let run = 0; run < count; run++) {
    parent[run] = run
    if (run > 0 && y[run] !== y[run - 1]) {
      above = rowStart
      rowStart = run
    }
    // A row may lie between: then nothing touches.
    while (above < rowStart && (y[above]! < y[run]! - 1 || x1[above]! + 1 < x0[run]!)) above++
    for (let other = above; other < rowStart && x0[other]! <= x1[run]! + 1; other++) join(parent, run, other)
  }
  const marks: { x0: number; y0: number; x1: number; y1: number; area: number }[] = []
  let dark = 0
  for (let run = 0; run < count; run++) {
    const root = rootOf(parent, run)
    const length = x1[run]! - x0[run]! + 1
    dark += length
    if (root === run) {
      label[run] = marks.length
      marks.push({ x0: x0[run]!, y0: y[run]!, x1: x1[run]!, y1: y[run]!, area: length })
      continue
    }
    label[run] = label[root]!
    const mark = marks[label[root]!]!
    if (x0[run]! < mark.x0) mark.x0 = x0[run]!
    if (x1[run]! > mark.x1) mark.x1 = x1[run]!
    mark.y1 = y[run]!
    mark.area += length
  }
  return { marks, runs, dark }
}

/** The first run of a mark is its root, so that it is met first. */
function join(parent: Int32Array, one: number, other: number): void {
  const [a, b] = [rootOf(parent, one), rootOf(parent, other)]
  if (a < b) parent[b] = a
  else parent[a] = b
}

function rootOf(parent: Int32Array, run: number): number {
  let root = run
  while (parent[root] !== root) root = parent[root]!
  for (let at = run; parent[at] !== root; ) {
    const next = parent[at]!
    parent[at] = root
    at = next
  }
  return root
}

function runsOf({ pixels, width, height }: GreyView, ink: number): Runs {
  let room = 1 << 14
  let [y, x0, x1] = [new Int32Array(room), new Int32Array(room), new Int32Array(room)]
  let count = 0
  for (let row = 0; row < height; row++) {
    const start = row * width
    const end = start + width
    for (let at = start; at < end; at++) {
      if (pixels[at]! >= ink) continue
      const from = at
      while (at + 1 < end && pixels[at + 1]! < ink) at++
      if (count === room) {
        room *= 2
        ;[y, x0, x1] = [longer(y, room), longer(x0, room), longer(x1, room)]
      }
      y[count] = row
      x0[count] = from - start
      x1[count++] = at - start
    }
  }
  return { count, y, x0, x1, mark: new Int32Array(count) }
}

function longer(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length)
  copy.set(array)
  return copy
}
