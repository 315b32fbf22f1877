import { type GreyView, millimetres } from './grey-view.ts'
import { paperLevelOf } from './paper.ts'

/** Darker than this share of the paper is the lid, the desk or the shadow of an edge. */
const dark = 0.55
/** Millimetres: a border is at least so deep, and what is whitened goes a little further than what is dark. */
const deep = 0.6
const beyond = 0.5
/** Light that ends a border, in millimetres: less of it is dust on the lid. */
const light = 1.2
/** That share of a side must be dark at its edge: less is a letter or a hole that touches it. */
const alongSide = 0.2

export type Borders = {
  readonly view: GreyView
  /** Share of the scan that was no page, 0 to 1. */
  readonly share: number
}

/**
 * Takes what is dark around a sheet for no part of it, and gives it the level of paper: however the sheet lies, row by row
 * and column by column. The page keeps its size, and what stands on it its place. A page without dark borders is returned
 * as it is.
 */
export function withoutBorders(view: GreyView): Borders {
  const { width, height } = view
  const paper = paperLevelOf(view)
  const limit = paper * dark
  const sides = [
    { count: height, length: width, start: (at: number) => at * width, step: 1 },
    { count: height, length: width, start: (at: number) => at * width + width - 1, step: -1 },
    { count: width, length: height, start: (at: number) => at, step: width },
    { count: width, length: height, start: (at: number) => (height - 1) * width + at, step: -width },
  ].map((side) => ({ ...side, depths: depthsOf(view, side, limit) }))
  const bordered = sides.filter(
    ({ depths, count }) => depths.filter((depth) => depth > 0).length > count * alongSide,
  )
  if (bordered.length === 0) return { view, share: 0 }
  const pixels = Uint8Array.from(view.pixels)
  const margin = Math.ceil(millimetres(view, beyond))
  for (const { depths, length, start, step } of bordered)
    for (const [at, depth] of depths.entries())
      if (depth > 0) {
        const last = Math.min(length, depth + margin)
        for (let place = 0, pixel = start(at); place < last; place++, pixel += step) pixels[pixel] = paper
      }
  let changed = 0
  for (let at = 0; at < pixels.length; at++) if (pixels[at] !== view.pixels[at]) changed++
  return { view: { ...view, pixels }, share: changed / pixels.length }
}

type Side = {
  readonly count: number
  readonly length: number
  start(at: number): number
  readonly step: number
}

/** How far it is dark from a side inwards, for each row or column; 0 where it is not, or is all the way. */
function depthsOf(view: GreyView, { count, length, start, step }: Side, limit: number): Uint32Array {
  const least = Math.max(1, Math.round(millimetres(view, deep)))
  const enough = Math.max(2, Math.round(millimetres(view, light)))
  const { pixels } = view
  const depths = new Uint32Array(count)
  for (let at = 0; at < count; at++) {
    let [depth, bright] = [0, 0]
    for (let place = 0, pixel = start(at); place < length && bright < enough; place++, pixel += step) {
      if (pixels[pixel]! < limit) {
        depth = place + 1
        bright = 0
      } else bright++
    }
    // Behind dust at the edge there is no border, and a line that never becomes light is no page.
    if (depth >= least) depths[at] = depth
  }
  return depths
}
