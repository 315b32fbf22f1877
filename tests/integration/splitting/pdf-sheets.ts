import {
  PDFDocument,
  type PDFFont,
  type PDFPage,
  popGraphicsState,
  pushGraphicsState,
  setTextRenderingMode,
  StandardFonts,
  TextRenderingMode,
} from '@cantoo/pdf-lib'

/** PDF pages as programs write them: words that are painted, an image, and words that nobody sees over an image. */
export type PdfSheet = {
  readonly lines?: readonly string[]
  readonly unseen?: readonly string[]
  /** JPEG, as wide and as high as the page, or as a share of it. */
  readonly scan?: Buffer
  readonly scanShare?: number
  readonly rotate?: (page: PDFPage) => void
}

const [width, height] = [595.28, 841.89]
const points = 11

export async function pdfOf(sheets: readonly PdfSheet[]): Promise<Buffer> {
  const pdf = await PDFDocument.create()
  const font = await pdf.embedFont(StandardFonts.Helvetica)
  for (const { lines = [], unseen = [], scan, scanShare = 1, rotate } of sheets) {
    const page = pdf.addPage([width, height])
    if (scan) {
      const image = await pdf.embedJpg(scan)
      page.drawImage(image, { x: 0, y: 0, width: width * scanShare, height: height * scanShare })
    }
    if (unseen.length > 0) {
      page.pushOperators(pushGraphicsState(), setTextRenderingMode(TextRenderingMode.Invisible))
      write(page, unseen, font)
      page.pushOperators(popGraphicsState())
    }
    write(page, lines, font)
    rotate?.(page)
  }
  return Buffer.from(await pdf.save())
}

/** Where `sheet` of images puts its lines. */
function write(page: PDFPage, lines: readonly string[], font: PDFFont): void {
  for (const [index, line] of lines.entries())
    page.drawText(line, { x: 0.8 * 72, y: height - 72 - index * points * 1.6, size: points, font })
}
