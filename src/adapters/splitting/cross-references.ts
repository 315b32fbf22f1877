import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFRawStream,
} from '@cantoo/pdf-lib'
import type { Content } from './content.ts'
import { decodedStream } from './decoded-stream.ts'
import { numberedObject, objectIn } from './pdf-object.ts'

/** Where the objects of a PDF are (ISO 32000-1, 7.5.4 to 7.5.8). */
export type CrossReferences = {
  /** In the file, by number; 0 for what is free. */
  readonly places: Map<number, number>
  /** Within another object, which is a stream of objects. */
  readonly within: Map<number, number>
  /** Where the tables themselves are. */
  readonly sections: number[]
  root: PDFObject | undefined
  isEncrypted: boolean
}

/** Far more than there are in thousands of pages; a list of more is not read. */
export const mostObjects = 2_000_000
const mostSections = 4_096
const [rowBytes, rowsAtOnce] = [20, 3_000]
const longestSection = 64 << 20

export const noReferences = (): CrossReferences => ({
  places: new Map(),
  within: new Map(),
  sections: [],
  root: undefined,
  isEncrypted: false,
})

/**
 * Reads the tables and streams of cross-references, the newest first, whose word is the last.
 * `start` is what the file says behind `startxref`, `base` where its head is: all places count from there.
 * @throws when they are not as they should be
 */
export function readReferences(
  content: Content,
  context: PDFContext,
  { start, base }: { start: number; base: number },
): CrossReferences {
  const found = noReferences()
  const waiting = [start]
  for (let said = waiting.shift(); said !== undefined; said = waiting.shift()) {
    const at = said + base
    if (found.sections.includes(at)) continue
    if (found.sections.push(at) > mostSections) throw new Error('too many sections')
    const dict = isTable(content, at)
      ? readTable(content, context, { at, base, found })
      : readStream(content, context, { at, base, found })
    found.root ??= dict.get(PDFName.of('Root'))
    found.isEncrypted ||= dict.has(PDFName.of('Encrypt'))
    const before = dict.get(PDFName.of('Prev'))
    if (before instanceof PDFNumber) waiting.push(before.asNumber())
  }
  return found
}

const isTable = (content: Content, at: number): boolean =>
  /^[\0\t\n\f\r ]*xref/.test(content.read(at, 32).toString('latin1'))

type Section = { readonly at: number; readonly base: number; readonly found: CrossReferences }

/** @returns the trailer's dictionary */
function readTable(content: Content, context: PDFContext, { at, base, found }: Section): PDFDict {
  const free: number[] = []
  let place = at + /^\s*xref/.exec(content.read(at, 32).toString('latin1'))![0].length
  for (;;) {
    const text = content.read(place, 128).toString('latin1')
    const head = /^\s*(\d{1,10})[ \t]+(\d{1,10})[ \t]*(?:\r\n|\n|\r)/.exec(text)
    if (!head) break
    const [first, count] = [Number(head[1]), Number(head[2])]
    place += head[0].length
    for (let row = 0; row < count; row += rowsAtOnce) {
      const rows = content.read(place, Math.min(rowsAtOnce, count - row) * rowBytes)
      readRows(rows, first + row, { base, found, free })
      place += rows.length
    }
  }
  const trailer = /^\s*trailer/.exec(content.read(place, 128).toString('latin1'))
  const dict = trailer && objectIn(content.read(place + trailer[0].length, 65_536), context)
  if (!(dict instanceof PDFDict)) throw new Error('no trailer')
  // What a table calls free may be in a stream beside it, for programs that know streams (7.5.8.4).
  const beside = dict.get(PDFName.of('XRefStm'))
  if (beside instanceof PDFNumber) {
    found.sections.push(beside.asNumber() + base)
    readStream(content, context, { at: beside.asNumber() + base, base, found })
  }
  for (const number of free) note(found, number, { place: 0 })
  return dict
}

function readRows(
  rows: Buffer,
  first: number,
  { base, found, free }: { base: number; found: CrossReferences; free: number[] },
): void {
  for (let at = 0; at < rows.length; at += rowBytes) {
    const row = rows.toString('latin1', at, at + rowBytes)
    if (!/^\d{10} \d{5} [nf][\r\n ]{2}$/.test(row)) throw new Error('no row of a table')
    const number = first + at / rowBytes
    if (row[17] === 'f') free.push(number)
    else note(found, number, { place: Number(row.slice(0, 10)) + base })
    if (free.length > mostObjects) throw new Error('too many objects')
  }
}

/** The first to tell of an object is the newest. */
function note(
  { places, within }: CrossReferences,
  number: number,
  { place, stream }: { place?: number; stream?: number },
): void {
  if (places.has(number) || within.has(number)) return
  if (places.size + within.size > mostObjects) throw new Error('too many objects')
  if (stream === undefined) places.set(number, place!)
  else within.set(number, stream)
}

/** @returns the stream's dictionary */
function readStream(content: Content, context: PDFContext, { at, base, found }: Section): PDFDict {
  const stream = streamAt(content, context, at)
  const { dict } = stream
  const numbers = (name: string): number[] | undefined => {
    const array = dict.lookup(PDFName.of(name))
    if (!(array instanceof PDFArray)) return undefined
    return array.asArray().map((each) => (each instanceof PDFNumber ? each.asNumber() : Number.NaN))
  }
  const widths = numbers('W') ?? []
  if (widths.length < 3 || widths.some((width) => !(width >= 0 && width <= 8))) throw new Error('no widths')
  const size = dict.lookup(PDFName.of('Size'), PDFNumber).asNumber()
  const rows = decodedStream(stream)
  const index = numbers('Index') ?? [0, size]
  const [typeBytes, secondBytes, thirdBytes] = widths as [number, number, number]
  let row = 0
  for (let part = 0; part + 1 < index.length; part += 2)
    for (let number = index[part]!; number < index[part]! + index[part + 1]!; number++) {
      const place = row
      row += typeBytes + secondBytes + thirdBytes
      if (row > rows.length || row === place) return dict
      const type = typeBytes === 0 ? 1 : whole(rows, place, typeBytes)
      const second = whole(rows, place + typeBytes, secondBytes)
      if (type === 0) note(found, number, { place: 0 })
      else if (type === 1) note(found, number, { place: second + base })
      else if (type === 2) note(found, number, { stream: second })
    }
  return dict
}

/** Nobody says how long it is before it is read: it is looked for in more and more bytes. */
function streamAt(content: Content, context: PDFContext, at: number): PDFRawStream {
  for (let length = 65_536; ; length *= 8) {
    const bytes = content.read(at, length)
    try {
      const object = numberedObject(bytes, context)?.object
      if (object instanceof PDFRawStream) return object
    } catch (error) {
      if (bytes.length === length && length < longestSection) continue
      throw error
    }
    throw new Error('no cross-references')
  }
}

function whole(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let index = at; index < at + length; index++) value = value * 256 + bytes[index]!
  return value
}
