import type { Module } from './pdfium.ts'

// What the renderer cannot decode of a picture it leaves out, and says nothing.

/** Functions of the library about pictures (fpdf_edit.h), of which its types say nothing. */
type PictureLibrary = Module & {
  _FPDFFormObj_CountObjects(form: number): number
  _FPDFFormObj_GetObject(form: number, index: number): number
  _FPDFImageObj_GetImagePixelSize(picture: number, width: number, height: number): number
  _FPDFImageObj_GetImageDataDecoded(picture: number, buffer: number, length: number): number
  _FPDFImageObj_GetImageFilter(picture: number, index: number, buffer: number, length: number): number
}

const kinds = { picture: 3, form: 5 } as const
/** A page with more of them is no scan. */
const mostPictures = 50
const mostObjects = 10_000
const deepest = 8
/** What only packs samples (ISO 32000-1, 7.4), long and short; how long other codings are does not tell what is missing. */
const packing = new Set([
  ...['', 'FlateDecode', 'Fl', 'LZWDecode', 'LZW', 'RunLengthDecode', 'RL'],
  ...['ASCII85Decode', 'A85', 'ASCIIHexDecode', 'AHx'],
])
/** Some programs leave out the end of the last row. */
const whole = 0.99

/** The first pictures of a page, those in its forms too. */
export function picturesOn(given: Module, page: number): number[] {
  const library = given as PictureLibrary
  const pictures: number[] = []
  let looks = 0
  const look = (object: number, depth: number): void => {
    if (looks++ >= mostObjects || pictures.length >= mostPictures || depth > deepest) return
    const kind = library._FPDFPageObj_GetType(object)
    if (kind === kinds.picture) pictures.push(object)
    if (kind !== kinds.form) return
    const objects = Math.min(mostObjects, library._FPDFFormObj_CountObjects(object))
    for (let index = 0; index < objects; index++)
      look(library._FPDFFormObj_GetObject(object, index), depth + 1)
  }
  const objects = Math.min(mostObjects, library._FPDFPage_CountObjects(page))
  for (let index = 0; index < objects; index++) look(library._FPDFPage_GetObject(page, index), 0)
  return pictures
}

/** Whether there is less of a picture, whose samples are coded one by one, than the one bit that each has at least. */
export function lacksSamples(given: Module, picture: number): boolean {
  const library = given as PictureLibrary
  if (!packing.has(lastFilter(library, picture))) return false
  const { width, height } = sizeOf(library, picture)
  return library._FPDFImageObj_GetImageDataDecoded(picture, 0, 0) < Math.ceil(width / 8) * height * whole
}

/** Whether the library can make nothing of a picture that has pixels. As costly as painting it. */
export function isUndecodable(given: Module, picture: number): boolean {
  const library = given as PictureLibrary
  const bitmap = library._FPDFImageObj_GetBitmap(picture)
  if (bitmap) {
    library._FPDFBitmap_Destroy(bitmap)
    return false
  }
  const { width, height } = sizeOf(library, picture)
  return width > 0 && height > 0
}

function sizeOf(library: PictureLibrary, picture: number): { width: number; height: number } {
  const room = library.wasmExports.malloc(8)
  try {
    if (!library._FPDFImageObj_GetImagePixelSize(picture, room, room + 4)) return { width: 0, height: 0 }
    const [width, height] = new Uint32Array(library.HEAPU8.buffer, room, 2)
    return { width: width!, height: height! }
  } finally {
    library.wasmExports.free(room)
  }
}

/** The coding that the picture itself has, within those that only pack it. */
function lastFilter(library: PictureLibrary, picture: number): string {
  const last = library._FPDFImageObj_GetImageFilterCount(picture) - 1
  if (last < 0) return ''
  const longest = 64
  const room = library.wasmExports.malloc(longest)
  try {
    const length = library._FPDFImageObj_GetImageFilter(picture, last, room, longest)
    if (length < 1 || length > longest) return 'unknown'
    return Buffer.from(library.HEAPU8.buffer, room, length - 1).toString('latin1')
  } finally {
    library.wasmExports.free(room)
  }
}
