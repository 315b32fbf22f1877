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
  type PDFRef,
} from '@cantoo/pdf-lib'

/** The face that carries invisible words, read once for many documents. */
export type Face = {
  readonly file: Uint8Array
  readonly fontkit: Parameters<PDFDocument['registerFontkit']>[0]
  readonly characters: ReadonlySet<number>
}

/** A text as content streams write it, and how wide it is by nature, in ems. */
type Written = { readonly codes: string; readonly width: number }

export type TextFont = {
  readonly font: PDFFont
  /** What the face cannot say is replaced, so that no letter is lost in silence. */
  write(text: string): Written
}

const replacement = '\ufffd'
/** Scripts of which each letter is one glyph, whatever stands beside it; others join letters, or run from the right. */
const letterByLetter =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}]*$/u

export async function readFace(): Promise<Face> {
  const file = await readFile(new URL(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')))
  const face = fontkit.create(file)
  if (!('characterSet' in face)) throw new TypeError('a collection of faces')
  return { file, fontkit: { create: () => face }, characters: new Set(face.characterSet) }
}

/**
 * Embeds the letters that the document needs of the face, with their way back to Unicode. Ligatures would make two
 * letters one glyph. Setting a word as typography wants it costs a hundred times more than looking its letters up.
 */
export async function embedTextFont(
  pdf: PDFDocument,
  { file, fontkit, characters }: Face,
): Promise<TextFont> {
  pdf.registerFontkit(fontkit)
  const font = await pdf.embedFont(file, {
    subset: true,
    customName: 'SCELLE+DejaVuSans',
    features: { liga: false, clig: false, dlig: false, calt: false, ccmp: false, kern: false },
  })
  const set = (text: string): Written => ({
    codes: font.encodeText(text).asString(),
    width: font.widthOfTextAtSize(text, 1),
  })
  const say = (character: string) => (characters.has(character.codePointAt(0)!) ? character : replacement)
  const letters = new Map<string, Written>()
  const letter = (character: string): Written => {
    const known = letters.get(character)
    if (known) return known
    const written = set(say(character))
    letters.set(character, written)
    return written
  }
  return {
    font,
    write(text) {
      if (!letterByLetter.test(text)) return set(Array.from(text, say).join(''))
      let codes = ''
      let width = 0
      for (const character of text) {
        const written = letter(character)
        codes += written.codes
        width += written.width
      }
      return { codes, width }
    },
  }
}

/** What the library leaves to be done of a font. To be called once it was written into the document. */
export function completeFont(pdf: PDFDocument, { font }: Pick<TextFont, 'font'>): void {
  const written = pdf.context.lookup(font.ref, PDFDict)
  listGlyphs(pdf, written)
  partMap(pdf, written)
}

/** Lists the glyphs of a subset (CIDSet), as PDF/A-1 asks (ISO 19005-1, 6.3.5). */
function listGlyphs({ context }: PDFDocument, font: PDFDict): void {
  const descendants = font.lookup(PDFName.of('DescendantFonts'), PDFArray)
  const descriptor = descendants.lookup(0, PDFDict).lookup(PDFName.of('FontDescriptor'), PDFDict)
  const program = descriptor.lookup(PDFName.of('FontFile2'))
  if (!(program instanceof PDFRawStream)) return
  const glyphs = glyphCount(Buffer.from(decodePDFRawStream(program).decode()))
  const set = Buffer.alloc(Math.ceil(glyphs / 8))
  for (let glyph = 0; glyph < glyphs; glyph++) set[glyph >> 3]! |= 0x80 >> (glyph & 7)
  descriptor.set(PDFName.of('CIDSet'), context.register(context.flateStream(set)))
}

/** A section of a character map has no more entries (Adobe Technical Note 5014): Ghostscript drops a map with more, and its letters. */
const mostEntries = 100

/** Writes the way back to Unicode in as many sections as it needs; the library puts all of it into one. */
function partMap({ context }: PDFDocument, font: PDFDict): void {
  const name = PDFName.of('ToUnicode')
  const stream = font.lookup(name)
  if (!(stream instanceof PDFRawStream)) return
  const map = Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1')
  const parted = map.replace(/^\d+ beginbfchar\n([^]*?)endbfchar\n/m, (_, entries: string) => {
    const lines = entries.split('\n').filter(Boolean)
    const sections = Array.from({ length: Math.ceil(lines.length / mostEntries) }, (_, at) =>
      lines.slice(at * mostEntries, (at + 1) * mostEntries),
    )
    return sections
      .map((each) => [`${each.length} beginbfchar`, ...each, 'endbfchar', ''].join('\n'))
      .join('')
  })
  context.assign(font.get(name) as PDFRef, context.flateStream(parted))
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
