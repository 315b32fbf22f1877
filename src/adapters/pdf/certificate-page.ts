import { PDFDocument, PDFHeader } from '@cantoo/pdf-lib'
import {
  certificateCode,
  type CertificatePage,
  type CertificateSection,
  type CertificateTable,
} from '../../domain/certificates/page.ts'
import { Failure } from '../../domain/failure.ts'
import { describeCertificate } from './certificate-metadata.ts'
import { type Pen, sheet, type Style, takePen } from './certificate-pen.ts'
import { intendSrgb } from './metadata.ts'
import { createObjectWriter } from './object-writer.ts'
import { expectFields } from './signature-field.ts'
import { qrPath } from './symbols.ts'
import { completeFont } from './text-font.ts'

export type Signatory = { readonly name: string; readonly issuer: string; readonly serial: string }
/** JPEG. */
export type Logo = Buffer

const left = sheet.margin
const right = sheet.width - sheet.margin
const room = right - left
/** Where the lower part of the page begins, which is the same for all certificates. */
const foot = 227
const text = { size: 8.5 } satisfies Style
const label = { size: 8.5, ink: 'grey' } satisfies Style
const small = { size: 7.4, ink: 'grey' } satisfies Style
const code = { size: 6.9, face: 'code' } satisfies Style

/** Where the signature can be clicked, in points from the lower left corner. */
export const signaturePlace = place(125, foot + 4, right, foot + 25)

function place(from: number, top: number, to: number, bottom: number) {
  const points = (millimetres: number) => Math.round((millimetres * 72) / 25.4)
  return [points(from), points(sheet.height - bottom), points(to), points(sheet.height - top)] as const
}

/**
 * One A4 page, PDF/A-1b (ISO 19005-1), unsigned and with room for signature fields. The same page gives the same bytes.
 * @throws Failure certificate-not-made when it does not fit on its page
 */
export async function drawCertificate(
  page: CertificatePage,
  signatory: Signatory,
  logo?: Logo,
): Promise<Buffer> {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  pdf.context.header = PDFHeader.forVersion(1, 4)
  describeCertificate(pdf, page)
  intendSrgb(pdf)
  const points = 72 / 25.4
  const drawn = pdf.addPage([sheet.width * points, sheet.height * points])
  const pen = await takePen(pdf, drawn)
  if (logo) {
    const image = await pdf.embedJpg(logo)
    const scale = Math.min((45 * points) / image.width, (17 * points) / image.height)
    const [width, height] = [image.width * scale, image.height * scale]
    drawn.drawImage(image, { x: left * points, y: (sheet.height - 13) * points - height, width, height })
  }
  drawHead(pen, page, logo !== undefined)
  drawBody(pen, page)
  drawFoot(pen, page, signatory)
  expectFields(pdf)
  await pdf.flush()
  for (const font of pen.fonts) completeFont(pdf, { font })
  const objects = createObjectWriter(pdf.context)
  const header = objects.header()
  const body = pdf.context.enumerateIndirectObjects().flatMap(([ref, object]) => objects.object(ref, object))
  return Buffer.concat([...header, ...body, ...objects.end()])
}

function drawHead(pen: Pen, { issuer, title, subtitle }: CertificatePage, hasLogo: boolean): void {
  if (!hasLogo) {
    pen.path('M0 0H10V10H0Z M1.2 1.2V8.8H8.8V1.2Z M3 3H7V7H3Z', left, 15, 1.1, 'blue')
    pen.text('Scellé', left + 14, 23.4, { face: 'title', size: 19, ink: 'blue' })
  }
  pen.text(issuer.name, right, 19, { face: 'strong', size: 10, align: 'right' })
  for (const [index, line] of issuer.lines.entries())
    pen.text(line, right, 23.8 + index * 4.2, { ...small, size: 8, align: 'right' })
  pen.rule(left, 33, room, 'blue', 1.2)
  pen.text(title, left, 44, { face: 'title', size: 23, ink: 'blue' })
  pen.text(subtitle, left, 50, { size: 9.5, ink: 'grey' })
}

const rowHeights = [5.4, 5.1, 4.8, 4.5, 4.25]
const statementTop = 58

/** As airy as there is room for. */
function drawBody(pen: Pen, { statement, sections, reservations }: CertificatePage): void {
  const lines = pen.wrap(statement, room, { size: 9.2 })
  const top = statementTop + lines.length * 4.4
  const said = reservations.flatMap((sentence) => pen.wrap(sentence, room, small))
  const below = said.length * 3.5 + 2
  const row = rowHeights.find((high) => top + heightOf(sections, high) + below <= foot)
  if (row === undefined) throw new Failure('certificate-not-made', { reason: 'page-too-long' })
  for (const [index, line] of lines.entries()) pen.text(line, left, statementTop + index * 4.4, { size: 9.2 })
  let y = top
  for (const section of sections) y = drawSection(pen, section, y, row)
  for (const [index, line] of said.entries()) pen.text(line, left, y + 2 + index * 3.5, small)
}

const sectionHead = 5.8
const sectionGap = 3

