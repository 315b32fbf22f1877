import type { Turn } from '../../domain/page.ts'
import type { GreyView } from './grey-view.ts'
import { runsAlong } from './letter-neighbours.ts'
import { marksOf } from './marks.ts'
import { skewOf } from './skew.ts'
import { textOn } from './text-marks.ts'
import { type Uprightness, uprightness } from './up-or-down.ts'

export type LineDirection = {
  /** Degrees, clockwise positive: lines of text fall to the right, on the page turned upright. */
  readonly skew: number
  /** Quarter turn clockwise that makes the lines stand upright. */
  readonly turn: Turn
  /** The letters leave no doubt which way is up. */
  readonly turnIsSure: boolean
  /** Height of small letters in millimetres, where some were seen. */
  readonly xHeight?: number
}

const enoughLetters = 20
const enoughLines = 10
/** That share of the lines must agree. */
const sureShare = 0.75
const leastShare = 0.7

/**
 * How the lines of text lie. Whether they run across or along the page is told by the letters' neighbours, which way is up
 * by what reaches out of the lines, the skew by their profile. A page with little text is taken as upright and straight.
 */
export function lineDirection(
  view: GreyView,
  text: ReturnType<typeof textOn> = textOn(view, marksOf(view)),
): LineDirection {
  if (text.letters.length < enoughLetters) return { skew: 0, turn: 0, turnIsSure: false }
  const isAlong = runsAlong(view, text.letters)
  const lying = isAlong ? quarterTurned(view) : view
  const { runs } = isAlong ? textOn(lying, marksOf(lying)) : text
  const skew = skewOf(runs)
  const seen = uprightness(lying, runs, skew)
  const isDown = isSure({ ...seen, upright: seen.lines - seen.upright })
  const turn = (isAlong ? 90 : 0) + (isDown ? 180 : 0)
  const { xHeight } = seen
  return {
    skew,
    turn: turn as Turn,
    turnIsSure: isDown || isSure(seen),
    ...(xHeight !== undefined && { xHeight }),
  }
}

/** Sure by a large share of a few lines, or by a smaller one of so many that it is no chance: three deviations. */
function isSure({ lines, upright }: Pick<Uprightness, 'lines' | 'upright'>): boolean {
  const isLarge = lines >= enoughLines && upright >= lines * sureShare
  return isLarge || (lines > 0 && upright >= lines * leastShare && (2 * upright - lines) ** 2 >= 9 * lines)
}

/** A quarter turn clockwise. */
function quarterTurned({ pixels, width, height, dpi }: GreyView): GreyView {
  const turned = new Uint8Array(pixels.length)
  for (let y = 0; y < height; y++)
    for (let x = 0, to = height - 1 - y; x < width; x++, to += height) turned[to] = pixels[y * width + x]!
  return { pixels: turned, width: height, height: width, dpi }
}
