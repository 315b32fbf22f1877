/** An image of one byte a pixel, row by row: 0 black, 255 white. */
export type GreyView = {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

export const millimetres = (view: { dpi: number }, length: number): number => (length * view.dpi) / 25.4
