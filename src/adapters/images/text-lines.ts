import { isWritten } from './blank.ts'
import { type GreyView, millimetres } from './grey-view.ts'
import { runsAlong } from './letter-neighbours.ts'
import { heightOf, type Mark, marksOf, widthOf } from './marks.ts'

/** Points of ink, as x and y in turn. */
type Points = Float32Array

export type LineDirection = {
  /** Degrees, clockwise positive: lines of text fall to the right. */
  readonly skew: number
  /** 0 when lines run across the page, 90 when they run along it (up or down is not seen here). */
  readonly turn: 0 | 90
}

const steepest = 6
const enoughPoints = 400
const mostPoints = 60_000

/**
 * Direction of the lines of text. Whether they run across or along is told by the letters' neighbours; the skew by
 * projection profiles (Postl 1986): ink projected along the lines piles up in sharp steps. Rules, frames, stamps and
 * dust are left out. A page with little text is taken as upright and straight.
 */
export function lineDirection(
  view: GreyView,
  found: ReturnType<typeof marksOf> = marksOf(view),
): LineDirection {
  const text = found.marks.map((mark) => looksLikeText(view, mark) && isWritten(view, mark))
  const points = pointsOfText(view, found, text)
  if (points.length < enoughPoints * 2) return { skew: 0, turn: 0 }
  const turn = runsAlong(
    view,
    found.marks.filter((_, place) => text[place]),
  )
    ? 90
    : 0
  return { skew: steepestSteps(turn === 90 ? turnedPoints(points, view.height) : points), turn }
}

/** Points of the image after a quarter turn clockwise. */
function turnedPoints(points: Points, height: number): Points {
  const turned = new Float32Array(points.length)
  for (let at = 0; at < points.length; at += 2) {
    turned[at] = height - points[at + 1]!
    turned[at + 1] = points[at]!
  }
  return turned
}

function pointsOfText(
  view: GreyView,
  { labels, dark }: ReturnType<typeof marksOf>,
  text: readonly boolean[],
): Points {
  const every = Math.max(1, Math.ceil(dark / mostPoints))
  const points: number[] = []
  let seen = 0
  for (let at = 0; at < labels.length; at++) {
    if (labels[at] === 0 || !text[labels[at]! - 1] || seen++ % every !== 0) continue
    points.push(at % view.width, Math.floor(at / view.width))
  }
  return Float32Array.from(points)
}

/** Letters, or words that ran together: neither a rule nor a frame nor a stamp. */
function looksLikeText(view: GreyView, mark: Mark): boolean {
  const short = Math.min(widthOf(mark), heightOf(mark))
  const long = Math.max(widthOf(mark), heightOf(mark))
  if (short > millimetres(view, 10) || long > millimetres(view, 60)) return false
  return !(short < millimetres(view, 1) && long > millimetres(view, 10))
}

/** The angle whose profile has the sharpest steps, found from coarse to fine. */
function steepestSteps(points: Points): number {
  let best = { angle: 0, score: steps(points, 0) }
  for (const [reach, step] of [
    [steepest, 0.5],
    [0.5, 0.1],
    [0.1, 0.02],
  ] as const) {
    const middle = best.angle
    for (let angle = middle - reach; angle <= middle + reach + step / 2; angle += step) {
      const score = steps(points, angle)
      if (score > best.score) best = { angle, score }
    }
  }
  return Math.round(best.angle * 100) / 100
}

/** Sum of squared steps between neighbouring rows of the profile at an angle. */
function steps(points: Points, angle: number): number {
  const slope = Math.tan((angle * Math.PI) / 180)
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let at = 0; at < points.length; at += 2) {
    const row = points[at + 1]! - points[at]! * slope
    low = Math.min(low, row)
    high = Math.max(high, row)
  }
  const profile = new Float64Array(Math.ceil(high - low) + 3)
  for (let at = 0; at < points.length; at += 2) {
    const place = points[at + 1]! - points[at]! * slope - low + 1
    const row = Math.floor(place)
    profile[row]! += 1 - (place - row)
    profile[row + 1]! += place - row
  }
  let sum = 0
  for (let row = 1; row < profile.length; row++) sum += (profile[row]! - profile[row - 1]!) ** 2
  return sum / points.length
}
