import type { GreyView } from './grey-view.ts'

/** Paper is white from here on: its grain tells nothing. */
const white = 228
/** The darkest so many of all pixels are ink. */
const inkShare = 0.004
/** Ink that is fainter than this is not made black: it may be the other side's. */
const faintest = 150
const every = 17

/**
 * Stretches levels between ink and paper, in place: ink becomes black, paper white.
 * @returns the level that became black
 */
export function stretch({ pixels }: GreyView): number {
  const counts = new Uint32Array(256)
  let seen = 0
  for (let at = 0; at < pixels.length; at += every, seen++) counts[pixels[at]!]!++
  let black = 0
  for (let sum = counts[0]!; sum < seen * inkShare && black < faintest; ) sum += counts[++black]!
  const levels = new Uint8Array(256)
  for (let level = 0; level < 256; level++)
    levels[level] = Math.max(0, Math.min(255, Math.round(((level - black) * 255) / (white - black))))
  for (let at = 0; at < pixels.length; at++) pixels[at] = levels[pixels[at]!]!
  return black
}