const heightOf = (sections: readonly CertificateSection[], row: number): number =>
  sections.reduce((sum, { facts = [], table }) => {
    const rows = facts.length + (table ? table.rows.length + 1 : 0)
    return sum + sectionHead + rows * row + sectionGap
  }, 0)

function drawSection(
  pen: Pen,
  { heading, facts = [], table }: CertificateSection,
  top: number,
  row: number,
): number {
  pen.text(heading, left, top + 3.8, { face: 'strong', size: 9.5, ink: 'blue' })
  pen.rule(left, top + sectionHead - 0.6, room, 'blue', 0.7)
  let y = top + sectionHead
  if (table) y = drawTable(pen, table, y, row)
  for (const [name, value] of facts) {
    pen.text(name, left, y + row * 0.68, label)
    pen.text(value, left + 62, y + row * 0.68, isCode(value) ? { ...code, size: 7.6 } : text)
    y += row
    pen.rule(left, y, room)
  }
  return y + sectionGap
}

/** Ids and digests, which are compared letter by letter. */
const isCode = (value: string): boolean => /^[0-9a-f-]{32,}$/.test(value)

function drawTable(pen: Pen, { columns, rows }: CertificateTable, top: number, row: number): number {
  const width = (room - 62) / (columns.length - 1)
  const ends = columns.map((_, index) => left + 62 + index * width - 2)
  pen.wash(left, top, room, row)
  let y = top
  for (const [index, cells] of [columns, ...rows].entries()) {
    const isHead = index === 0
    for (const [column, cell] of cells.entries()) {
      const style: Style = isHead ? { size: 7.8, face: 'strong', ink: 'grey' } : column === 0 ? label : text
      if (column === 0) pen.text(cell, left + (isHead ? 1.5 : 0), y + row * 0.68, style)
      else pen.text(cell, ends[column]!, y + row * 0.68, { ...style, align: 'right' })
    }
    y += row
    pen.rule(left, y, room)
  }
  return y
}

const qrSide = 31

function drawFoot(pen: Pen, page: CertificatePage, { name, issuer, serial }: Signatory): void {
  const { place, id, issuedAt } = page
  pen.rule(left, foot, room, 'blue', 1.2)
  const qr = qrPath(certificateCode(page))
  pen.path(qr.path, left, foot + 4, qrSide / qr.modules)

  const middle = left + qrSide + 6
  pen.text('Inscription au registre', middle, foot + 6.5, { face: 'strong', size: 9, ink: 'blue' })
  pen.text(`Entrée n° ${place.index}`, middle, foot + 11.5, text)
  pen.text(`Registre signé à ${place.size} entrées`, middle, foot + 16, text)
  pen.text(`Établi le ${moment(issuedAt)}`, middle, foot + 20.5, text)

  const [x, y, width] = [125, foot + 4, right - 125]
  pen.wash(x, y, width, 21)
  pen.text('Signature électronique', x + 3, y + 5, { face: 'strong', size: 9, ink: 'blue' })
  const lines = [...pen.wrap(name, width - 6, text).slice(0, 2), `Délivré par ${issuer}`, `N° ${serial}`]
  for (const [index, line] of lines.entries())
    pen.text(fitting(pen, line, width - 6), x + 3, y + 9.6 + index * 3.9, index === 0 ? text : small)

  const codes = [
    ['Empreinte de l’entrée', place.leaf],
    ['Racine du registre', place.root],
  ] as const
  for (const [index, [what, digest]] of codes.entries()) {
    pen.text(what, middle, foot + 29 + index * 4.4, small)
    pen.text(digest, middle + 30, foot + 29 + index * 4.4, code)
  }
  pen.text('Comment vérifier', left, foot + 41, { face: 'strong', size: 9, ink: 'blue' })
  for (const [index, line] of howToCheck.flatMap((step) => pen.wrap(step, room, small)).entries())
    pen.text(line, left, foot + 45.3 + index * 3.6, small)
  pen.rule(left, 285.5, room)
  pen.text(`Certificat ${id}`, left, 289.5, { ...small, size: 7 })
  pen.text('page 1 sur 1', right, 289.5, { ...small, size: 7, align: 'right' })
}

const howToCheck = [
  '1. Signature et date : dans un lecteur qui contrôle les signatures PAdES, ou par « pdfsig FICHIER ». Toute modification se voit.',
  '2. Inscription : le QR code porte le numéro et l’empreinte de l’entrée ; « pdfinfo -meta FICHIER » donne l’entrée et sa preuve.',
  '3. Le papier n’est qu’une image : seul le fichier signé fait preuve. Contrôles pas à pas : docs/formats.md, « Certificates ».',
]

function fitting(pen: Pen, line: string, width: number): string {
  if (pen.width(line, small) <= width) return line
  return fitting(pen, `${line.replace(/…$/, '').slice(0, -1)}…`, width)
}

const moment = (at: Date): string => {
  const day = at.toLocaleDateString('fr-FR', { dateStyle: 'long', timeZone: 'UTC' })
  return `${day} à ${at.toISOString().slice(11, 19)} (UTC)`
}
