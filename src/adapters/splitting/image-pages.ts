import type { PageImage } from '../../ports.ts'
import type { Sharp } from 'sharp'
import { type Content, pagePart } from './content.ts'
import type { Limits } from './limits.ts'
import { jpegDensity, pngDensity } from './density.ts'
import { type Resolution, resolutionOf, type ToldDensity } from './resolution.ts'
import { singlePageTiff } from './single-page-tiff.ts'
import { tiffPages } from './tiff-directory.ts'
import { asFileFailure, asGroup4, asPng, openImage, refuseVast, verifiedPage } from './verified-page.ts'

/** EXIF orientations (CIPA DC-008, 4.6.4.A) other than 1 ask for a turn or a mirroring. */
const upright = 1
/** From this one on width and height change places. */
const onItsSide = 5

/**
 * The page of a JPEG or PNG file: its very bytes, unless a camera noted that it must be turned, or its pixels are no squares.
 * @throws Failure file-truncated, file-unreadable, file-too-large
 */
export async function* singlePage(
  content: Content,
  mediaType: 'image/jpeg' | 'image/png',
  limits: Limits,
): AsyncGenerator<PageImage> {
  const file = pagePart(content, 0, content.bytes, limits)
  const stored = await openImage(file, limits).metadata().catch(asFileFailure)
  const told = mediaType === 'image/jpeg' ? jpegDensity(file) : pngDensity(file)
  const { width, height, ...figures } = asShown(told, stored)
  const { dpi } = figures
  const page = await verifiedPage({ image: file, mediaType }, { number: 1, dpi, limits })
  const { orientation = upright } = stored
  if (orientation === upright && !figures.scannedDpi) yield { ...page, ...figures }
  else {
    refuseVast(width, height, 1, limits)
    const square = inSquares(openImage(file, limits).autoOrient(), { width, height, ...figures }, 'cubic')
    const { data, info } = await asPng(square, dpi).toBuffer({ resolveWithObject: true })
    const { width: across, height: down } = info
    yield { ...page, ...figures, image: data, mediaType: 'image/png', width: across, height: down }
  }
}

/**
 * Pages of a TIFF file, decoded and kept without loss: bitonal pages as Group 4, all others as PNG.
 * @throws Failure file-truncated, file-unreadable, file-too-large
 */
export async function* tiffFilePages(
  content: Content,
  limits: Limits,
  signal: AbortSignal,
): AsyncGenerator<PageImage> {
  const pages = tiffPages(content, limits.maxPages)
  for (const [index, { at, bits, samples, isOpaque, density }] of pages.entries()) {
    signal.throwIfAborted()
    const picture = openImage(singlePageTiff(content, at, limits), limits)
    if (isOpaque) picture.removeAlpha()
    const stored = await picture.metadata().catch(asFileFailure)
    // Else it would become three equal colours: three times the work for whoever writes or reads it.
    if (stored.space === 'b-w' || stored.space === 'grey16') picture.toColourspace(stored.space)
    refuseVast(stored.width, stored.height, index + 1, limits)
    const { width, height, ...figures } = asShown(density, stored)
    refuseVast(width, height, index + 1, limits)
    const bitonal = bits === 1 && samples === 1 && stored.space === 'b-w'
    const square = inSquares(
      picture.autoOrient(),
      { width, height, ...figures },
      bitonal ? 'nearest' : 'cubic',
    )
    const kept = bitonal ? asGroup4(square, figures.dpi) : asPng(square, figures.dpi)
    const { data, info } = await kept.toBuffer({ resolveWithObject: true }).catch(asFileFailure)
    yield {
      ...{ number: index + 1, image: data, mediaType: bitonal ? 'image/tiff' : 'image/png', ...figures },
      ...{ width: info.width, height: info.height },
    }
  }
}

/** The resolution of a stored image once it is turned as its file asks. */
function asShown(
  told: ToldDensity | undefined,
  {
    width,
    height,
    orientation = upright,
  }: { width: number; height: number; orientation?: number | undefined },
): Resolution {
  if (orientation < onItsSide) return resolutionOf(told, { width, height })
  const turned = told && { ...told, across: told.down, down: told.across }
  return resolutionOf(turned, { width: height, height: width })
}

/** Rows or columns of a page of one bit are repeated, those of others lie between their neighbours. */
const inSquares = (
  picture: Sharp,
  { width, height, scannedDpi }: Resolution,
  kernel: 'nearest' | 'cubic',
): Sharp => (scannedDpi ? picture.resize({ width, height, fit: 'fill', kernel }) : picture)
