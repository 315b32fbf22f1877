import type { PDFiumDocument, PDFiumPage } from '@hyzyla/pdfium'
import sharp, { type Sharp } from 'sharp'
import { Failure } from '../../domain/failure.ts'
import type { OwnText } from '../../domain/own-text.ts'
import type { PageImage } from '../../ports.ts'
import type { Content } from './content.ts'
import type { Limits } from './limits.ts'
import { ownTextOf, toldText } from './own-text.ts'
import { innerPage, longestFile, openDocument } from './pdfium.ts'
import { isUndecodable, lacksSamples, picturesOn } from './pictures.ts'
import { refuseVast } from './verified-page.ts'

/** How fine a page is rendered; `oversize`: how many times larger its file says that the sheet is than it is taken for. */
export type Fineness = Pick<PageImage, 'dpi' | 'dpiIsAssumed'> & { readonly oversize?: number }

/** A PDF opened by the full renderer. */
export type RenderedPdf = {
  readonly pages: number
  /** Renders a page (from 0), turned as the file says; grey when it has no colour. */
  render(index: number, fineness: Fineness, limits: Limits): Promise<PageImage>
  /** Words that lie unseen over a page that is an image of that size; undefined where there are none. */
  unseenText(index: number, size: { width: number; height: number }): Promise<OwnText | undefined>
  close(): void
}

/**
 * The library keeps all that it has read of a document: after so much, beyond what its first page took, it begins anew.
 * Later where that first page took the whole file, as when its objects had to be looked for.
 */
const refreshedAfter = { bytes: 16 << 20, share: 1 / 8 }

const paperShare = 0.3

/** @throws Failure file-encrypted, file-unreadable, file-too-large */
export async function openForRendering(content: Content): Promise<RenderedPdf> {
  if (content.bytes > longestFile) throw new Failure('file-too-large', { limit: longestFile >>> 20 })
  let read = 0
  const counted: Content = {
    bytes: content.bytes,
    read(from, length) {
      read += length
      return content.read(from, length)
    },
  }
  const open = async () => {
    read = 0
    const opened = await openDocument(counted)
    if (typeof opened !== 'object')
      throw new Failure(opened === 'locked' ? 'file-encrypted' : 'file-unreadable')
    return opened
  }
  let pdf: PDFiumDocument | undefined = await open()
  const pages = pdf.getPageCount()
  const close = (): void => {
    pdf?.destroy()
    pdf = undefined
  }
  /** What had been read when the first page since was there. */
  let base: number | undefined
  const pageAt = async (index: number): Promise<PDFiumPage> => {
    const { bytes, share } = refreshedAfter
    if (base !== undefined && read - base > Math.max(bytes, base * share)) {
      close()
      base = undefined
    }
    pdf ??= await open()
    const page = pdf.getPage(index)
    base ??= read
    return page
  }
  /** What something says of a page that is opened for it alone. */
  const on = async <Result>(index: number, tell: (page: PDFiumPage) => Result): Promise<Result> => {
    const page = await pageAt(index)
    const { library, page: inner } = innerPage(page)
    try {
      return tell(page)
    } finally {
      library._FPDF_ClosePage(inner)
    }
  }
  return {
    pages,
    unseenText: (index, size) =>
      on(index, (page) => {
        const told = toldText(page, size)
        return told && ownTextOf(told)
      }),
    async render(index, { oversize = 1, ...said }, limits) {
      const page = await pageAt(index)
      const { originalWidth, originalHeight } = page.getOriginalSize()
      const scale = (said.dpi * oversize) / 72
      const wanted = [originalWidth, originalHeight].map((points) => Math.round(points * scale))
      const [across, down] = wanted as [number, number]
      if (!(across >= 1 && down >= 1)) throw new Failure('file-unreadable', { page: index + 1 })
      refuseVast(across, down, index + 1, limits)
      const { library, page: inner } = innerPage(page)
      const pictures = picturesOn(library, inner)
      if (pictures.some((picture) => lacksSamples(library, picture)))
        throw new Failure('file-truncated', { page: index + 1 })
      const told = toldText(page, { width: across, height: down })
      const { data, width, height } = await page.render({
        width: across,
        height: down,
        scale: 1,
        render: 'bitmap',
        renderFormFields: true,
      })
      if (pictures.length > 0 && isMostlyPaper(data) && (await on(index, lostPicture)))
        throw new Failure('file-unreadable', { page: index + 1 })
      const image = await pngOfBitmap(data, width, height, said.dpi)
      const rendered = { number: index + 1, image, mediaType: 'image/png', ...said, width, height } as const
      return told ? { ...rendered, ownText: ownTextOf(told, data) } : rendered
    },
    close,
  }
}

function lostPicture(page: PDFiumPage): boolean {
  const { library, page: inner } = innerPage(page)
  return picturesOn(library, inner).some((picture) => isUndecodable(library, picture))
}

/** A page much of which shows nothing at all: a picture may have been left out there. */
function isMostlyPaper(rgba: Uint8Array): boolean {
  const every = 4 * 61
  let [white, seen] = [0, 0]
  for (let at = 0; at + 2 < rgba.length; at += every, seen++)
    if ((rgba[at]! & rgba[at + 1]! & rgba[at + 2]!) === 255) white++
  return white > seen * paperShare
}

async function pngOfBitmap(rgba: Uint8Array, width: number, height: number, dpi: number): Promise<Buffer> {
  const picture = sharp(rgba, { raw: { width, height, channels: 4 } }).removeAlpha()
  const coloured = await hasColour(picture.clone().resize(Math.ceil(width / 4)))
  return (coloured ? picture : picture.toColourspace('b-w'))
    .png({ compressionLevel: 6 })
    .withDensity(dpi)
    .toBuffer()
}

/** Seen on a small copy, where the coloured fringes that the renderer gives to letters have evened out. */
async function hasColour(small: Sharp): Promise<boolean> {
  const rgb = await small.raw().toBuffer()
  let coloured = 0
  for (let at = 0; at < rgb.length; at += 3) {
    const [red, green, blue] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!]
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 40) coloured++
  }
  return coloured > rgb.length / 3 / 5000
}
