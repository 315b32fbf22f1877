import sharp from 'sharp'

/** An image of one byte a pixel, row by row: 0 black, 255 white. */
export type GreyView = {
  readonly pixels: Uint8Array
  readonly width: number
  readonly height: number
  readonly dpi: number
}

export const millimetres = (view: { dpi: number }, length: number): number => (length * view.dpi) / 25.4

/** The same, smaller or larger; `scale` 1 gives it as it is. */
export async function scaledView(view: GreyView, scale: number): Promise<GreyView> {
  if (scale === 1) return view
  const { pixels, width, height, dpi } = view
  const { data, info } = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .resize(Math.max(1, Math.round(width * scale)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height, dpi: dpi * scale }
}

/** As a portable greymap (PGM, P5), which costs nothing to write and to read. */
export const greymapOf = ({ pixels, width, height }: GreyView): Buffer =>
  Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`, 'latin1'), pixels])
