import { PDFDocument, PDFHeader, PDFName } from '@cantoo/pdf-lib'
import { asFailure, Failure } from '../../domain/failure.ts'
import type { Turn } from '../../domain/page.ts'
import type { PdfAssembler, PdfPage } from '../../ports.ts'
import { describeDocument, intendSrgb } from './metadata.ts'
import { type EmbeddedImage, embedPageImage } from './page-image.ts'
import { embedTextFont, listGlyphs, type TextFont } from './text-font.ts'
import { textLayer } from './text-layer.ts'

const imageName = 'Scan'
const fontName = 'Text'

/** Assembles searchable PDF files, near PDF/A-1b (ISO 19005-1); the same input gives the same bytes. */
export const createAssembler = (): PdfAssembler => ({
  async assemble(pages, meta) {
    const pdf = await PDFDocument.create({ updateMetadata: false })
    pdf.context.header = PDFHeader.forVersion(1, 4)
    describeDocument(pdf, meta)
    intendSrgb(pdf)
    const font = await embedTextFont(pdf)
    let count = 0
    for await (const page of pages) {
      count++
      await addPage(pdf, page, font).catch((cause: unknown) => {
        throw new Failure('assembly-failed', { page: count }, { cause: asFailure(cause) })
      })
    }
    if (count === 0) throw new Failure('assembly-failed', { page: 0 })
    await pdf.flush()
    listGlyphs(pdf, font)
    return Buffer.from(await pdf.save({ useObjectStreams: false, addDefaultPage: false }))
  },
})

async function addPage(
  pdf: PDFDocument,
  { image, mediaType, dpi, recognition }: PdfPage,
  font: TextFont,
): Promise<void> {
  const embedded = await embedPageImage(pdf.context, image, mediaType)
  const turn = recognition?.turn ?? 0
  const points = 72 / dpi
  const [width, height] = [embedded.width * points, embedded.height * points]
  const [pageWidth, pageHeight] = turn % 180 === 0 ? [width, height] : [height, width]
  const page = pdf.addPage([pageWidth, pageHeight])
  page.node.setXObject(PDFName.of(imageName), embedded.ref)
  page.node.setFontDictionary(PDFName.of(fontName), font.font.ref)
  const scale = { pointsPerPixel: points, pageHeight, fontName }
  const content = [paint(embedded, turn, points), recognition ? textLayer(recognition, font, scale) : '', '']
  page.node.set(PDFName.of('Contents'), pdf.context.register(pdf.context.flateStream(content.join('\n'))))
}

/** Paints the image turned upright; what Group 4 added to its rows and columns falls outside the page. */
function paint({ stored, width, height }: EmbeddedImage, turn: Turn, points: number): string {
  const [right, top] = [width * points, height * points]
  const [across, down] = [stored.width * points, stored.height * points]
  const rest = down - top
  const matrix = {
    0: [across, 0, 0, down, 0, -rest],
    90: [0, -across, down, 0, -rest, right],
    180: [-across, 0, 0, -down, right, top + rest],
    270: [0, across, -down, 0, top + rest, 0],
  }[turn]
  return `q ${matrix.map((value) => Math.round(value * 1e4) / 1e4).join(' ')} cm /${imageName} Do Q`
}
