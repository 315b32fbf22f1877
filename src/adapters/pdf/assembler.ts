import { PDFDocument, PDFHeader, PDFName } from '@cantoo/pdf-lib'
import { asFailure, Failure } from '../../domain/failure.ts'
import type { Turn } from '../../domain/page.ts'
import type { PdfAssembler, PdfPage } from '../../ports.ts'
import { describeDocument, intendSrgb } from './metadata.ts'
import { type EmbeddedImage, embedPageImage } from './page-image.ts'
import { type Straightening, straightening } from './straightening.ts'
import { embedTextFont, listGlyphs, type TextFont } from './text-font.ts'
import { number, textLayer } from './text-layer.ts'

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
  const upright = turn % 180 === 0 ? embedded : { width: embedded.height, height: embedded.width }
  const straight = straightening(upright, recognition)
  const page = pdf.addPage([straight.width * points, straight.height * points])
  page.node.setXObject(PDFName.of(imageName), embedded.ref)
  page.node.setFontDictionary(PDFName.of(fontName), font.font.ref)
  const sheet = { ...straight, points, fontName }
  const content = [
    'q',
    operator('cm', [points, 0, 0, points, 0, 0]),
    ...layStraight(straight, upright),
    operator('cm', standUpright(embedded, turn)),
    `/${imageName} Do`,
    'Q',
    recognition ? textLayer(recognition, font, sheet) : '',
  ]
  page.node.set(PDFName.of('Contents'), pdf.context.register(pdf.context.flateStream(content.join('\n'))))
}

/** Turns the upright image about its centre so that its lines run level, in pixels, origin bottom left. */
function layStraight(straight: Straightening, upright: { width: number; height: number }): string[] {
  if (straight.slope === 0) return []
  const angle = Math.atan(straight.slope)
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)]
  return [
    operator('cm', [1, 0, 0, 1, straight.width / 2, straight.height / 2]),
    operator('cm', [cos, sin, -sin, cos, 0, 0]),
    operator('cm', [1, 0, 0, 1, -upright.width / 2, -upright.height / 2]),
  ]
}

/** Puts the image's unit square upright, in pixels; what Group 4 added to its rows and columns stays outside. */
function standUpright({ stored, width, height }: EmbeddedImage, turn: Turn): readonly number[] {
  const rest = stored.height - height
  return {
    0: [stored.width, 0, 0, stored.height, 0, -rest],
    90: [0, -stored.width, stored.height, 0, -rest, width],
    180: [-stored.width, 0, 0, -stored.height, width, height + rest],
    270: [0, stored.width, -stored.height, 0, height + rest, 0],
  }[turn]
}

const operator = (name: string, operands: readonly number[]): string =>
  `${operands.map(number).join(' ')} ${name}`
