import type { GreyView } from '../../../src/adapters/images/grey-view.ts'

/** An empty A4 sheet of paper at 100 dpi. */
export function paper(level = 255, { width = 827, height = 1169 } = {}): GreyView & { pixels: Uint8Array } {
  return { pixels: new Uint8Array(width * height).fill(level), width, height, dpi: 100 }
}

export function dot(view: GreyView, x: number, y: number, level = 0): void {
  const [column, row] = [Math.round(x), Math.round(y)]
  if (column >= 0 && row >= 0 && column < view.width && row < view.height)
    view.pixels[row * view.width + column] = level
}

export function block(view: GreyView, x: number, y: number, width: number, height: number, level = 0): void {
  for (let row = y; row < y + height; row++)
    for (let column = x; column < x + width; column++) dot(view, column, row, level)
}

export function disc(view: GreyView, x: number, y: number, radius: number, level = 0): void {
  for (let dy = -radius; dy <= radius; dy++)
    for (let dx = -radius; dx <= radius; dx++)
      if (dx * dx + dy * dy <= radius * radius) dot(view, x + dx, y + dy, level)
}

/** Thirty lines of letters of unequal width, falling to the right by `skew` degrees; `along`: a quarter turn clockwise. */
export function printed(skew: number, { along = false } = {}): GreyView {
  const view = paper(255, along ? { width: 1169, height: 827 } : {})
  const slope = Math.tan((skew * Math.PI) / 180)
  let seed = 7
  for (let line = 0; line < 30; line++) {
    for (let x = 90; x < 700; ) {
      seed = (seed * 1103515245 + 12345) % 2147483648
      const width = 4 + (seed % 5)
      for (let dy = 0; dy < 9; dy++)
        for (let dx = 0; dx < width; dx++) {
          const [px, py] = [x + dx, 120 + line * 28 + dy + (x + dx) * slope]
          if (along) dot(view, 1169 - 1 - py, px)
          else dot(view, px, py)
        }
      x += width + (seed % 7 === 0 ? 9 : 2)
    }
  }
  return view
}
