import { type GreyView, millimetres } from './grey-view.ts'
import type { TextRuns } from './text-marks.ts'

/** What the lines of a page say of which way is up. */
export type Uprightness = {
  /** Lines that were weighed, and how many of them stand upright. */
  readonly lines: number
  readonly upright: number
  /** Height of small letters, in millimetres, where some were seen. */
  readonly xHeight: number | undefined
}

/** Columns of this width are looked at each for itself: lines of several columns need not be level with each other. */
const column = 25
/** Ink that a row of small letters has at least, in millimetres. */
const leastInk = 1.5
const least = 0.8
const most = 4.2
/** Round letters have less ink in their middle, for so many millimetres. */
const slender = 0.7
/** Rows with this share of what the fullest row around has belong to the small letters. */
const full = 0.4

/**
 * Letters reach above the small ones more often than below (b d f h k l t, capitals, accents, the dot of the i, against
 * g j p q y): each piece of a line says which of its sides that is. Numbers and capitals alone say nothing.
 */
export function uprightness(view: GreyView, text: TextRuns, skew: number): Uprightness {
  const heights: number[] = []
  let [lines, upright] = [0, 0]
  for (const profile of profilesOf(view, text, skew))
    for (const { height, above, below } of piecesOf(view, profile)) {
      heights.push(height)
      const out = above + below
      if (Math.abs(above - below) < 0.25 * out || out < 0.05) continue
      lines++
      if (above > below) upright++
    }
  const middle = heights.toSorted((a, b) => a - b)[heights.length >> 1]
  const xHeight = middle && Math.round((middle / view.dpi) * 25.4 * 100) / 100
  return { lines, upright, xHeight }
}

/** How much ink each row has, in each column of the page, straightened. */
function profilesOf(view: GreyView, { x, y, weight }: TextRuns, skew: number): Float32Array[] {
  const slope = Math.tan((skew * Math.PI) / 180)
  const wide = millimetres(view, column)
  const count = Math.max(1, Math.ceil(view.width / wide))
  const lift = Math.ceil(view.width * Math.abs(slope)) + 1
  const profiles = Array.from({ length: count }, () => new Float32Array(view.height + 2 * lift))
  for (let at = 0; at < x.length; at++) {
    const row = Math.round(y[at]! - x[at]! * slope) + lift
    profiles[Math.floor(x[at]! / wide)]![row]! += weight[at]!
  }
  return profiles
}

type Piece = { readonly height: number; readonly above: number; readonly below: number }

/** The pieces of lines in a column: how tall its small letters are, and what reaches out of them as a share of them. */
function* piecesOf(view: GreyView, profile: Float32Array): Generator<Piece> {
  const [low, high] = [millimetres(view, least), millimetres(view, most)]
  const reach = Math.round(millimetres(view, 3))
  const enough = millimetres(view, leastInk)
  const waist = Math.round(millimetres(view, slender))
  let end = 0
  for (let row = 0; row < profile.length; row++) {
    if (profile[row]! < enough) continue
    const peak = highest(profile, row - reach, row + reach)
    const level = Math.max(enough, peak * full)
    if (profile[row]! < level) continue
    const top = row
    row = endOfLetters(profile, row, level, waist)
    const height = row - top
    if (height >= low && height <= high) {
      const beyond = Math.min(Math.round(height * 0.9), top - end)
      const next = gapBelow(profile, row, beyond, level)
      const room = Math.min(beyond, next)
      const core = sum(profile, top, row)
      const above = sum(profile, top - room, top - 1) / core
      const below = sum(profile, row + 1, row + room) / core
      if (room >= height * 0.4) yield { height, above, below }
    }
    end = row
  }
}

/** The row after the last of the small letters. */
function endOfLetters(profile: Float32Array, from: number, level: number, waist: number): number {
  let end = from
  for (let row = from; row < profile.length && row - end <= waist; row++)
    if (profile[row]! >= level) end = row + 1
  return end
}

/** Rows until the next line of text. */
function gapBelow(profile: Float32Array, from: number, most: number, level: number): number {
  let rows = 0
  while (rows < most && (profile[from + rows] ?? 0) < level) rows++
  return rows
}

function highest(profile: Float32Array, from: number, to: number): number {
  let best = 0
  for (let row = Math.max(0, from); row < Math.min(to, profile.length); row++)
    if (profile[row]! > best) best = profile[row]!
  return best
}

function sum(profile: Float32Array, from: number, to: number): number {
  let total = 0
  for (let row = Math.max(0, from); row < Math.min(to, profile.length); row++) total += profile[row]!
  return total
}
