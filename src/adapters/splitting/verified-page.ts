import sharp, { type Sharp } from 'sharp'
import { Failure } from '../../domain/failure.ts'
import type { Turn } from '../../domain/page.ts'
import type { PageImage } from '../../ports.ts'
import type { EncodedImage } from './embedded-image.ts'
import { type Limits, longestSide } from './limits.ts'

/**
 * Decodes an image once, small, to be sure that it is whole, and reports its true size.
 * @throws Failure file-truncated, file-unreadable, file-too-large
 */
export async function verifiedPage(
  { image, mediaType }: EncodedImage,
  { number, dpi, limits }: { number: number; dpi: number; limits: Limits },
): Promise<PageImage> {
  const picture = openImage(image, limits)
  const { width, height, format } = await picture.metadata().catch(asFileFailure)
  // Bytes that are a picture of another kind than they claim are some other program's mischief.
  if (`image/${format}` !== mediaType) throw new Failure('file-unreadable', { page: number })
  refuseVast(width, height, number, limits)
  await picture.resize(64, 64, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer().catch(asFileFailure)
  return { number, image, mediaType, dpi, width, height }
}

/** @throws Failure file-too-large */
export function refuseVast(width: number, height: number, page: number, { maxPixels }: Limits): void {
  if (width * height > maxPixels) throw new Failure('file-too-large', { page, limit: maxPixels })
  if (Math.max(width, height) > longestSide) throw new Failure('file-too-large', { page, limit: longestSide })
}

/**
 * Opens an image so that one that is cut or damaged is refused instead of padded with grey, white or black: of a Group 4
 * page, all that follows one wrong bit. Decoders call some of that a mere warning.
 */
export const openImage = (image: Buffer, limits: Limits): Sharp =>
  sharp(image, { failOn: 'warning', limitInputPixels: limits.maxPixels, sequentialRead: true })

export function asFileFailure(cause: unknown): never {
  if (cause instanceof Failure) throw cause
  const message = cause instanceof Error ? cause.message : ''
  if (/pixel limit/i.test(message)) throw new Failure('file-too-large', {}, { cause })
  const cut = /premature e|truncated|read error|unexpected end|not enough|out of order|past end|short/i.test(
    message,
  )
  throw new Failure(cut ? 'file-truncated' : 'file-unreadable', {}, { cause })
}

/** A page image stood upright without loss: bitonal pages stay Group 4, all others become PNG. */
export async function turnedImage(page: PageImage, turn: Turn): Promise<PageImage> {
  if (turn === 0) return page
  const turned = sharp(page.image).rotate(turn)
  const bitonal = (await sharp(page.image).metadata()).bitsPerSample === 1
  const { data, info } = await (bitonal ? asGroup4(turned, page.dpi) : asPng(turned, page.dpi)).toBuffer({
    resolveWithObject: true,
  })
  const mediaType = bitonal ? 'image/tiff' : 'image/png'
  return { ...page, image: data, mediaType, width: info.width, height: info.height }
}

export const asPng = (picture: Sharp, dpi: number): Sharp =>
  picture.png({ compressionLevel: 6 }).withDensity(dpi)

export const asGroup4 = (picture: Sharp, dpi: number): Sharp =>
  picture
    .toColourspace('b-w')
    .tiff({ compression: 'ccittfax4', bitdepth: 1, miniswhite: true, xres: dpi / 25.4, yres: dpi / 25.4 })
