/** An image of one byte a pixel, row by row: 0 black, 255 white. */
export type GreyView = {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

export const millimetres = (view: { dpi: number }, length: number): number => (length * view.dpi) / 25.4

/** As a portable greymap (PGM, P5), which costs nothing to write and to read. */
export const greymapOf = ({ pixels, width, height }: GreyView): Buffer =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), pixels])

/** Less is not worth the trouble, and may lie in memory that others share. */
const large = 1 << 20

/**
 * Gives back at once the memory of pixels that nobody needs any more; they are gone. The engine sees little of that memory,
 * and would go through everything else it has, page after page, to find it. What shares its pixels with `kept` stays.
 */
export function letGo(views: readonly GreyView[], kept: readonly GreyView[] = []): void {
  const stays = new Set(kept.map(({ pixels }) => pixels.buffer))
  for (const { pixels } of views)
    if (
      pixels.byteLength >= large &&
      pixels.byteLength === pixels.buffer.byteLength &&
      !stays.has(pixels.buffer)
    )
      if (pixels.buffer instanceof ArrayBuffer) pixels.buffer.transfer(0)
}
