import type { GreyView } from './grey-view.ts'
import { sampled } from './straightened.ts'

/** So near to what was wanted is as good. */
const alike = 1.02

/** The same, smaller: at `dpi`, or as it is where it has no more. */
export function shrunkTo(view: GreyView, dpi: number): GreyView {
  const averaged = inSquares(view, Math.floor((view.dpi / dpi) * alike))
  return averaged.dpi > dpi * alike ? sampled(averaged, { scale: dpi / averaged.dpi }) : averaged
}

/** Each square of so many pixels as one, their mean; what is left over at the right and at the bottom is left out. */
export function inSquares(view: GreyView, side: number): GreyView {
  const { pixels: from, width: row } = view
  const width = Math.floor(view.width / side)
  const height = Math.floor(view.height / side)
  if (side <= 1 || width === 0 || height === 0) return view
  const pixels = new Uint8Array(width * height)
  if (side === 2) halve(from, row, { pixels, width, height })
  else {
    const share = 65_536 / (side * side)
    const sums = new Uint32Array(width)
    for (let y = 0; y < height; y++) {
      sums.fill(0)
      for (let dy = 0; dy < side; dy++) {
        let at = (y * side + dy) * row
        for (let x = 0; x < width; x++) {
          let sum = 0
          for (let dx = 0; dx < side; dx++) sum += from[at++]!
          sums[x]! += sum
        }
      }
      for (let x = 0; x < width; x++) pixels[y * width + x] = (sums[x]! * share + 32_768) >> 16
    }
  }
  return { pixels, width, height, dpi: view.dpi / side }
}

function halve(from: Uint8Array, row: number, half: Pick<GreyView, 'pixels' | 'width' | 'height'>): void {
  const { pixels, width, height } = half
  for (let y = 0, to = 0; y < height; y++) {
    let [above, below] = [2 * y * row, (2 * y + 1) * row]
    for (let x = 0; x < width; x++, above += 2, below += 2)
      pixels[to++] = (from[above]! + from[above + 1]! + from[below]! + from[below + 1]! + 2) >> 2
  }
}
