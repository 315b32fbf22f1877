import { type PDFObject, PDFPageLeaf, type PDFRef } from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'
import type { PageImage } from '../../ports.ts'
import type { Content } from './content.ts'
import { embeddedImage, pixelSize } from './embedded-image.ts'
import type { Limits } from './limits.ts'
import { pagesOf } from './page-tree.ts'
import { endOf } from './pdf-end.ts'
import { openObjects, type PdfObjects } from './pdf-objects.ts'
import { type Fineness, openForRendering, type RenderedPdf } from './rendered-page.ts'
import { type Resolution, resolutionOf } from './resolution.ts'
import { tried } from './searched-references.ts'
import { type SoleImage, soleImageOf } from './sole-image.ts'
import { lookThrough, withoutReferences } from './trusted-places.ts'
import { refuseVast, turnedImage, verifiedPage } from './verified-page.ts'

/** Of pages that are no image; those of an image are rendered as fine as that, between these. */
const renderDpi = 300
const [leastDpi, mostDpi] = [150, 600]

/**
 * Pages of a PDF, one at a time: the embedded image where the page is one, else the page rendered.
 * @throws Failure file-encrypted, file-truncated, file-unreadable, file-too-large
 */
export async function* pdfPages(
  content: Content,
  limits: Limits,
  signal: AbortSignal,
): AsyncGenerator<PageImage> {
  const objects = openObjects(content, limits, endOf(content))
  const structure = structureOf(objects, limits.maxPages)
  const rendering = renderingOf(content, objects, structure)
  try {
    const count = structure?.pages.length ?? (await rendering.rendererOf()).pages
    if (count === 0) throw new Failure('file-unreadable')
    if (count > limits.maxPages) throw new Failure('file-too-large', { limit: limits.maxPages })
    for (let index = 0; index < count; index++) {
      signal.throwIfAborted()
      const sole = structure && soleImage(structure, index)
      const taken = sole && (await takenPage(sole, index + 1, limits))
      if (taken && !sole.hasText) yield taken
      else if (taken) yield { ...taken, ...(await unseenText(rendering, index, taken)) }
      else {
        const renderer = await rendering.rendererOf(index)
        yield await renderer.render(index, sole ? finenessOf(sole) : { dpi: renderDpi }, limits)
      }
    }
  } finally {
    rendering.close()
  }
}

/** A page whose image was taken needs no renderer, and is no worse for words that cannot be had. */
async function unseenText(
  { rendererOf }: ReturnType<typeof renderingOf>,
  index: number,
  size: PageImage,
): Promise<Pick<PageImage, 'ownText'>> {
  try {
    const renderer = await rendererOf(index)
    const ownText = await renderer.unseenText(index, size)
    return ownText ? { ownText } : {}
  } catch (error) {
    if (error instanceof Failure) return {}
    throw error
  }
}

/** Opens the renderer when it is needed, and anew once the file's own word on where things are was found to be wrong. */
function renderingOf(content: Content, objects: PdfObjects, structure: Structure | undefined) {
  const seen = new Set<PDFObject>()
  const isTrusted = (): boolean => !(objects.isAstray || (structure && objects.isSearched))
  let open: { readonly renderer: RenderedPdf; readonly trusts: boolean } | undefined
  const close = (): void => {
    open?.renderer.close()
    open = undefined
  }
  /** Streams of objects that are encrypted are only found by those references. */
  const openSearching = () =>
    openForRendering(withoutReferences(content)).catch((error: unknown) => {
      if (structure || !objects.isEncrypted) throw error
      return openForRendering(content)
    })
  return {
    close,
    async rendererOf(index?: number): Promise<RenderedPdf> {
      if (structure && index !== undefined && isTrusted()) lookThroughPage(structure, index, seen)
      if (!structure && !open) {
        const root = tried(() => objects.root)
        if (root && isTrusted()) lookThrough([root], objects.context, seen)
      }
      const trusts = isTrusted()
      if (open && open.trusts !== trusts) close()
      open ??= { renderer: await (trusts ? openForRendering(content) : openSearching()), trusts }
      // Two readings of a damaged file that find different pages: neither can be believed.
      if (structure && !trusts && open.renderer.pages !== structure.pages.length)
        throw new Failure('file-unreadable')
      return open.renderer
    },
  }
}

