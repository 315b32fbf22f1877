import { type PDFContext, PDFDict, PDFName, PDFRawStream, PDFRef } from '@cantoo/pdf-lib'
import type { Content } from './content.ts'
import { type CrossReferences, mostObjects, noReferences } from './cross-references.ts'
import { objectIn } from './pdf-object.ts'

const atOnce = 1 << 16
/** Longer than any word that is looked for. */
const overlap = 256

/** Where an object begins, and what is said of it that matters here. The bytes before the words are looked at, too. */
const words =
  /(?<!\d)(\d{1,10})[\0\t\n\f\r ]{1,9}\d{1,5}[\0\t\n\f\r ]{1,9}obj|\/Length[\0\t\n\f\r ]+(\d{1,12})(?![\d ]*[\0\t\n\f\r ]\d+[\0\t\n\f\r ]+R)|>>[\0\t\n\f\r ]*stream ?(?:\r\n|\n|\r)?|\/Catalog|\/ObjStm|\/XRef|trailer/g

/**
 * Where the objects of a PDF are whose cross-references are missing or wrong: found by reading it from end to end, past
 * what streams hold. The last of a number is the newest.
 */
export function searchReferences(content: Content, context: PDFContext) {
  const found: CrossReferences & { readonly containers: Set<number> } = {
    ...noReferences(),
    containers: new Set(),
  }
  const trailer = (at: number): void => {
    const object = tried(() => objectIn(content.read(at, 65_536), context))
    const dict = object instanceof PDFRawStream ? object.dict : object
    if (!(dict instanceof PDFDict)) return
    found.root = dict.get(PDFName.of('Root')) ?? found.root
    found.isEncrypted ||= dict.has(PDFName.of('Encrypt'))
  }
  let current: { number: number; dict: number; length?: number } | undefined
  let catalogue: PDFRef | undefined
  let at = 0
  while (at < content.bytes) {
    const before = Math.min(1, at)
    const text = content.read(at - before, atOnce + overlap).toString('latin1')
    let next = at + atOnce
    words.lastIndex = before
    for (let word = words.exec(text); word; word = words.exec(text)) {
      const place = at - before + word.index
      if (place >= next) break
      const behind = place + word[0].length
      if (word[1]) {
        current = { number: Number(word[1]), dict: behind }
        if (found.places.size >= mostObjects) throw new Error('too many objects')
        found.places.set(current.number, place)
        found.containers.delete(current.number)
      } else if (word[2] && current) current.length ??= Number(word[2])
      else if (word[0] === '/ObjStm' && current) found.containers.add(current.number)
      else if (word[0] === '/Catalog' && current) catalogue = PDFRef.of(current.number)
      else if (word[0] === '/XRef' && current) trailer(current.dict)
      else if (word[0] === 'trailer') trailer(behind)
      else if (word[0].startsWith('>>') && current?.length !== undefined) {
        const end = behind + current.length
        current = undefined
        if (!/^[\0\t\n\f\r ]*endstream/.test(content.read(end, 16).toString('latin1'))) continue
        next = end
        break
      }
    }
    at = next
  }
  found.root ??= catalogue
  return found
}

/** Undefined where it fails: what a file holds may be anything. */
export function tried<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
