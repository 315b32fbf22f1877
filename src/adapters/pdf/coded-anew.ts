import sharp, { type Metadata } from 'sharp'
import { asJpeg, inGroup4, plainFrame } from './as-it-is.ts'
import { alone, type CodedImage, type CodedLayer, type CodedPage, type CodePage } from './coded-page.ts'
import { codeGroup4 } from './group-4.ts'
import { type MixedRaster, mixedRaster } from './mixed-raster.ts'
import { type PngRows, pngRows } from './png-rows.ts'
import { isTwoLevel, jpegOf, letGo, pictureOf, type Raster, rasterOf } from './raster.ts'

/** Why: docs/decisions/what-the-access-copy-keeps.md. */
const kept = 75
/** A lossless page may take that much more room than its JPEG: clean drawings and print stay lossless. */
const fairPrice = 2
/** Bits a pixel that no page on real paper does with: what has less is worth packing without loss. */
const cleanBits = 0.4

/**
 * Decodes a page image and codes it anew: bitonal pages as CCITT Group 4 (never JBIG2); in a compact copy, text and
 * background apart where that loses nothing; all others as JPEG, or without loss where that is not much larger.
 */
export const codedAnew: CodePage = async (image, { mediaType, dpi, accessCopy }) => {
  const frame = mediaType === 'image/jpeg' ? plainFrame(image) : undefined
  const said = frame ?? (await sharp(image).metadata())
  if ('space' in said && isBitonal(said)) return alone(inGroup4(await codeGroup4(sharp(image))))
  const { width, height } = said
  const mixed = accessCopy === 'compact' ? await mixedRaster(image, { width, height, dpi }) : undefined
  if (mixed) return inLayers(mixed, { width, height })
  const raster = await rasterOf(image)
  try {
    return alone(await inOneLayer(image, raster, frame))
  } finally {
    letGo(raster)
  }
}

type Frame = ReturnType<typeof plainFrame>

async function inOneLayer(image: Buffer, raster: Raster, frame: Frame): Promise<CodedImage> {
  if (isTwoLevel(raster)) return inGroup4(await codeGroup4(pictureOf(raster).threshold()))
  const lossy = await jpegOf(raster, kept)
  if (!frame) return smaller(image, raster, lossy)
  const isSmaller = lossy.length < image.length
  return isSmaller ? asJpeg(lossy, frame, raster.channels) : asJpeg(image, frame, frame.components)
}

const isBitonal = ({ space, channels, bitsPerSample }: Metadata): boolean =>
  space === 'b-w' && channels === 1 && bitsPerSample === 1

/** A PNG's own rows are taken as they are where they can be: packing them anew costs more than reading the page. */
async function smaller(image: Buffer, raster: Raster, lossy: Buffer): Promise<CodedImage> {
  const own = pngRows(image)
  const isClean = lossy.length * 8 < raster.width * raster.height * cleanBits
  const lossless =
    own?.channels === raster.channels || !isClean
      ? own
      : pngRows(await pictureOf(raster).png({ palette: false }).toBuffer())
  return lossless && lossless.rows.length <= lossy.length * fairPrice
    ? inRows(lossless)
    : asJpeg(lossy, raster, raster.channels)
}

const inRows = ({ rows, width, height, channels }: PngRows): CodedImage => ({
  ...{ coding: 'rows', bytes: rows, width, height, channels, inverted: false },
})

function inLayers({ back, front, channels, covers }: MixedRaster, size: { width: number; height: number }) {
  const layers: CodedLayer[] = [{ image: asJpeg(back.jpeg, back, channels), covers }]
  if (front)
    layers.push({
      ...{ image: asJpeg(front.jpeg, front, channels), covers },
      stencil: inGroup4(front.stencil),
    })
  return { layers, ...size } satisfies CodedPage
}
