import type { Module } from './pdfium.ts'

/** Functions of the library about text (fpdf_text.h, fpdf_edit.h), of which its types say nothing. */
type TextLibrary = Module & {
  _FPDFText_GetUnicode(text: number, index: number): number
  _FPDFText_HasUnicodeMapError(text: number, index: number): number
  _FPDFText_IsHyphen(text: number, index: number): number
  _FPDFText_GetCharBox(text: number, index: number, l: number, r: number, b: number, t: number): number
  _FPDFText_GetLooseCharBox(text: number, index: number, rectangle: number): number
  _FPDFText_GetCharOrigin(text: number, index: number, x: number, y: number): number
  _FPDFText_GetTextObject(text: number, index: number): number
  _FPDFTextObj_GetTextRenderMode(object: number): number
}

/** A rectangle of a page in its own units, the y axis upwards. */
export type Extent = {
  readonly left: number
  readonly bottom: number
  readonly right: number
  readonly top: number
}

/** One character of a page's text; spaces and line ends that the library makes up have no place. */
export type Glyph = {
  readonly character: string
  /** The file says no letter for it. */
  readonly isUnmapped: boolean
  readonly isPainted: boolean
  /** Of what is painted, and of its font: from the deepest to the highest letter. */
  readonly extent: Extent
  readonly line: Extent
  readonly origin: { readonly x: number; readonly y: number }
}

/** Text rendering modes that leave no mark (ISO 32000-1, 9.3.6). */
const unpainted = new Set([3, 7])

/** Characters of a page in the order of its text; undefined when there are more than so many. */
export function glyphsOf(given: Module, page: number, most: number): Glyph[] | undefined {
  const library = given as TextLibrary
  const text = library._FPDFText_LoadPage(page)
  if (!text) return []
  // Four numbers of eight bytes.
  const room = library.wasmExports.malloc(32)
  try {
    const count = library._FPDFText_CountChars(text)
    if (count > most) return undefined
    const modes = new Map<number, number>()
    return Array.from({ length: Math.max(0, count) }, (_, index) =>
      glyphAt(library, { text, index, room }, modes),
    )
  } finally {
    library.wasmExports.free(room)
    library._FPDFText_ClosePage(text)
  }
}

type At = { readonly text: number; readonly index: number; readonly room: number }

function glyphAt(library: TextLibrary, at: At, modes: Map<number, number>): Glyph {
  const { text, index, room } = at
  const code = library._FPDFText_GetUnicode(text, index)
  const isHyphen = library._FPDFText_IsHyphen(text, index) === 1
  const object = library._FPDFText_GetTextObject(text, index)
  let mode = modes.get(object)
  if (mode === undefined) {
    mode = object ? library._FPDFTextObj_GetTextRenderMode(object) : 0
    modes.set(object, mode)
  }
  const line = looseExtent(library, at)
  const painted = extentOf(library, at)
  library._FPDFText_GetCharOrigin(text, index, room, room + 8)
  const [x, y] = doubles(library, room, 2) as [number, number]
  return {
    character: isHyphen ? '-' : characterOf(code),
    isUnmapped: !isHyphen && (code === 0 || library._FPDFText_HasUnicodeMapError(text, index) === 1),
    isPainted: !unpainted.has(mode),
    extent: isEmpty(painted) ? line : painted,
    line,
    origin: { x, y },
  }
}

/** Halves of surrogate pairs come one by one. */
const characterOf = (code: number): string =>
  code > 0x10_ffff ? '\ufffd' : code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code)

function extentOf(library: TextLibrary, { text, index, room }: At): Extent {
  library._FPDFText_GetCharBox(text, index, room, room + 8, room + 16, room + 24)
  const [left, right, bottom, top] = doubles(library, room, 4) as [number, number, number, number]
  return { left, right, bottom, top }
}

/** FS_RECTF: left, top, right, bottom, four bytes each. */
function looseExtent(library: TextLibrary, { text, index, room }: At): Extent {
  library._FPDFText_GetLooseCharBox(text, index, room)
  const [left, top, right, bottom] = new Float32Array(library.HEAPU8.buffer, room, 4)
  return { left: left!, top: top!, right: right!, bottom: bottom! }
}

const doubles = (library: TextLibrary, room: number, count: number): number[] => [
  ...new Float64Array(library.HEAPU8.buffer, room, count),
]

const isEmpty = ({ left, right, bottom, top }: Extent): boolean => !(right > left && top > bottom)
