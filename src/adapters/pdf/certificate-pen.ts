import { readFile } from 'node:fs/promises'
import fontkit from '@cantoo/fontkit'
import { type PDFDocument, type PDFFont, type PDFPage, rgb } from '@cantoo/pdf-lib'

const mm = 72 / 25.4
/** A4, in millimetres. */
export const sheet = { width: 210, height: 297, margin: 20 } as const

const faces = {
  text: 'DejaVuSansCondensed',
  strong: 'DejaVuSansCondensed-Bold',
  title: 'DejaVuSerifCondensed-Bold',
  code: 'DejaVuSansMono',
} as const
export type Face = keyof typeof faces

const inks = {
  black: rgb(0.1, 0.11, 0.13),
  grey: rgb(0.36, 0.39, 0.43),
  blue: rgb(0.1, 0.21, 0.37),
  line: rgb(0.8, 0.83, 0.87),
  wash: rgb(0.95, 0.96, 0.975),
} as const
export type Ink = keyof typeof inks

export type Style = {
  readonly face?: Face
  /** Points. */
  readonly size: number
  readonly ink?: Ink
  readonly align?: 'left' | 'right' | 'centre'
}

/** Draws on one page; all places are millimetres from its upper left corner, texts stand on their baseline. */
export type Pen = {
  text(said: string, x: number, y: number, style: Style): void
  width(said: string, style: Style): number
  /** The same text in lines that are not wider. */
  wrap(said: string, width: number, style: Style): string[]
  rule(x: number, y: number, width: number, ink?: Ink, thickness?: number): void
  wash(x: number, y: number, width: number, height: number): void
  /** A path whose unit is `unit` millimetres. */
  path(path: string, x: number, y: number, unit: number, ink?: Ink): void
  readonly fonts: readonly PDFFont[]
}

/** The faces are embedded as far as they are used; what they cannot say becomes U+FFFD. */
export async function takePen(pdf: PDFDocument, page: PDFPage): Promise<Pen> {
  pdf.registerFontkit(fontkit)
  const fonts = Object.fromEntries(
    await Promise.all(Object.entries(faces).map(async ([face, name]) => [face, await embed(pdf, name)])),
  ) as Record<Face, { font: PDFFont; known: ReadonlySet<number> }>
  const down = (y: number) => page.getHeight() - y * mm
  const of = ({ face = 'text' }: Style) => fonts[face].font
  const sayable = (said: string, { face = 'text' }: Style) =>
    Array.from(said.normalize('NFC'), (character) =>
      fonts[face].known.has(character.codePointAt(0)!) ? character : '\ufffd',
    ).join('')
  const width = (said: string, style: Style) =>
    of(style).widthOfTextAtSize(sayable(said, style), style.size) / mm
  return {
    width,
    fonts: Object.values(fonts).map(({ font }) => font),
    text(said, x, y, style) {
      const shift = { left: 0, centre: width(said, style) / 2, right: width(said, style) }
      page.drawText(sayable(said, style), {
        ...{ x: (x - shift[style.align ?? 'left']) * mm, y: down(y), size: style.size },
        ...{ font: of(style), color: inks[style.ink ?? 'black'] },
      })
    },
    wrap(said, room, style) {
      const lines = ['']
      for (const word of said.split(' ')) {
        const longer = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`
        if (lines.at(-1) === '' || width(longer, style) <= room) lines[lines.length - 1] = longer
        else lines.push(word)
      }
      return lines
    },
    rule(x, y, length, ink = 'line', thickness = 0.5) {
      const [start, end] = [x, x + length].map((at) => ({ x: at * mm, y: down(y) }))
      page.drawLine({ start: start!, end: end!, thickness, color: inks[ink] })
    },
    wash(x, y, across, high) {
      const size = { width: across * mm, height: high * mm }
      page.drawRectangle({ x: x * mm, y: down(y + high), ...size, color: inks.wash })
    },
    path: (path, x, y, unit, ink = 'black') =>
      page.drawSvgPath(path, { x: x * mm, y: down(y), scale: unit * mm, color: inks[ink] }),
  }
}

/** Ligatures would make two letters one glyph, which is nothing to search for. */
const features = { liga: false, clig: false, dlig: false, calt: false, ccmp: false }

async function embed(pdf: PDFDocument, name: string) {
  const file = await readFile(new URL(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)))
  const face = fontkit.create(file)
  const known = new Set('characterSet' in face ? face.characterSet : [])
  const font = await pdf.embedFont(file, { subset: true, customName: `SCELLE+${name}`, features })
  return { font, known }
}
