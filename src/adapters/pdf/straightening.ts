import type { Recognition } from '../../domain/page.ts'
import { slopeOfPage } from './slope.ts'

/** How a page is laid straight: its image turned by a fraction of a quarter about its centre, no pixel touched. */
export type Straightening = {
  /** Fall of the page's lines before, pixels down per pixel to the right; 0 when the page is left as it is. */
  readonly slope: number
  /** Pixels of the page that holds the whole turned image. */
  readonly width: number
  readonly height: number
  /** Where a pixel of the upright image comes to lie, origin top left. */
  place(x: number, y: number): readonly [x: number, y: number]
}

/** Below this fall (0.15°), lines lie within their own height over a whole page. */
const slight = 0.0026
/** Beyond this fall (10°), the lines found are no lines of text. */
const absurd = 0.18

/**
 * Straightens a page whose lines fall or rise. Programs that read PDF text take words for one line only when they stand
 * level: askew, they give back lines in pieces.
 */
export function straightening(upright: { width: number; height: number }, page?: Recognition): Straightening {
  const { width, height } = upright
  const slope = page ? slopeOfPage(page.lines) : 0
  if (Math.abs(slope) < slight || Math.abs(slope) > absurd)
    return { slope: 0, width, height, place: (x, y) => [x, y] }
  const angle = Math.atan(slope)
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const straight = {
    width: width * cos + height * Math.abs(sin),
    height: width * Math.abs(sin) + height * cos,
  }
  return {
    ...straight,
    slope,
    place(x, y) {
      const [dx, dy] = [x - width / 2, y - height / 2]
      return [straight.width / 2 + dx * cos + dy * sin, straight.height / 2 - dx * sin + dy * cos]
    },
  }
}
