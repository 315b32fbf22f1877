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
