import type { GreyView } from './grey-view.ts'

const white = 255
/** Places are counted in 65,536ths of a pixel: whole numbers, which are quick. */
const fraction = 16

/**
 * A page turned back by its skew about its centre, on a sheet large enough for all of it; what comes from outside is white.
 * Each pixel is drawn from the four that lie around its place before. A page that is straight is returned as it is.
 */
export function straightened(view: GreyView, skew: number): GreyView {
  if (skew === 0) return view
  const angle = (skew * Math.PI) / 180
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  const width = Math.ceil(view.width * cos + view.height * Math.abs(sin))
  const height = Math.ceil(view.width * Math.abs(sin) + view.height * cos)
  const pixels = new Uint8Array(width * height)
  const unit = 1 << fraction
  const [stepX, stepY] = [Math.round(cos * unit), Math.round(sin * unit)]
  for (let row = 0; row < height; row++) {
    const dx = 0.5 - width / 2
    const dy = row + 0.5 - height / 2
    const x = Math.round((dx * cos - dy * sin + view.width / 2 - 0.5) * unit)
    const y = Math.round((dx * sin + dy * cos + view.height / 2 - 0.5) * unit)
    drawRow(view, pixels.subarray(row * width, (row + 1) * width), { x, y, stepX, stepY })
  }
  return { pixels, width, height, dpi: view.dpi }
}

type Walk = { readonly x: number; readonly y: number; readonly stepX: number; readonly stepY: number }

/** One row of the straight page is a slanted walk over the page as it was. */
function drawRow({ pixels, width, height }: GreyView, row: Uint8Array, { x, y, stepX, stepY }: Walk): void {
  let [fromX, fromY] = [x, y]
  for (let at = 0; at < row.length; at++) {
    const left = fromX >> fraction
    const top = fromY >> fraction
    if (left < 0 || top < 0 || left >= width - 1 || top >= height - 1) row[at] = white
    else {
      // Eight bits of each fraction suffice for eight bits of grey.
      const across = (fromX >> (fraction - 8)) & 255
      const down = (fromY >> (fraction - 8)) & 255
      const place = top * width + left
      const above = (pixels[place]! << 8) + (pixels[place + 1]! - pixels[place]!) * across
      const below =
        (pixels[place + width]! << 8) + (pixels[place + width + 1]! - pixels[place + width]!) * across
      row[at] = ((above << 8) + (below - above) * down + 32_768) >> 16
    }
    fromX += stepX
    fromY += stepY
  }
}
