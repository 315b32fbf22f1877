/** Bytes as Web Crypto takes them. */
export type Bytes = Uint8Array<ArrayBuffer>

/** One value of a DER encoding (ITU-T X.690): all of it, and what is inside. Views, not copies. */
export type Der = { readonly tag: number; readonly all: Bytes; readonly content: Bytes }

/** The bytes are not what they should be. Thrown inside this room only. */
export class NotDer extends Error {
  override readonly name = 'NotDer'
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Context-specific tags: `[n]` around something, or in place of a primitive's own tag. */
export const around = (n: number): number => 0xa0 + n
export const inPlaceOf = (n: number): number => 0x80 + n

/**
 * Strict: lengths are definite and minimal, tags are low. What could be written in two ways is refused, so that no byte of
 * what was read can be changed without notice.
 */
function readAt(bytes: Bytes, start: number): { der: Der; end: number } {
  const tag = bytes[start]
  const first = bytes[start + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new NotDer()
  let length = first
  let from = start + 2
  if (first >= 0x80) {
    const count = first & 0x7f
    if (count < 1 || count > 4) throw new NotDer()
    length = 0
    for (; from < start + 2 + count; from++) length = length * 256 + (bytes[from] ?? Number.NaN)
    // Not a number where the bytes end before the length does.
    if (!(length >= (count === 1 ? 0x80 : 256 ** (count - 1)))) throw new NotDer()
  }
  const end = from + length
  if (end > bytes.length) throw new NotDer()
  return { der: { tag, all: bytes.subarray(start, end), content: bytes.subarray(from, end) }, end }
}

/** The one value that the bytes are. */
export function readDer(bytes: Bytes, tag?: number): Der {
  const { der, end } = readAt(bytes, 0)
  if (end !== bytes.length) throw new NotDer()
  return tag === undefined ? der : expected(der, tag)
}

export function expected(der: Der, tag: number): Der {
  if (der.tag !== tag) throw new NotDer()
  return der
}

export function childrenOf({ content }: Der): Der[] {
  const children: Der[] = []
  for (let start = 0; start < content.length; ) {
    const { der, end } = readAt(content, start)
    children.push(der)
    start = end
  }
  return children
}

/** The fields of a SEQUENCE, one after the other. */
export type Fields = {
  next(tag: number): Der
  /** Whatever comes. */
  any(): Der
  optional(tag: number): Der | undefined
  /** @throws NotDer where fields are left */
  end(): void
}

export function fieldsOf(der: Der, tag: number = tags.sequence): Fields {
  const children = childrenOf(expected(der, tag))
  let at = 0
  const any = (): Der => {
    const child = children[at++]
    if (!child) throw new NotDer()
    return child
  }
  return {
    any,
    next: (wanted) => expected(any(), wanted),
    optional: (wanted) => (children[at]?.tag === wanted ? children[at++] : undefined),
    end() {
      if (at !== children.length) throw new NotDer()
    },
  }
}

/** The one child of a value. */
export function soleChild(der: Der): Der {
  const [child, more] = childrenOf(der)
  if (!child || more) throw new NotDer()
  return child
}

/** Dotted. */
export function oidOf(der: Der): string {
  const { content } = expected(der, tags.oid)
  if (content.length === 0 || content.at(-1)! >= 0x80) throw new NotDer()
  const arcs: number[] = []
  let arc = 0
  let isFirst = true
  for (const byte of content) {
    if (isFirst && byte === 0x80) throw new NotDer()
    arc = arc * 128 + (byte & 0x7f)
    isFirst = byte < 0x80
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new NotDer()
    if (!isFirst) continue
    arcs.push(arc)
    arc = 0
  }
  const [head, ...rest] = arcs as [number, ...number[]]
  const top = Math.min(2, Math.floor(head / 40))
  return [top, head - top * 40, ...rest].join('.')
}

/** The big-endian bytes of an INTEGER, two's complement, minimal. */
export function integerOf(der: Der): Bytes {
  const { content } = expected(der, tags.integer)
  const [first, second] = content
  if (first === undefined) throw new NotDer()
  if (second !== undefined && (first === 0 ? second < 0x80 : first === 0xff && second >= 0x80))
    throw new NotDer()
  return content
}

/** An INTEGER that is not negative and at most 2^47. */
export function numberOf(der: Der): number {
  const bytes = integerOf(der)
  if (bytes[0]! >= 0x80 || bytes.length > 6) throw new NotDer()
  return bytes.reduce((total, byte) => total * 256 + byte, 0)
}

export function booleanOf(der: Der): boolean {
  const { content } = expected(der, tags.boolean)
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw new NotDer()
  return content[0] === 0xff
}

/** The bytes of a BIT STRING of whole bytes. */
export function wholeBitsOf(der: Der): Bytes {
  const { content } = expected(der, tags.bitString)
  if (content[0] !== 0) throw new NotDer()
  return content.subarray(1)
}

const utcTime = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/
const generalizedTime = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d*[1-9]))?Z$/

const longestTime = 64

/** UTCTime or GeneralizedTime, as RFC 5280 and RFC 3161 restrict them. Milliseconds; what is finer is cut off. */
export function timeOfDer(der: Der): Date {
  // Longer ones may have more bytes than a call takes arguments.
  if (der.content.length > longestTime) throw new NotDer()
  const text = String.fromCharCode(...der.content)
  const isShort = der.tag === tags.utcTime
  if (!isShort) expected(der, tags.generalizedTime)
  const match = (isShort ? utcTime : generalizedTime).exec(text)
  if (!match) throw new NotDer()
  const [, year, month, day, hour, minute, second, fraction = ''] = match
  const century = !isShort ? '' : Number(year) < 50 ? '20' : '19'
  const iso = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.slice(0, 3).padEnd(3, '0')}Z`
  const time = new Date(iso)
  if (Number.isNaN(time.getTime()) || time.toISOString() !== iso) throw new NotDer()
  return time
}

export const areSame = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index])

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** DER of a value around its parts. */
export function encode(tag: number, ...parts: readonly Uint8Array[]): Bytes {
  const length = parts.reduce((total, part) => total + part.length, 0)
  const size = length < 0x80 ? [length] : longLength(length)
  const out = new Uint8Array(1 + size.length + length)
  out.set([tag, ...size])
  let at = 1 + size.length
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function longLength(length: number): number[] {
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 + bytes.length, ...bytes]
}

export function encodeOid(dotted: string): Bytes {
  const [top = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [top * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift(0x80 + (left % 128))
    return digits
  })
  return encode(tags.oid, Uint8Array.from(bytes))
}
