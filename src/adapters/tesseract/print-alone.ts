import type { Greymap } from './greymap.ts'

/** Print is darker than that at the heart of its strokes; most stamps are paler. */
const heart = 50
/** Edges and hairlines of letters are so many pixels from the heart of a stroke. */
const strokeReach = 3

/**
 * What is printed: ink that is far from the heart of any dark stroke, as that of most stamps is, becomes paper. Fading all
 * that is paler than print would thin the letters too.
 */
export function printAlone(page: Greymap): Greymap {
  const darkest = darkestNear(page, strokeReach)
  return { ...page, pixels: page.pixels.map((level, at) => (darkest[at]! < heart ? level : 255)) }
}

/** Of each pixel the darkest level in the square that reaches so many pixels to each side. */
function darkestNear({ width, height, pixels }: Greymap, reach: number): Uint8Array {
  const inRow = pixels.slice()
  for (let row = 0; row < height; row++)
    for (let x = -reach; x <= reach; x++) {
      const [from, to] = [row * width + Math.max(0, -x), (row + 1) * width - Math.max(0, x)]
      for (let at = from; at < to; at++) inRow[at] = Math.min(inRow[at]!, pixels[at + x]!)
    }
  const darkest = inRow.slice()
  for (let y = -reach; y <= reach; y++) {
    const [from, to] = [Math.max(0, -y) * width, (height - Math.max(0, y)) * width]
    for (let at = from; at < to; at++) darkest[at] = Math.min(darkest[at]!, inRow[at + y * width]!)
  }
  return darkest
}
