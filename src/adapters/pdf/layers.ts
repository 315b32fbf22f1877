import { addPixel, type Blocks, coloursOf, deviation, emptyBlocks } from './blocks.ts'
import type { Ink } from './ink.ts'
import { luminance, type Raster } from './raster.ts'

/** One colour a block, and what the blocks were made of. */
export type Layer = { readonly colours: Raster; readonly blocks: Blocks }

/** The paper, in blocks of `side` pixels; a block without any takes on what is around it. */
export function backgroundOf(raster: Raster, grey: Uint8Array, { classes }: Ink, side: number): Layer {
  const { width, height } = raster
  const blocks = emptyBlocks(raster, side)
  for (let y = 0; y < height; y++) {
    let block = Math.floor(y / side) * blocks.columns
    for (let at = y * width, next = at + side; at < (y + 1) * width; at++) {
      if (at === next) {
        block++
        next += side
      }
      if (classes[at] === 0) addPixel(blocks, block, raster, grey, at)
    }
  }
  return { colours: coloursOf(blocks), blocks }
}

/** Ink, in blocks of the colour of its darker half: its edges are as light as half of the paper. */
export function inkColours(raster: Raster, grey: Uint8Array, { places }: Ink, side: number): Layer {
  const [whole, dark] = [emptyBlocks(raster, side), emptyBlocks(raster, side)]
  const blockOf = blockAt(raster.width, side, whole.columns)
  for (const at of places) addPixel(whole, blockOf(at), raster, grey, at)
  for (const at of places) {
    const block = blockOf(at)
    if (grey[at]! * whole.counts[block]! <= whole.levels[block]!) addPixel(dark, block, raster, grey, at)
  }
  return { colours: coloursOf(dark), blocks: whole }
}

const blockAt = (width: number, side: number, columns: number) => {
  const columnOf = Uint16Array.from({ length: width }, (_, x) => Math.floor(x / side))
  return (at: number): number => Math.floor(at / width / side) * columns + columnOf[at % width]!
}

/** Side of the squares in which loss is measured, in blocks of the background: 2 mm. */
const square = 8

/** What a page would lose if it were put together from its ink and a coarse background: squares of 2 mm. */
export type Loss = {
  /** The background holds more than it can show: strokes that were not taken for ink, textures. */
  readonly blurred: number
  /** Dark pixels beside the ink, beyond its edge: strokes of which pieces only were taken for ink. */
  readonly frayed: number
  /** The ink is of many levels: a photograph, not strokes. */
  readonly flattened: number
  /** All squares with ink. */
  readonly inked: number
}

/** Of the squares of any page, at least that share is bare paper. */
const bare = 0.2
/** Mean squared deviation, in levels, beyond that of bare paper: a stroke a third as dark as print crosses the square. */
const seen = 90
/** The same of ink, and the share of a square that it then fills. */
const photographic = 900
const filling = 0.5
/** Levels by which a pixel beyond the edge of ink is darker than paper when it is part of a stroke. */
const dark = 40

export function lossOf(
  raster: Raster,
  grey: Uint8Array,
  { classes }: Ink,
  { back, front }: { back: Layer; front: Layer },
): Loss {
  const { side } = back.blocks
  const width = Math.ceil(raster.width / side / square)
  const squares = width * Math.ceil(raster.height / side / square)
  const place = (blocks: Blocks) => {
    const ratio = (square * side) / blocks.side
    return (block: number) =>
      Math.floor(Math.floor(block / blocks.columns) / ratio) * width +
      Math.floor((block % blocks.columns) / ratio)
  }
  const papers = gathered(back.blocks, place(back.blocks), squares)
  const inks = gathered(front.blocks, place(front.blocks), squares)
  const strays = straysOf(raster, grey, classes, back, place(back.blocks), squares)
  const pixels = (square * side) ** 2
  const usual = papers.means.toSorted()[Math.floor(squares * bare)]!
  const count = (isSo: (at: number) => boolean) => {
    let found = 0
    for (let at = 0; at < squares; at++) if (isSo(at)) found++
    return found
  }
  return {
    blurred: count((at) => papers.counts[at]! > pixels / 16 && papers.means[at]! > usual + seen),
    frayed: count((at) => strays[at]! > pixels / 48),
    flattened: count((at) => inks.counts[at]! > pixels * filling && inks.means[at]! > photographic),
    inked: count((at) => inks.counts[at]! > pixels / 64),
  }
}

/** Pixels of a layer in each square, and the mean square by which they deviate from their blocks. */
function gathered(blocks: Blocks, placeOf: (block: number) => number, squares: number) {
  const counts = new Float32Array(squares)
  const means = new Float32Array(squares)
  for (let block = 0; block < blocks.counts.length; block++) {
    const at = placeOf(block)
    counts[at]! += blocks.counts[block]!
    means[at]! += deviation(blocks, block)
  }
  for (let at = 0; at < squares; at++) means[at]! /= Math.max(1, counts[at]!)
  return { counts, means }
}

/** Pixels beyond the edge of ink, in each square, that are as dark as a stroke. */
function straysOf(
  { width, height }: Raster,
  grey: Uint8Array,
  classes: Uint8Array,
  { colours, blocks }: Layer,
  placeOf: (block: number) => number,
  squares: number,
): Uint16Array {
  const strays = new Uint16Array(squares)
  const paper = luminance(colours)
  const blockOf = blockAt(width, blocks.side, blocks.columns)
  for (let at = 0; at < width * height; at++) {
    if (classes[at] !== 3) continue
    const block = blockOf(at)
    if (paper[block]! - grey[at]! > dark) strays[placeOf(block)]!++
  }
  return strays
}
