import type { Sharp } from 'sharp'

/** Blocks of about a millimetre at 300 dpi: smaller than a pen's stroke is long, larger than the noise. */
const shrunk = 8
/** Old paper is as yellow as this, in levels; what is more of a colour was meant to be one. */
const yellowed = 36
/** A block is coloured when it differs so much, in levels, from the tint of the page. */
const coloured = 16
/** A pen's tick of three millimetres is more than so many blocks of any page. */
const fewest = 4

/**
 * Whether an image's colours say anything: a pen, a stamp, a printed form, tinted paper. Scanners keep black print in
 * colour too, and paper that is a little yellow. Looks at an eighth of the page, which a JPEG gives at little cost.
 */
export async function saysMoreThanGrey(picture: Sharp, width: number): Promise<boolean> {
  const { data, info } = await picture
    .resize(Math.max(1, Math.round(width / shrunk)))
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return info.channels === 3 && hasColours(data)
}

/** The same of samples, three a pixel. */
export function hasColours(samples: Uint8Array): boolean {
  const [warm, green] = [tintOf(samples, 0, 2), tintOf(samples, 1, 2)]
  if (Math.max(Math.abs(warm), Math.abs(green), Math.abs(warm - green)) > yellowed) return true
  let found = 0
  for (let at = 0; at + 2 < samples.length; at += 3) {
    const [red, middle, blue] = [samples[at]!, samples[at + 1]!, samples[at + 2]!]
    // Ink takes the paper's tint away in the measure in which it is dark.
    const light = Math.max(red, middle, blue) / 255
    const away = Math.max(Math.abs(red - blue - warm * light), Math.abs(middle - blue - green * light))
    if (away > coloured && ++found >= fewest) return true
  }
  return false
}

/** The usual difference of two samples of a pixel. */
function tintOf(samples: Uint8Array, one: number, other: number): number {
  const counts = new Uint32Array(511)
  for (let at = 0; at + 2 < samples.length; at += 3)
    counts[samples[at + one]! - samples[at + other]! + 255]!++
  let sum = 0
  const half = samples.length / 6
  return counts.findIndex((count) => (sum += count) >= half) - 255
}
