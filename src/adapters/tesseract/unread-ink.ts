import type { Box, Line } from '../../domain/page.ts'
import type { Greymap } from './greymap.ts'

/** Pixels of less are ink. */
const dark = 128
/** A cell is so many inches wide and high: half as high as small letters. */
const cellInches = 0.05
/** Share of ink in a cell of letters; less is dust, more a punch hole or a picture. */
const letters = { least: 0.06, most: 0.7 }
/** Edges of ink met on the way along its rows, and down its columns, by pixel of its side: rules have edges in one direction alone. */
const edges = 0.4
/** Places that are so near, in cells, are one area: the space between rows and columns of a table. */
const near = 6
/** Cells of letters in an area worth reading: two figures of a table. */
const worth = 10

/** Areas where ink like that of letters stands under none of these lines' words, the one with most ink first. */
export function unreadInk(page: Greymap, dpi: number, lines: readonly Line[]): Box[] {
  const size = Math.max(4, Math.round(dpi * cellInches))
  const cells = emptyCells(page, size)
  for (const { words } of lines) for (const { box } of words) cover(cells, box, size)
  findLetters(cells, page, size)
  return areasOf(cells)
    .filter(({ count }) => count >= worth)
    .toSorted((a, b) => b.count - a.count)
    .map(({ x0, y0, x1, y1 }) => ({
      x0: Math.max(0, (x0 - 1) * size),
      y0: Math.max(0, (y0 - 1) * size),
      x1: Math.min(page.width, (x1 + 2) * size),
      y1: Math.min(page.height, (y1 + 2) * size),
    }))
}

type Cells = { readonly across: number; readonly down: number; readonly are: Uint8Array }

/** What is known of a cell; letters are 1, for they are looked for. */
const [nothing, letter, covered] = [0, 1, 2]

function emptyCells({ width, height }: Greymap, size: number): Cells {
  const [across, down] = [Math.floor(width / size), Math.floor(height / size)]
  return { across, down, are: new Uint8Array(across * down) }
}

/** Marks the cells that hold ink with edges in both directions, of those that no word covers. */
function findLetters({ across, down, are }: Cells, { width, pixels }: Greymap, size: number): void {
  const area = size * size
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      const cell = row * across + column
      if (are[cell] !== nothing) continue
      const begin = row * size * width + column * size
      const ink = inkIn(pixels, begin, width, size)
      // Most cells are white: their edges are never asked for.
      if (ink < area * letters.least || ink > area * letters.most) continue
      if (fewestEdges(pixels, begin, width, size) >= edges * size) are[cell] = letter
    }
}

/** Pixels of ink in the square of this size that begins at a pixel. */
function inkIn(pixels: Uint8Array, begin: number, width: number, size: number): number {
  let ink = 0
  for (let y = 0, at = begin; y < size; y++, at += width - size)
    for (const end = at + size; at < end; at++) if (pixels[at]! < dark) ink++
  return ink
}

/** Edges along the rows of a square, or down its columns: the fewer. */
function fewestEdges(pixels: Uint8Array, begin: number, width: number, size: number): number {
  let [along, downwards] = [0, 0]
  for (let y = 0; y < size; y++)
    for (let x = 0, at = begin + y * width; x < size; x++, at++) {
      const isInk = pixels[at]! < dark
      if (x > 0 && isInk !== pixels[at - 1]! < dark) along++
      if (y > 0 && isInk !== pixels[at - width]! < dark) downwards++
    }
  return Math.min(along, downwards)
}

/** Marks the cells that a word covers, those at its edge too. */
function cover({ across, down, are }: Cells, { x0, y0, x1, y1 }: Box, size: number): void {
  const [left, right] = [
    Math.max(0, Math.floor(x0 / size) - 1),
    Math.min(across - 1, Math.floor(x1 / size) + 1),
  ]
  const [top, bottom] = [
    Math.max(0, Math.floor(y0 / size) - 1),
    Math.min(down - 1, Math.floor(y1 / size) + 1),
  ]
  for (let row = top; row <= bottom; row++) are.fill(covered, row * across + left, row * across + right + 1)
}

type Area = Box & { readonly count: number }

/** Cells that are near each other, with how many they are. */
function areasOf(cells: Cells): Area[] {
  const left = Uint8Array.from(cells.are, (cell) => (cell === letter ? letter : nothing))
  const areas: Area[] = []
  for (let first = left.indexOf(letter); first >= 0; first = left.indexOf(letter, first + 1))
    areas.push(taken(first, left, cells))
  return areas
}

/** All cells that are reached from the first, taken out of those that are left. */
function taken(first: number, left: Uint8Array, { across, down }: Cells): Area {
  const open = [first]
  left[first] = 0
  const area = { x0: across, y0: down, x1: 0, y1: 0, count: 0 }
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const [x, y] = [at % across, Math.floor(at / across)]
    area.count++
    area.x0 = Math.min(area.x0, x)
    area.x1 = Math.max(area.x1, x)
    area.y0 = Math.min(area.y0, y)
    area.y1 = Math.max(area.y1, y)
    for (let row = Math.max(0, y - near); row <= Math.min(down - 1, y + near); row++)
      for (let column = Math.max(0, x - near); column <= Math.min(across - 1, x + near); column++) {
        const next = row * across + column
        if (left[next] === 0) continue
        left[next] = 0
        open.push(next)
      }
  }
  return area
}
