import { readFile } from 'node:fs/promises'
import fontkit from '@cantoo/fontkit'
import { PDFDocument, type PDFFont, type PDFPage, rgb } from '@cantoo/pdf-lib'
import { type CoverSheet, encodeCoverSheet, sayCoverSheet } from '../../domain/cover-sheet.ts'
import { barsPath, modulesPath } from './symbols.ts'

type Language = 'fr' | 'en'
type Fonts = { readonly regular: PDFFont; readonly bold: PDFFont }

const words = {
  fr: {
    title: (sheet: CoverSheet) => `Intercalaire ${sheet.sequence} sur ${sheet.count}`,
    batch: 'Lot',
    patient: 'Référence patient',
    noPatient: 'à attribuer après la numérisation',
    instruction: 'À placer devant le dossier ; ne pas agrafer.',
    more: 'Ne pas plier, ne pas écrire sur le code. À conserver à sa place pendant la numérisation.',
  },
  en: {
    title: (sheet: CoverSheet) => `Cover sheet ${sheet.sequence} of ${sheet.count}`,
    batch: 'Batch',
    patient: 'Patient reference',
    noPatient: 'to be attributed after scanning',
    instruction: 'Place in front of the file; do not staple.',
    more: 'Do not fold, do not write on the code. Keep in its place while scanning.',
  },
} as const

const BLACK = rgb(0, 0, 0)
const mm = 72 / 25.4
const A4 = { width: 210 * mm, height: 297 * mm }
/** Side of the DataMatrix: well above the 14 mm that a worn scanner needs. */
const MATRIX = 22 * mm
/** Width of one module of the Code 128, unless the page is too narrow. */
const BAR = 0.5 * mm
const BARS = 130 * mm

/**
 * Prints one A4 page per sheet: DataMatrix in the top third, Code 128 below it for people's hand scanners, then words.
 * The same sheets give the same bytes. Carries file numbers, no names.
 */
export async function printCoverSheets(
  sheets: readonly CoverSheet[],
  { language }: { language: Language },
): Promise<Buffer> {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.registerFontkit(fontkit)
  const fonts = { regular: await embed(pdf, 'DejaVuSans'), bold: await embed(pdf, 'DejaVuSans-Bold') }
  pdf.setLanguage(language)
  for (const sheet of sheets) drawSheet(pdf.addPage([A4.width, A4.height]), fonts, sheet, language)
  return Buffer.from(await pdf.save())
}

async function embed(pdf: PDFDocument, name: string): Promise<PDFFont> {
  const file = new URL(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`))
  return pdf.embedFont(await readFile(file), { subset: true })
}

function drawSheet(page: PDFPage, fonts: Fonts, sheet: CoverSheet, language: Language): void {
  const said = words[language]
  const matrix = modulesPath(encodeCoverSheet(sheet))
  page.drawSvgPath(matrix.path, { ...at(105 * mm - MATRIX / 2, 22), scale: MATRIX / matrix.modules })
  const bars = barsPath(sayCoverSheet(sheet))
  const bar = Math.min(BAR, BARS / bars.modules)
  page.drawSvgPath(bars.path, { ...at(105 * mm - (bar * bars.modules) / 2, 56), scale: bar })
  centre(page, fonts.regular, sayCoverSheet(sheet), 11, 75)
  centre(page, fonts.bold, said.title(sheet), 30, 112)
  centre(page, fonts.regular, said.batch, 12, 134)
  centre(page, fonts.bold, sheet.batch, 22, 144)
  centre(page, fonts.regular, said.patient, 12, 162)
  centre(page, sheet.patient ? fonts.bold : fonts.regular, sheet.patient ?? said.noPatient, 22, 172)
  centre(page, fonts.bold, said.instruction, 16, 215)
  centre(page, fonts.regular, said.more, 9, 224)
  // Two rules make the sheet stand out in a pile that is looked at from its edge.
  for (const top of [96, 192]) page.drawSvgPath(`M0 0H${A4.width}V${3 * mm}H0Z`, at(0, top))
}

/** A place from the left, in points, and from the top of the page, in millimetres. */
const at = (x: number, top: number) => ({ x, y: A4.height - top * mm, color: BLACK })

function centre(page: PDFPage, font: PDFFont, text: string, size: number, top: number): void {
  const room = A4.width - 30 * mm
  const fitting = Math.min(size, (size * room) / font.widthOfTextAtSize(text, size))
  const x = (A4.width - font.widthOfTextAtSize(text, fitting)) / 2
  page.drawText(text, { x, y: A4.height - top * mm - fitting * 0.35, size: fitting, font })
}
