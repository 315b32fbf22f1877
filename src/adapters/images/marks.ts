import type { GreyView } from './grey-view.ts'

/** A connected patch of dark pixels: its bounds (last pixel included), and how many pixels it has. */
export type Mark = {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
  readonly area: number
}

export const widthOf = (mark: Mark): number => mark.x1 - mark.x0 + 1
export const heightOf = (mark: Mark): number => mark.y1 - mark.y0 + 1

/** Darker than this, out of 255 for paper, is ink; the verso shining through stays above. */
const inkLevel = 165

/** Patches of dark pixels that touch each other, diagonals included. `labels` is 0 for paper, else the mark's place + 1. */
export function marksOf(view: GreyView): { marks: Mark[]; labels: Int32Array; dark: number } {
  const { width, pixels } = view
  const labels = new Int32Array(pixels.length)
  const marks: Mark[] = []
  const stack: number[] = []
  let dark = 0
  for (let start = 0; start < pixels.length; start++) {
    if (pixels[start]! >= inkLevel || labels[start] !== 0) continue
    const label = marks.length + 1
    let [x0, y0, x1, y1, area] = [width, view.height, 0, 0, 0]
    labels[start] = label
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop()!
      const y = Math.floor(at / width)
      const x = at - y * width
      area++
      x0 = Math.min(x0, x)
      x1 = Math.max(x1, x)
      y0 = Math.min(y0, y)
      y1 = Math.max(y1, y)
      for (let dy = y > 0 ? -1 : 0; dy <= (y < view.height - 1 ? 1 : 0); dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) {
          const next = at + dy * width + dx
          if (pixels[next]! < inkLevel && labels[next] === 0) {
            labels[next] = label
            stack.push(next)
          }
        }
      }
    }
    dark += area
    marks.push({ x0, y0, x1, y1, area })
  }
  return { marks, labels, dark }
}
