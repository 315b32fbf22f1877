import { PDFDocument, type PDFPage } from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'
import type { PageImage } from '../../ports.ts'
import { embeddedImage, pixelSize } from './embedded-image.ts'
import type { Limits } from './limits.ts'
import { openForRendering, type RenderedPdf } from './rendered-page.ts'
import { pagesOf } from './page-tree.ts'
import { type SoleImage, soleImageOf } from './sole-image.ts'
import { refuseVast, turnedImage, verifiedPage } from './verified-page.ts'

const renderDpi = 300
const minimumDpi = 50
const maximumDpi = 1200

/**
 * Pages of a PDF, one at a time: the embedded image where the page is one, else the page rendered.
 * @throws Failure file-encrypted, file-truncated, file-unreadable, file-too-large
 */
export async function* pdfPages(
  file: Buffer,
  limits: Limits,
  signal: AbortSignal,
): AsyncGenerator<PageImage> {
  refuseCutFile(file)
  const pages = await structureOf(file, limits.maxPages)
  let renderer: RenderedPdf | undefined
  try {
    if (!pages) renderer = await openForRendering(file)
    const count = pages?.length ?? renderer!.pages
    if (count === 0) throw new Failure('file-unreadable')
    if (count > limits.maxPages) throw new Failure('file-too-large', { limit: limits.maxPages })
    for (let index = 0; index < count; index++) {
      signal.throwIfAborted()
      const page = pages?.[index]
      const sole = page && soleImage(page)
      const taken = sole && (await takenPage(sole, index + 1, limits))
      if (taken) yield taken
      else {
        renderer ??= await openForRendering(file)
        yield await renderer.render(index, sole ? dpiOf(sole) : renderDpi, limits)
      }
    }
  } finally {
    renderer?.close()
  }
}

/** A PDF ends with `%%EOF` (ISO 32000-1, 7.5.5); scanners and mailers may add a few bytes of padding. */
function refuseCutFile(file: Buffer): void {
  const end = file.lastIndexOf('%%EOF')
  if (end < 0) throw new Failure('file-truncated')
  const rest = file.subarray(end + 5)
  if (
    rest.length > 4096 &&
    rest.some((byte) => byte !== 0 && byte !== 0x20 && byte !== 0x0a && byte !== 0x0d)
  )
    throw new Failure('file-truncated')
}

/** The pages as objects; undefined when the file is encrypted or too odd: the renderer then says what it is. */
async function structureOf(file: Buffer, maxPages: number): Promise<PDFPage[] | undefined> {
  try {
    const pdf = await PDFDocument.load(file, { updateMetadata: false, warnOnInvalidObjects: false })
    return pagesOf(pdf, maxPages)
  } catch (error) {
    if (error instanceof Failure) throw error
    return undefined
  }
}

function soleImage(page: PDFPage): SoleImage | undefined {
  try {
    return soleImageOf(page)
  } catch (error) {
    if (error instanceof Failure) throw error
    return undefined
  }
}

/** Dots per inch of an image that covers its page; undefined when they differ between width and height. */
function squareDpi(sole: SoleImage): number | undefined {
  const { width, height } = pixelSize(sole.stream)
  const [across, down] = [width / sole.widthInches, height / sole.heightInches]
  if (!(Math.abs(across - down) <= 0.02 * across)) return undefined
  return across >= minimumDpi && across <= maximumDpi ? across : undefined
}

/** Resolution to render at, so that a page's image neither shrinks nor grows much. */
function dpiOf(sole: SoleImage): number {
  const { width, height } = pixelSize(sole.stream)
  const dpi = Math.max(width / sole.widthInches, height / sole.heightInches)
  return Math.round(Math.min(600, Math.max(150, Number.isFinite(dpi) ? dpi : renderDpi)))
}

async function takenPage(sole: SoleImage, number: number, limits: Limits): Promise<PageImage | undefined> {
  const dpi = squareDpi(sole)
  if (!dpi) return undefined
  const { width, height } = pixelSize(sole.stream)
  refuseVast(width, height, number, limits)
  const encoded = await embeddedImage(sole.stream, dpi)
  if (!encoded) return undefined
  const page = await verifiedPage(encoded, { number, dpi: Math.round(dpi * 100) / 100, limits })
  return turnedImage(page, sole.turn)
}
