import type { Module } from './pdfium.ts'

/** Functions of the library about what a page paints (fpdf_edit.h, fpdf_annot.h), of which its types say nothing. */
type ObjectLibrary = Module & {
  _FPDFPageObj_GetBounds(object: number, l: number, b: number, r: number, t: number): number
  _FPDFFormObj_CountObjects(form: number): number
  _FPDFFormObj_GetObject(form: number, index: number): number
  _FPDFPath_CountSegments(path: number): number
  _FPDFPath_GetPathSegment(path: number, index: number): number
  _FPDFPathSegment_GetType(segment: number): number
  _FPDFPage_GetAnnotCount(page: number): number
  _FPDFPage_GetAnnot(page: number, index: number): number
  _FPDFPage_CloseAnnot(annotation: number): void
  _FPDFAnnot_GetSubtype(annotation: number): number
}

/** What a page paints beside its text: the area of its pictures, in its own units, its curves and its annotations. */
export type Painted = { readonly pictures: number; readonly curves: number; readonly annotations: number }

const kinds = { path: 2, picture: 3, form: 5 } as const
const curve = 1
/** Links leave no mark; pop-ups are shown when they are asked for. */
const unseen = new Set([2, 16])
/** So many objects and points are looked at; a page with more is drawn. */
const mostLooks = 100_000
const deepest = 8

type Count = { pictures: number; curves: number; looks: number }

export function paintedOn(given: Module, page: number): Painted {
  const library = given as ObjectLibrary
  const count: Count = { pictures: 0, curves: 0, looks: 0 }
  const objects = library._FPDFPage_CountObjects(page)
  for (let index = 0; index < objects && count.looks < mostLooks; index++)
    look(library, library._FPDFPage_GetObject(page, index), count)
  const curves = count.looks < mostLooks ? Math.ceil(count.curves / 3) : mostLooks
  return { pictures: count.pictures, curves, annotations: annotationsOn(library, page) }
}

function look(library: ObjectLibrary, object: number, count: Count): void {
  count.looks++
  const kind = library._FPDFPageObj_GetType(object)
  if (kind === kinds.path) countCurves(library, object, count)
  else if (kind === kinds.picture) count.pictures += areaOf(library, object)
  // Where a form puts its pictures is its own affair: all of it may be one.
  else if (kind === kinds.form && hasPicture(library, object, count, 1))
    count.pictures += areaOf(library, object)
}

function hasPicture(library: ObjectLibrary, form: number, count: Count, depth: number): boolean {
  let has = depth > deepest
  const objects = library._FPDFFormObj_CountObjects(form)
  for (let index = 0; index < objects && count.looks < mostLooks; index++) {
    count.looks++
    const object = library._FPDFFormObj_GetObject(form, index)
    const kind = library._FPDFPageObj_GetType(object)
    if (kind === kinds.path) countCurves(library, object, count)
    else if (kind === kinds.picture) has = true
    else if (kind === kinds.form && depth <= deepest && hasPicture(library, object, count, depth + 1))
      has = true
  }
  return has
}

/** Three points each. */
function countCurves(library: ObjectLibrary, path: number, count: Count): void {
  const points = Math.max(0, library._FPDFPath_CountSegments(path))
  count.looks += points
  if (count.looks >= mostLooks) return
  for (let index = 0; index < points; index++)
    if (library._FPDFPathSegment_GetType(library._FPDFPath_GetPathSegment(path, index)) === curve)
      count.curves++
}

function areaOf(library: ObjectLibrary, object: number): number {
  const room = library.wasmExports.malloc(16)
  try {
    if (!library._FPDFPageObj_GetBounds(object, room, room + 4, room + 8, room + 12)) return 0
    const [left, bottom, right, top] = new Float32Array(library.HEAPU8.buffer, room, 4)
    return Math.abs((right! - left!) * (top! - bottom!))
  } finally {
    library.wasmExports.free(room)
  }
}

function annotationsOn(library: ObjectLibrary, page: number): number {
  let seen = 0
  const count = Math.min(mostLooks, library._FPDFPage_GetAnnotCount(page))
  for (let index = 0; index < count; index++) {
    const annotation = library._FPDFPage_GetAnnot(page, index)
    if (!annotation || !unseen.has(library._FPDFAnnot_GetSubtype(annotation))) seen++
    if (annotation) library._FPDFPage_CloseAnnot(annotation)
  }
  return seen
}
