import type { PageImage } from '../../ports.ts'
import { type Content, pagePart } from './content.ts'
import type { Limits } from './limits.ts'
import { plausibleDpi } from './resolution.ts'
import { singlePageTiff } from './single-page-tiff.ts'
import { tiffPages } from './tiff-directory.ts'
import { asFileFailure, asGroup4, asPng, openImage, refuseVast, verifiedPage } from './verified-page.ts'

/** EXIF orientations (CIPA DC-008, 4.6.4.A) other than 1 ask for a turn or a mirroring. */
const upright = 1

/**
 * The page of a JPEG or PNG file: its very bytes, unless a camera noted that it must be turned.
 * @throws Failure file-truncated, file-unreadable, file-too-large
 */
export async function* singlePage(
  content: Content,
  mediaType: 'image/jpeg' | 'image/png',
  limits: Limits,
): AsyncGenerator<PageImage> {
  const file = pagePart(content, 0, content.bytes, limits)
  const { width, height, density, orientation } = await openImage(file, limits)
    .metadata()
    .catch(asFileFailure)
  const dpi = plausibleDpi(density, width, height)
  const page = await verifiedPage({ image: file, mediaType }, { number: 1, dpi, limits })
  if ((orientation ?? upright) === upright) yield page
  else {
    const turned = await asPng(openImage(file, limits).autoOrient(), dpi).toBuffer({
      resolveWithObject: true,
    })
    yield {
      ...page,
      image: turned.data,
      mediaType: 'image/png',
      width: turned.info.width,
      height: turned.info.height,
    }
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
  for (const [index, { at, bits, samples }] of pages.entries()) {
    signal.throwIfAborted()
    const picture = openImage(singlePageTiff(content, at, limits), limits)
    const { density, width, height, space } = await picture.metadata().catch(asFileFailure)
    refuseVast(width, height, index + 1, limits)
    const dpi = plausibleDpi(density, width, height)
    const bitonal = bits === 1 && samples === 1 && space === 'b-w'
    const kept = bitonal ? asGroup4(picture.autoOrient(), dpi) : asPng(picture.autoOrient(), dpi)
    const { data, info } = await kept.toBuffer({ resolveWithObject: true }).catch(asFileFailure)
    yield {
      number: index + 1,
      image: data,
      mediaType: bitonal ? 'image/tiff' : 'image/png',
      dpi,
      width: info.width,
      height: info.height,
    }
  }
}
