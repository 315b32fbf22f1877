import type { TextRuns } from './text-marks.ts'

/** Sheets are fed askew by no more; what is measured beyond is a drawing. */
const steepest = 15
/** Between these a sheet lies mostly: further out the lines must be that much clearer. */
const usual = 6
const clearly = 1.2
const enoughRuns = 150
/** A look from afar needs no more runs than these, in rows so many times as tall. */
const fewRuns = 8_000
const tallRows = 4
const manyRuns = 30_000

/**
 * Degrees, clockwise positive, by which lines of text fall to the right: the angle whose projection profile has the
 * sharpest steps (Postl 1986), found from coarse to fine. 0 where there is little text.
 */
export function skewOf(text: TextRuns): number {
  if (text.x.length < enoughRuns) return 0
  const coarse = inTallRows(every(text, fewRuns))
  const near = sharpest(coarse, { angle: 0, score: steps(coarse, 0) }, usual, 0.5)
  const far = sharpest(coarse, near, steepest, 0.5)
  const start = far.score > near.score * clearly ? far.angle : near.angle
  const fine = every(text, manyRuns)
  const better = sharpest(fine, { angle: start, score: steps(fine, start) }, 0.5, 0.1)
  return Math.round(sharpest(fine, better, 0.1, 0.02).angle * 100) / 100
}

type Found = { readonly angle: number; readonly score: number }

function sharpest(text: TextRuns, from: Found, reach: number, step: number): Found {
  let best = from
  const count = Math.round(reach / step)
  for (let at = -count; at <= count; at++) {
    if (at === 0) continue
    const angle = (reach > 1 ? 0 : from.angle) + at * step
    const score = steps(text, angle)
    if (score > best.score) best = { angle, score }
  }
  return best
}

const inTallRows = ({ x, y, weight }: TextRuns): TextRuns => ({
  x: x.map((place) => place / tallRows),
  y: y.map((place) => place / tallRows),
  weight,
})

function every(text: TextRuns, most: number): TextRuns {
  const stride = Math.ceil(text.x.length / most)
  if (stride <= 1) return text
  const length = Math.floor(text.x.length / stride)
  const pick = (all: Float32Array): Float32Array => {
    const some = new Float32Array(length)
    for (let at = 0; at < length; at++) some[at] = all[at * stride]!
    return some
  }
  return { x: pick(text.x), y: pick(text.y), weight: pick(text.weight) }
}

/** Sum of squared steps between neighbouring rows of the profile at an angle. */
function steps({ x, y, weight }: TextRuns, angle: number): number {
  const slope = Math.tan((angle * Math.PI) / 180)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let at = 0; at < x.length; at++) {
    const row = y[at]! - x[at]! * slope
    if (row < low) low = row
    if (row > high) high = row
  }
  const profile = new Float64Array(Math.ceil(high - low) + 3)
  for (let at = 0; at < x.length; at++) {
    const place = y[at]! - x[at]! * slope - low + 1
    const row = place | 0
    const below = (place - row) * weight[at]!
    profile[row]! += weight[at]! - below
    profile[row + 1]! += below
  }
  let sum = 0
  for (let row = 1; row < profile.length; row++) {
    const step = profile[row]! - profile[row - 1]!
    sum += step * step
  }
  return sum
}
