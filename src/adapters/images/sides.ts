import { type GreyView, millimetres } from './grey-view.ts'

/** Millimetres: a border is at least so deep, and what is whitened goes a little further than what is dark. */
const deep = 0.6
const beyond = 0.5
/** Light that ends a border, in millimetres: less of it is dust on the lid. */
const light = 1.2
/** Rows so near to each other, in millimetres, have borders of much the same depth. */
const around = 5
/** That share of a side must be dark at its edge: less is a letter or a hole that touches it. */
const alongSide = 0.2

/** Levels that tell a border from the sheet. */
export type Limits = {
  /** What is darker is no sheet. */
  readonly darkest: number
  /** A border ends at once: it is lighter by so much behind its end than before it. */
  readonly edge: number
  /** A row or column without an end is no page where its mean is no lighter than that. */
  readonly black: number
}

/** One side of a scan: its rows or columns, each a walk inwards over so many pixels, and how far it is dark along each. */
export type Side = Walks & { readonly depths: Uint32Array }

type Walks = {
  readonly count: number
  readonly length: number
  start(at: number): number
  readonly step: number
}

/** The sides of a scan from which a border reaches in: left, right, top, bottom. */
export function darkSides(view: GreyView, limits: Limits): Side[] {
  const { width, height } = view
  return [
    { count: height, length: width, start: (at: number) => at * width, step: 1 },
    { count: height, length: width, start: (at: number) => at * width + width - 1, step: -1 },
    { count: width, length: height, start: (at: number) => at, step: width },
    { count: width, length: height, start: (at: number) => (height - 1) * width + at, step: -width },
  ]
    .map((side) => ({ ...side, depths: depthsOf(view, side, limits) }))
    .filter(({ depths, count }) => depths.filter((depth) => depth > 0).length > count * alongSide)
}

/** Every pixel of the borders, and of what is just inside of them; some more than once. */
export function eachWithin(view: GreyView, sides: readonly Side[], visit: (pixel: number) => void): void {
  const margin = Math.ceil(millimetres(view, beyond))
  for (const { depths, length, start, step } of sides)
    for (const [at, depth] of depths.entries())
      if (depth > 0) {
        const last = Math.min(length, depth + margin)
        for (let place = 0, pixel = start(at); place < last; place++, pixel += step) visit(pixel)
      }
}

/** How far it is dark from a side inwards, for each row or column; 0 where it is not, or is all the way. */
function depthsOf(view: GreyView, side: Walks, { darkest, edge, black }: Limits): Uint32Array {
  const { count, length, start, step } = side
  const least = Math.max(1, Math.round(millimetres(view, deep)))
  const enough = Math.max(2, Math.round(millimetres(view, light)))
  const { pixels } = view
  const depths = new Uint32Array(count)
  let [shaded, bordered] = [0, 0]
  for (let at = 0; at < count; at++) {
    let [depth, bright] = [0, 0]
    for (let place = 0, pixel = start(at); place < length && bright < enough; place++, pixel += step) {
      if (pixels[pixel]! < darkest) {
        depth = place + 1
        bright = 0
      } else bright++
    }
    // Behind dust at the edge there is no border, and a line that never becomes light is no page.
    const isBorder =
      depth < length ? stepAt(view, side, at, depth, enough) >= edge : isBlack(view, side, at, black)
    if (depth < least) continue
    if (isBorder) bordered++
    else shaded++
    if (isBorder) depths[at] = depth
  }
  // In shaded paper it is the end of a word that ends at once, here and there.
  if (shaded > bordered) return new Uint32Array(count)
  return withoutWords(depths, Math.round(millimetres(view, around)), Math.round(millimetres(view, beyond)))
}

/** What reaches further in than most rows around it is a word that touches the border. */
function withoutWords(depths: Uint32Array, reach: number, more: number): Uint32Array {
  return depths.map((depth, at) => {
    if (depth === 0) return 0
    const near = depths.subarray(Math.max(0, at - reach), at + reach + 1).toSorted()
    return Math.min(depth, near[near.length >> 1]! + more)
  })
}

/** By how much it is lighter behind a place than before it, in levels, each over so many pixels. */
function stepAt(
  { pixels }: GreyView,
  { length, start, step }: Walks,
  at: number,
  place: number,
  over: number,
) {
  const mean = (from: number, to: number): number => {
    let sum = 0
    for (let one = from; one < to; one++) sum += pixels[start(at) + one * step]!
    return sum / Math.max(1, to - from)
  }
  return mean(place, Math.min(length, place + over)) - mean(Math.max(0, place - over), place)
}

function isBlack({ pixels }: GreyView, { length, start, step }: Walks, at: number, limit: number): boolean {
  let sum = 0
  for (let place = 0, pixel = start(at); place < length; place++, pixel += step) sum += pixels[pixel]!
  return sum / length <= limit
}
