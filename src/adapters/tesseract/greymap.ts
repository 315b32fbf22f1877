import type { Box } from '../../domain/page.ts'

/** Rows from the top, a byte a pixel: 0 black, 255 white. */
export type Greymap = { readonly width: number; readonly height: number; readonly pixels: Uint8Array }

/** Pixels of a portable greymap, as they lie in it; undefined when it is none. */
export function greymapIn(image: Buffer): Greymap | undefined {
  const layout = layoutOf(image)
  if (!layout) return undefined
  const { width, height, start } = layout
  return { width, height, pixels: image.subarray(start, start + width * height) }
}

/** A part of a greymap; the box in whole pixels. */
export function cutOut({ width, pixels }: Greymap, { x0, y0, x1, y1 }: Box): Greymap {
  const part = { width: x1 - x0, height: y1 - y0 }
  const cut = new Uint8Array(part.width * part.height)
  for (let row = 0; row < part.height; row++)
    cut.set(pixels.subarray((y0 + row) * width + x0, (y0 + row) * width + x1), row * part.width)
  return { ...part, pixels: cut }
}

/** A greymap as a portable one (PGM, P5). */
export const portable = ({ width, height, pixels }: Greymap): Buffer =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels])

/** Pixels of a portable greymap (PGM, P5, 8 bits) and where they begin. Undefined when it is none. */
function layoutOf(image: Buffer): { width: number; height: number; start: number } | undefined {
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(image.toString('latin1', 0, 64)) ?? []
  if (!head) return undefined
  const size = { width: Number(width), height: Number(height), start: head.length }
  return image.length >= size.start + size.width * size.height ? size : undefined
}

/** The page on its head: its pixels backwards. A page that is no greymap is returned as it is. */
export function turnedOver(image: Buffer): Buffer {
  const layout = layoutOf(image)
  if (!layout) return image
  const over = Buffer.from(image)
  over.subarray(layout.start, layout.start + layout.width * layout.height).reverse()
  return over
}

const headBytes = 28

/**
 * The same pixels as Leptonica keeps them in memory (its SPIX format: seven little-endian words, then rows of words with
 * the first pixel in the highest byte). It takes them in as they are, where it reads a greymap pixel by pixel: four times
 * quicker. A page that is no greymap is returned as it is.
 */
export function asLeptonicaKeeps(image: Buffer): Buffer {
  const layout = layoutOf(image)
  if (!layout) return image
  const { width, height, start } = layout
  const rowWords = Math.ceil(width / 4)
  const kept = Buffer.alloc(headBytes + rowWords * 4 * height)
  kept.write('spix', 'latin1')
  const head = [width, height, 8, rowWords, 0, rowWords * 4 * height]
  for (const [index, word] of head.entries()) kept.writeUInt32LE(word, 4 + index * 4)
  for (let row = 0; row < height; row++)
    image.copy(kept, headBytes + row * rowWords * 4, start + row * width, start + (row + 1) * width)
  kept.subarray(headBytes).swap32()
  return kept
}
