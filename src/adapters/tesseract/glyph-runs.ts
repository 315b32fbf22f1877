import type { Box } from '../../domain/page.ts'
import type { Greymap } from './greymap.ts'

/** Pixels of less are ink. */
const dark = 140
/** Rows with more ink than this share of a word's width are a rule. */
const rule = 0.75

/** Columns of ink between two of white: most often one letter. Pixels of the page; the ends are the first that are none of it. */
export type GlyphRun = Box

/** The runs of ink in a word's box, from left to right. */
export function glyphRuns({ width, height, pixels }: Greymap, box: Box): GlyphRun[] {
  const [left, right] = [Math.max(0, Math.floor(box.x0) - 1), Math.min(width, Math.ceil(box.x1) + 1)]
  const [top, bottom] = [Math.max(0, Math.floor(box.y0)), Math.min(height, Math.ceil(box.y1))]
  const across = Math.max(0, right - left)
  const [first, last] = [new Int32Array(across).fill(bottom), new Int32Array(across).fill(-1)]
  for (let y = top; y < bottom; y++) {
    const row = pixels.subarray(y * width + left, y * width + right)
    if (row.reduce((ink, level) => (level < dark ? ink + 1 : ink), 0) > rule * across) continue
    for (const [x, level] of row.entries())
      if (level < dark) {
        first[x] = Math.min(first[x]!, y)
        last[x] = y
      }
  }
  const runs: GlyphRun[] = []
  for (let x = 0; x < across; x++) {
    if (last[x]! < 0) continue
    const open = runs.at(-1)
    const ink = { y0: first[x]!, y1: last[x]! + 1 }
    if (open?.x1 === left + x)
      runs[runs.length - 1] = {
        ...{ x0: open.x0, x1: left + x + 1 },
        ...{ y0: Math.min(open.y0, ink.y0), y1: Math.max(open.y1, ink.y1) },
      }
    else runs.push({ x0: left + x, x1: left + x + 1, ...ink })
  }
  return runs
}
