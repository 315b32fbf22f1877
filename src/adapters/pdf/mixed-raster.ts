import sharp from 'sharp'
import { codeGroup4, type Group4 } from './group-4.ts'
import { type Ink, inkOf } from './ink.ts'
import { backgroundOf, inkColours, lossOf } from './layers.ts'
import { jpegOf, luminance, type Raster, rasterOf } from './raster.ts'

type Size = { readonly width: number; readonly height: number }

/** A page in three layers: its background, the colours of its ink, and where its ink is. */
export type MixedRaster = {
  readonly back: Size & { readonly jpeg: Buffer }
  /** Undefined on a page without ink. */
  readonly front: (Size & { readonly jpeg: Buffer; readonly stencil: Group4 }) | undefined
  readonly channels: 1 | 3
  /** Pixels of the page that each layer covers: a little more than there are. */
  readonly covers: Size
}

const stencilDpi = 300
/** Stencils of these resolutions are as sharp as print; others are drawn anew at 300 dpi. */
const sharpEnough = { from: 250, to: 400 }
const backDpi = 100
const backQuality = 50
const frontQuality = 35
/** So many squares (2 mm) of a page may lose something, or that share of those with ink: specks, not strokes. */
const bearable = { squares: 8, share: 0.005 }

/**
 * Parts a page into text and background (mixed raster content, ISO/IEC 16485). Undefined when that would lose strokes,
 * or make a photograph of two levels.
 */
export async function mixedRaster(
  image: Buffer,
  { width, height, dpi }: Size & { dpi: number },
): Promise<MixedRaster | undefined> {
  const scale = dpi < sharpEnough.from || dpi > sharpEnough.to ? stencilDpi / dpi : 1
  const side = Math.max(1, Math.round((dpi * scale) / backDpi))
  const raster = await rasterOf(image, {
    width: Math.round(width * scale),
    height: Math.round(height * scale),
    block: side * 2,
  })
  const grey = luminance(raster)
  const ink = inkOf(grey, raster.width, raster.height)
  const back = backgroundOf(raster, grey, ink, side)
  const front = inkColours(raster, grey, ink, side * 2)
  const loss = lossOf(raster, grey, ink, { back, front })
  const lost = loss.blurred + loss.frayed + loss.flattened
  if (lost > Math.max(bearable.squares, loss.inked * bearable.share)) return undefined
  return {
    back: await sized(back.colours, backQuality),
    front:
      ink.places.length > 0
        ? { ...(await sized(front.colours, frontQuality)), stencil: await stencilOf(ink, raster) }
        : undefined,
    channels: raster.channels,
    covers: { width: raster.width / scale, height: raster.height / scale },
  }
}

const sized = async (colours: Raster, quality: number) => ({
  jpeg: await jpegOf(colours, quality),
  width: colours.width,
  height: colours.height,
})

/** Black where there is ink. */
async function stencilOf({ places }: Ink, { width, height }: Size): Promise<Group4> {
  const stencil = Buffer.alloc(width * height, 255)
  for (const at of places) stencil[at] = 0
  return codeGroup4(sharp(stencil, { raw: { width, height, channels: 1 } }))
}
