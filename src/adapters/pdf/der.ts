import { Failure } from '../../domain/failure.ts'
import { element } from '../../envelope/ber.ts'

/** One element of DER (X.690): its content, and all of it with its header. */
export type Der = { readonly tag: number; readonly content: Buffer; readonly whole: Buffer }

const refuse = (): never => {
  throw new Failure('certificate-invalid', { reason: 'der-malformed' })
}

/** The element at the beginning; what follows it is left. Only minimal, definite lengths are taken. */
export function firstDer(bytes: Buffer): Der {
  const [tag, first] = [bytes[0] ?? refuse(), bytes[1] ?? refuse()]
  if ((tag & 0x1f) === 0x1f) refuse()
  const octets = first < 0x80 ? 0 : first & 0x7f
  if (first >= 0x80 && (octets === 0 || octets > 4 || bytes.length < 2 + octets)) refuse()
  const length = octets === 0 ? first : bytes.readUIntBE(2, octets)
  if (octets > 0 && (length < 0x80 || length < 256 ** (octets - 1))) refuse()
  const from = 2 + octets
  if (from + length > bytes.length) refuse()
  return { tag, content: bytes.subarray(from, from + length), whole: bytes.subarray(0, from + length) }
}

/** The elements side by side in a content. */
export function listDer(content: Buffer): Der[] {
  const list: Der[] = []
  for (let at = 0; at < content.length; ) {
    const next = firstDer(content.subarray(at))
    list.push(next)
    at += next.whole.length
  }
  return list
}

/** The parts of an element that must have this tag. */
export const parts = (der: Der | undefined, tag: number = 0x30): Der[] =>
  der?.tag === tag ? listDer(der.content) : refuse()

/** The content of an element that must have this tag. */
export const content = (der: Der | undefined, tag: number): Buffer =>
  der?.tag === tag ? der.content : refuse()

/** An object identifier in DER, from its dotted form. */
export function oid(dotted: string): Buffer {
  const [a = 0, b = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [a * 40 + b, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return element(0x06, Buffer.from(bytes))
}
