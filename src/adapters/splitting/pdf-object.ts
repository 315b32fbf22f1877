import {
  type PDFContext,
  PDFDict,
  PDFName,
  PDFNumber,
  type PDFObject,
  PDFObjectParser,
  PDFRawStream,
} from '@cantoo/pdf-lib'

export type NumberedObject = { readonly number: number; readonly object: PDFObject }

const opening = /^[\0\t\n\f\r ]*(\d{1,10})[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+obj/
const stream = />>[\0\t\n\f\r ]*stream ?(?:\r\n|\n|\r)?/
/** Most dictionaries are short; the image behind one need not be looked at as text. */
const [shortHead, longHead] = [1_024, 65_536]
const close = /endobj/
const ending = Buffer.from('endstream')

/**
 * The numbered object (ISO 32000-1, 7.3.10) at the beginning of some bytes, which may reach beyond it. Undefined when none
 * begins there. @throws when it is not whole, or none
 */
export function numberedObject(bytes: Buffer, context: PDFContext): NumberedObject | undefined {
  const near = bytes.subarray(0, shortHead).toString('latin1')
  const isNear = close.test(near) || stream.test(near)
  const text = isNear ? near : bytes.subarray(0, longHead).toString('latin1')
  const opened = opening.exec(text)
  if (!opened) return undefined
  const number = Number(opened[1])
  const from = opened[0].length
  const found = stream.exec(text.slice(from).split(close, 1)[0]!)
  if (!found) return { number, object: objectIn(bytes.subarray(from), context) }
  const dict = objectIn(bytes.subarray(from, from + found.index + 2), context)
  if (!(dict instanceof PDFDict)) throw new Error('a stream without a dictionary')
  const content = streamContent(bytes.subarray(from + found.index + found[0].length), dict)
  return { number, object: PDFRawStream.of(dict, content) }
}

export const objectIn = (bytes: Uint8Array, context: PDFContext): PDFObject =>
  PDFObjectParser.forBytes(bytes, context).parseObject()

/** As long as its dictionary says if it ends there, else up to the word that ends it. */
function streamContent(bytes: Buffer, dict: PDFDict): Buffer {
  const said = dict.lookup(PDFName.of('Length'))
  const length = said instanceof PDFNumber ? said.asNumber() : -1
  if (length >= 0) {
    const behind = bytes.subarray(length, length + 16).toString('latin1')
    if (/^[\0\t\n\f\r ]*endstream/.test(behind)) return bytes.subarray(0, length)
  }
  const end = bytes.indexOf(ending)
  if (end < 0) throw new Error('a stream without an end')
  const breaks = /(?:\r\n|\n|\r)?$/.exec(bytes.subarray(Math.max(0, end - 2), end).toString('latin1'))
  return bytes.subarray(0, end - breaks![0].length)
}
