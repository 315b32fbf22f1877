import {
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  type PDFObject,
  PDFRawStream,
  PDFRef,
} from '@cantoo/pdf-lib'
import type { Content } from './content.ts'
import { tried } from './searched-references.ts'

// A renderer that believes wrong cross-references shows what it does not find as white paper, and says nothing.

/** They lead to other pages, or to what no page shows. */
const elsewhere = new Set(['Parent', 'P', 'B', 'A', 'AA', 'Dest', 'IRT'].map((name) => PDFName.of(name)))

/**
 * Looks up all that some objects are made of, and that was not looked up before: so that it shows when something is not
 * where the file says.
 */
export function lookThrough(objects: readonly PDFObject[], context: PDFContext, seen: Set<PDFObject>): void {
  const waiting = [...objects]
  for (let object = waiting.pop(); object; object = waiting.pop()) {
    if (seen.has(object)) continue
    if (object instanceof PDFRef) {
      const ref = object
      seen.add(ref)
      const found = tried(() => context.lookup(ref))
      if (found) waiting.push(found)
    } else if (object instanceof PDFRawStream) waiting.push(object.dict)
    else if (object instanceof PDFArray) for (const each of object.asArray()) waiting.push(each)
    else if (object instanceof PDFDict)
      for (const [name, value] of object.entries()) if (!elsewhere.has(name)) waiting.push(value)
  }
}

/** The renderer looks no further for it from the end. */
const reach = 8_192
const word = 'startxref'

/** The same file without a word of where its cross-references are: the renderer then looks for its objects itself. */
export function withoutReferences(content: Content): Content {
  const from = Math.max(0, content.bytes - reach)
  const text = content.read(from, reach).toString('latin1')
  const end = Buffer.from(text.replaceAll(word, ' '.repeat(word.length)), 'latin1')
  return {
    bytes: content.bytes,
    read(at, length) {
      const part = content.read(at, length)
      if (at + part.length <= from) return part
      const changed = Buffer.from(part)
      end.copy(changed, Math.max(0, from - at), Math.max(0, at - from))
      return changed
    },
  }
}