function lookThroughPage({ context, pages }: Structure, index: number, seen: Set<PDFObject>): void {
  const page = tried(() => context.lookup(pages[index]))
  const inherited = page instanceof PDFPageLeaf ? tried(() => page.Resources()) : undefined
  lookThrough([pages[index]!, ...(inherited ? [inherited] : [])], context, seen)
}

type Structure = Pick<PdfObjects, 'context'> & { readonly pages: readonly PDFRef[] }

/**
 * The pages as objects; undefined when the file is encrypted or too odd: the renderer then says what it is. Where the
 * cross-references lead to no pages, the file is searched for them.
 */
function structureOf(objects: PdfObjects, maxPages: number): Structure | undefined {
  for (;;) {
    try {
      if (objects.isEncrypted) return undefined
      const pages = pagesOf(objects, maxPages)
      if (pages) return { context: objects.context, pages }
    } catch (error) {
      if (error instanceof Failure) throw error
    }
    try {
      if (!objects.search()) return undefined
    } catch {
      return undefined
    }
  }
}

function soleImage({ context, pages }: Structure, index: number): SoleImage | undefined {
  try {
    const page = context.lookup(pages[index])
    return page instanceof PDFPageLeaf ? soleImageOf(page) : undefined
  } catch (error) {
    if (error instanceof Failure) throw error
    return undefined
  }
}

type Size = { readonly width: number; readonly height: number }
type Density = { readonly across: number; readonly down: number }

/** Dots per inch of an image of that size which covers its page. */
const densityOf = ({ widthInches, heightInches }: SoleImage, { width, height }: Size): Density => ({
  across: hundredths(width / widthInches),
  down: hundredths(height / heightInches),
})

const hundredths = (value: number): number => Math.round(value * 100) / 100

const isSquare = ({ across, down }: Density): boolean =>
  across > 0 && Math.abs(across - down) <= 0.02 * across

/**
 * Careless software makes a point of each pixel, or 1/96 of an inch: a sheet of a metre is no more believed here than in an
 * image file.
 */
const believed = (density: Density, size: Size): Resolution =>
  resolutionOf({ ...density, isRatio: false }, size)

/** How a page is rendered so that its image neither shrinks nor grows much. */
function finenessOf(sole: SoleImage): Fineness {
  const size = pixelSize(sole.stream)
  const density = densityOf(sole, size)
  const { dpi: said, dpiIsAssumed } = believed(density, size)
  const dpi = Math.round(Math.min(mostDpi, Math.max(leastDpi, said)))
  const oversize = Math.max(density.across, density.down) / said
  return dpiIsAssumed && oversize > 0 && oversize < 1e6 ? { dpi, dpiIsAssumed, oversize } : { dpi }
}

async function takenPage(sole: SoleImage, number: number, limits: Limits): Promise<PageImage | undefined> {
  const size = pixelSize(sole.stream)
  const density = densityOf(sole, size)
  if (!isSquare(density)) return undefined
  refuseVast(size.width, size.height, number, limits)
  const { dpi } = believed(density, size)
  const encoded = await embeddedImage(sole.stream, dpi)
  if (!encoded) return undefined
  const page = await verifiedPage(encoded, { number, dpi, limits })
  // A JPEG has the size that it says itself.
  const truly = densityOf(sole, page)
  if (!isSquare(truly)) return undefined
  const { dpi: its, dpiIsAssumed } = believed(truly, page)
  return turnedImage({ ...page, dpi: its, ...(dpiIsAssumed && { dpiIsAssumed }) }, sole.turn)
}
