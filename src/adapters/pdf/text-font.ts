import { readFile } from 'node:fs/promises'
import fontkit from '@cantoo/fontkit'
import {
  decodePDFRawStream,
  PDFArray,
  PDFDict,
  type PDFDocument,
  type PDFFont,
  PDFName,
  PDFRawStream,
} from '@cantoo/pdf-lib'

/** The face that carries invisible words; ligatures would make two letters one glyph. */
export type TextFont = {
  readonly font: PDFFont
  /** The text with what the face cannot say replaced, so that no letter is lost in silence. */
  sayable(text: string): string
}

const replacement = '\ufffd'

/** Embeds the letters that the document needs of DejaVu Sans, with their way back to Unicode. */
export async function embedTextFont(pdf: PDFDocument): Promise<TextFont> {
  const file = await readFile(new URL(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')))
  pdf.registerFontkit(fontkit)
  const font = await pdf.embedFont(file, {
    subset: true,
    customName: 'SCELLE+DejaVuSans',
    features: { liga: false, clig: false, dlig: false, calt: false, ccmp: false, kern: false },
  })
  const known = new Set(font.getCharacterSet())
  const say = (character: string) => (known.has(character.codePointAt(0)!) ? character : replacement)
  return { font, sayable: (text) => Array.from(text, say).join('') }
}

/**
 * Lists the glyphs of a subset (CIDSet), as PDF/A-1 asks (ISO 19005-1, 6.3.5). To be called once the font was written
 * into the document.
 */
export function listGlyphs(pdf: PDFDocument, { font }: TextFont): void {
  const { context } = pdf
  const descendants = context.lookup(font.ref, PDFDict).lookup(PDFName.of('DescendantFonts'), PDFArray)
  const descriptor = descendants.lookup(0, PDFDict).lookup(PDFName.of('FontDescriptor'), PDFDict)
  const program = descriptor.lookup(PDFName.of('FontFile2'))
  if (!(program instanceof PDFRawStream)) return
  const glyphs = glyphCount(Buffer.from(decodePDFRawStream(program).decode()))
  const set = Buffer.alloc(Math.ceil(glyphs / 8))
  for (let glyph = 0; glyph < glyphs; glyph++) set[glyph >> 3]! |= 0x80 >> (glyph & 7)
  descriptor.set(PDFName.of('CIDSet'), context.register(context.flateStream(set)))
}

/** numGlyphs of the maxp table of a TrueType file. */
function glyphCount(trueType: Buffer): number {
  for (let table = 0; table < trueType.readUInt16BE(4); table++) {
    const at = 12 + table * 16
    if (trueType.toString('latin1', at, at + 4) === 'maxp')
      return trueType.readUInt16BE(trueType.readUInt32BE(at + 8) + 4)
  }
  return 0
}
