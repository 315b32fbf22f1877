import type { Raster } from './raster.ts'

/** What is known of some pixels of each square block of an image. */
export type Blocks = {
  readonly side: number
  readonly columns: number
  readonly rows: number
  readonly channels: 1 | 3
  readonly counts: Float32Array
  /** Sums of their samples, and of their luminance and its squares. */
  readonly sums: Float32Array
  readonly levels: Float32Array
  readonly squares: Float32Array
}

export function emptyBlocks({ width, height, channels }: Raster, side: number): Blocks {
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)]
  const zeros = () => new Float32Array(columns * rows)
  const levels = zeros()
  const sums = channels === 1 ? levels : new Float32Array(columns * rows * channels)
  return { side, columns, rows, channels, counts: zeros(), sums, levels, squares: zeros() }
}

/** Adds the pixel `at` of an image to a block. */
export function addPixel(blocks: Blocks, block: number, raster: Raster, grey: Uint8Array, at: number): void {
  const level = grey[at]!
  blocks.counts[block]!++
  blocks.levels[block]! += level
  blocks.squares[block]! += level * level
  if (blocks.channels === 1) return
  const [from, to] = [at * 3, block * 3]
  blocks.sums[to]! += raster.pixels[from]!
  blocks.sums[to + 1]! += raster.pixels[from + 1]!
  blocks.sums[to + 2]! += raster.pixels[from + 2]!
}

/** Sum of the squares by which the luminance of a block's pixels deviates from their mean. */
export const deviation = ({ levels, squares, counts }: Blocks, block: number): number =>
  counts[block]! > 0 ? Math.max(0, squares[block]! - levels[block]! ** 2 / counts[block]!) : 0

/** Means of all blocks; one without pixels takes that of the four blocks that it is one of, and so on up to the page. */
export function coloursOf({ sums, counts, columns, rows, channels }: Blocks): Raster {
  return { pixels: filled({ sums, counts, columns, rows }, channels), width: columns, height: rows, channels }
}

type Level = Pick<Blocks, 'sums' | 'counts' | 'columns' | 'rows'>

function filled(level: Level, channels: number): Uint8Array {
  const { sums, counts, columns, rows } = level
  const means = new Uint8Array(columns * rows * channels)
  const isWhole = columns * rows === 1 || !counts.includes(0)
  const coarser = isWhole ? level : halved(level, channels)
  const around = isWhole ? means.fill(255) : filled(coarser, channels)
  for (let y = 0, block = 0; y < rows; y++) {
    const above = (y >> 1) * coarser.columns
    for (let x = 0; x < columns; x++, block++) {
      const count = counts[block]!
      const [to, from] = [block * channels, (above + (x >> 1)) * channels]
      if (count > 0)
        for (let channel = 0; channel < channels; channel++)
          means[to + channel] = sums[to + channel]! / count + 0.5
      else if (!isWhole)
        for (let channel = 0; channel < channels; channel++) means[to + channel] = around[from + channel]!
    }
  }
  return means
}

function halved({ sums, counts, columns, rows }: Level, channels: number): Level {
  const half = { columns: (columns + 1) >> 1, rows: (rows + 1) >> 1 }
  const coarse = {
    ...half,
    sums: new Float32Array(half.columns * half.rows * channels),
    counts: new Float32Array(half.columns * half.rows),
  }
  for (let y = 0, block = 0; y < rows; y++)
    for (let x = 0; x < columns; x++, block++) {
      const above = (y >> 1) * half.columns + (x >> 1)
      coarse.counts[above]! += counts[block]!
      for (let channel = 0; channel < channels; channel++)
        coarse.sums[above * channels + channel]! += sums[block * channels + channel]!
    }
  return coarse
}
