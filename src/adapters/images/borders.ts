import { withoutDesk } from './desk.ts'
import type { GreyView } from './grey-view.ts'
import { paperLevelOf } from './paper.ts'
import { darkSides, eachWithin } from './sides.ts'

/** Darker than this share of the paper is the lid, the desk or the shadow of an edge. */
const dark = 0.55
/**
 * A border ends at once: by so much of the paper's level, on either side of its end. Shaded paper grows light little by
 * little, and has text on it. A row or column without an end is no page where it is no lighter than that.
 */
const abrupt = 0.3

export type Borders = {
  readonly view: GreyView
  /** Share of the scan that was no page, 0 to 1. */
  readonly share: number
}

/**
 * Takes what is dark around a sheet, and the bare desk that it lies on, for no part of it, and gives it the level of
 * paper: however the sheet lies, row by row and column by column. The page keeps its size, and what stands on it its
 * place. A page without dark borders is returned as it is.
 */
export function withoutBorders(view: GreyView): Borders {
  const bare = withoutDesk(view) ?? withoutDark(view)
  if (!bare) return { view, share: 0 }
  let changed = 0
  for (let at = 0; at < bare.length; at++) if (bare[at] !== view.pixels[at]) changed++
  return { view: { ...view, pixels: bare }, share: changed / bare.length }
}

function withoutDark(view: GreyView): Uint8Array | undefined {
  const paper = paperLevelOf(view)
  const sides = darkSides(view, { darkest: paper * dark, edge: paper * abrupt, black: paper * abrupt })
  if (sides.length === 0) return undefined
  const pixels = Uint8Array.from(view.pixels)
  eachWithin(view, sides, (pixel) => {
    pixels[pixel] = paper
  })
  return pixels
}
