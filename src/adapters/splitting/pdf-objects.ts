import {
  PDFContext,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFPageTree,
  PDFRawStream,
  PDFRef,
} from '@cantoo/pdf-lib'
import type { Content } from './content.ts'
import { type CrossReferences, readReferences } from './cross-references.ts'
import { decodedStream } from './decoded-stream.ts'
import type { Limits } from './limits.ts'
import { numberedObject, objectIn } from './pdf-object.ts'
import { searchReferences, tried } from './searched-references.ts'

/** The objects of a PDF, each read from the file when it is looked up in the context, and few of them kept. */
export type PdfObjects = {
  readonly context: PDFContext
  readonly root: PDFObject | undefined
  readonly isEncrypted: boolean
  /** Something was not where the file says. */
  readonly isAstray: boolean
  readonly isSearched: boolean
  /**
   * Looks for the objects from end to end of the file, and believes its cross-references no more. False when that was done
   * before: it is, as soon as one of them is found to be wrong.
   */
  search(): boolean
}

/** Small objects are shared by many pages, and looked up many times for each. */
const kept = { objects: 256, bytes: 8_192, streams: 4 }
const longestHead = 1_024

/** @param eof where the file ends: its last `%%EOF` */
export function openObjects(content: Content, limits: Limits, eof: number): PdfObjects {
  const context = PDFContext.create()
  let references = byTable(content, context, eof)
  let isSearched = false
  let isAstray = false
  let starts = startsOf(references)
  const objects = lastUsed<number, PDFObject | undefined>(kept.objects)
  const containers = lastUsed<number, Map<number, Uint8Array>>(kept.streams)
  const loading = new Set<number>()

  const search = (): CrossReferences => {
    isSearched = true
    const found = searchReferences(content, context)
    references = found
    starts = startsOf(found)
    objects.clear()
    containers.clear()
    // It may be in the midst of reading one that was looked for where it is not.
    loading.clear()
    for (const container of found.containers)
      for (const number of contained(container).keys())
        if (!found.places.has(number)) found.within.set(number, container)
    return found
  }
  const searchAstray = (): CrossReferences => {
    isAstray = true
    return search()
  }
  /** Every page asks the branch that it is on for what it inherits, and a branch may be long. */
  const keep = (number: number, object: PDFObject, bytes: number): void => {
    if (bytes <= kept.bytes || object instanceof PDFPageTree) objects.set(number, object)
  }
  /** Undefined when something else is there. */
  const at = (place: number, number: number): PDFObject | undefined => {
    const length = Math.min(nextOf(starts, place, content.bytes) - place, limits.pageMegabytes * 2 ** 20)
    const found = numberedObject(content.read(place, length), context)
    if (found?.number !== number) return undefined
    keep(number, found.object, length)
    return found.object
  }
  const contained = (container: number): Map<number, Uint8Array> => {
    const known = containers.get(container)
    if (known) return known
    const stream = load(container)
    const parts = stream instanceof PDFRawStream ? partsOf(stream) : new Map<number, Uint8Array>()
    containers.set(container, parts)
    return parts
  }
  const find = (number: number): PDFObject | undefined => {
    const { places, within } = references ?? searchAstray()
    const place = places.get(number)
    if (place && isSearched) return at(place, number)
    if (place) return tried(() => at(place, number)) ?? (searchAstray(), find(number))
    const container = within.get(number)
    const part = container === undefined ? undefined : contained(container).get(number)
    if (!part) return undefined
    const object = objectIn(part, context)
    keep(number, object, part.length)
    return object
  }
  const load = (number: number): PDFObject | undefined => {
    const known = objects.get(number)
    if (known || loading.has(number)) return known
    loading.add(number)
    try {
      return find(number)
    } finally {
      loading.delete(number)
    }
  }
  readWhenLookedUp(context, ({ objectNumber }) => load(objectNumber))
  return {
    context,
    get root() {
      return context.lookup((references ?? searchAstray()).root)
    },
    get isEncrypted() {
      return (references ?? searchAstray()).isEncrypted
    },
    get isAstray() {
      return isAstray
    },
    get isSearched() {
      return isSearched
    },
    search() {
      if (isSearched) return false
      search()
      return true
    },
  }
}

/** The library's context knows what it was told beforehand; this one reads. */
function readWhenLookedUp(context: PDFContext, load: (ref: PDFRef) => PDFObject | undefined): void {
  for (const method of ['lookup', 'lookupMaybe'] as const) {
    const told = context[method].bind(context) as (key: unknown, ...types: unknown[]) => never
    context[method] = (key: unknown, ...types: unknown[]) =>
      told(key instanceof PDFRef ? load(key) : key, ...types)
  }
}

function byTable(content: Content, context: PDFContext, eof: number): CrossReferences | undefined {
  const tail = content.read(Math.max(0, eof - longestHead), longestHead).toString('latin1')
  const said = [...tail.matchAll(/startxref\s+(\d{1,12})/g)].at(-1)?.[1]
  if (said === undefined) return undefined
  const head = content.read(0, longestHead).indexOf('%PDF-')
  try {
    return readReferences(content, context, { start: Number(said), base: Math.max(0, head) })
  } catch {
    return undefined
  }
}

/** The objects within a stream of objects (7.5.7), by number, not read yet. */
function partsOf(stream: PDFRawStream): Map<number, Uint8Array> {
  const number = (name: string) => stream.dict.lookup(PDFName.of(name), PDFNumber).asNumber()
  const [first, count] = [number('First'), number('N')]
  const bytes = decodedStream(stream)
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(first, bytes.length)).toString('latin1')
  const numbers = (head.match(/\d+/g) ?? []).slice(0, count * 2).map(Number)
  const parts = new Map<number, Uint8Array>()
  for (let index = 0; index + 1 < numbers.length; index += 2) {
    const [from, to] = [numbers[index + 1]!, numbers[index + 3] ?? bytes.length]
    parts.set(numbers[index]!, bytes.subarray(first + from, to > from ? first + to : undefined))
  }
  return parts
}

const startsOf = (references: CrossReferences | undefined): Float64Array =>
  Float64Array.from([...(references?.places.values() ?? []), ...(references?.sections ?? [])]).sort()

/** What begins next behind a place. */
function nextOf(starts: Float64Array, place: number, otherwise: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! > place) high = middle
    else low = middle + 1
  }
  return starts[low] ?? otherwise
}

/** As many as may be kept, those used last. */
function lastUsed<Key, Value>(most: number) {
  const kept = new Map<Key, Value>()
  return {
    get(key: Key): Value | undefined {
      const value = kept.get(key)
      if (value !== undefined) {
        kept.delete(key)
        kept.set(key, value)
      }
      return value
    },
    set(key: Key, value: Value): void {
      kept.set(key, value)
      if (kept.size > most) kept.delete(kept.keys().next().value!)
    },
    clear: () => kept.clear(),
  }
}
