import type { GreyView } from './grey-view.ts'

/** Places are counted in 65,536ths of a pixel: whole numbers, which are quick. */
const fraction = 16
const unit = 1 << fraction

/**
 * A page turned back by its skew about its centre, on a sheet large enough for all of it; what comes from outside is of
 * the level `around`, white unless told. A page that is straight is returned as it is.
 */
export const straightened = (view: GreyView, skew: number): GreyView =>
  skew === 0 ? view : sampled(view, { skew })

/**
 * A page made smaller, by no more than half, and straightened in one walk: each pixel is drawn once from the four that lie
 * around its place before. @returns as `straightened` does
 */
export function sampled(
  view: GreyView,
  { scale = 1, skew = 0, around = 255 }: { scale?: number; skew?: number; around?: number },
): GreyView {
  const angle = (skew * Math.PI) / 180
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const small = sizeAt(view, scale)
  const width = Math.max(1, Math.ceil(small.width * cos + small.height * Math.abs(sin) - 1e-9))
  const height = Math.max(1, Math.ceil(small.width * Math.abs(sin) + small.height * cos - 1e-9))
  const pixels = new Uint8Array(width * height)
  const [growX, growY] = [view.width / small.width, view.height / small.height]
  const [stepX, stepY] = [Math.round(cos * growX * unit), Math.round(sin * growY * unit)]
  for (let row = 0; row < height; row++) {
    const dx = 0.5 - width / 2
    const dy = row + 0.5 - height / 2
    const x = Math.round(((dx * cos - dy * sin) * growX + view.width / 2 - 0.5) * unit)
    const y = Math.round(((dx * sin + dy * cos) * growY + view.height / 2 - 0.5) * unit)
    const target = pixels.subarray(row * width, (row + 1) * width)
    if (stepY === 0) drawLevelRow(view, target, { x, y, stepX, stepY, around })
    else drawRow(view, target, { x, y, stepX, stepY, around })
  }
  return { pixels, width, height, dpi: view.dpi * scale }
}

/** Size of a page at a scale, in whole pixels. */
export const sizeAt = ({ width, height }: Pick<GreyView, 'width' | 'height'>, scale: number) => ({
  width: Math.max(1, Math.round(width * scale)),
  height: Math.max(1, Math.round(height * scale)),
})

type Walk = {
  readonly x: number
  readonly y: number
  readonly stepX: number
  readonly stepY: number
  readonly around: number
}

/** One row of the straight page is a slanted walk over the page as it was: outside, inside, and outside again. */
function drawRow({ pixels, width, height }: GreyView, row: Uint8Array, walk: Walk): void {
  const { stepX, stepY, around } = walk
  // Places from 0 to these have a pixel to their right and one below.
  const [farX, farY] = [(width - 1) * unit - 1, (height - 1) * unit - 1]
  const [enterX, leaveX] = stepsWithin(walk.x, stepX, farX)
  const [enterY, leaveY] = stepsWithin(walk.y, stepY, farY)
  const enter = Math.min(row.length, Math.max(enterX, enterY))
  const leave = Math.max(enter, Math.min(row.length, leaveX, leaveY))
  row.fill(around, 0, enter)
  row.fill(around, leave)
  let fromX = walk.x + enter * stepX
  let fromY = walk.y + enter * stepY
  for (let at = enter; at < leave; at++) {
    // Eight bits of each fraction suffice for eight bits of grey.
    const across = (fromX >> (fraction - 8)) & 255
    const down = (fromY >> (fraction - 8)) & 255
    const place = (fromY >> fraction) * width + (fromX >> fraction)
    const above = pixels[place]!
    const below = pixels[place + width]!
    const upper = (above << 8) + (pixels[place + 1]! - above) * across
    const lower = (below << 8) + (pixels[place + width + 1]! - below) * across
    row[at] = ((upper << 8) + (lower - upper) * down + 32_768) >> 16
    fromX += stepX
    fromY += stepY
  }
}

/** From which step on, and until before which, a walk along a line is between 0 and `far`. */
function stepsWithin(from: number, step: number, far: number): readonly [enter: number, leave: number] {
  if (step === 0) return from >= 0 && from <= far ? [0, Number.POSITIVE_INFINITY] : [0, 0]
  const [near, end] = step > 0 ? [-from, far - from] : [from - far, from]
  const size = Math.abs(step)
  return [Math.max(0, Math.ceil(near / size)), Math.max(0, Math.floor(end / size) + 1)]
}

/** The same for a page that is straight: no place outside is met, and two rows are enough. */
function drawLevelRow({ pixels, width, height }: GreyView, row: Uint8Array, walk: Walk): void {
  const top = Math.min(height - 1, Math.max(0, walk.y >> fraction))
  const down = (walk.y >> (fraction - 8)) & 255
  const above = pixels.subarray(top * width, (top + 1) * width)
  const below = top + 1 < height ? pixels.subarray((top + 1) * width, (top + 2) * width) : above
  const last = width - 1
  let fromX = walk.x
  for (let at = 0; at < row.length; at++, fromX += walk.stepX) {
    const left = Math.max(0, Math.min(last, fromX >> fraction))
    const right = left < last ? left + 1 : last
    const across = (fromX >> (fraction - 8)) & 255
    const upper = (above[left]! << 8) + (above[right]! - above[left]!) * across
    const lower = (below[left]! << 8) + (below[right]! - below[left]!) * across
    row[at] = ((upper << 8) + (lower - upper) * down + 32_768) >> 16
  }
}
