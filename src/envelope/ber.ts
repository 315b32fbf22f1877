import { Failure } from '../domain/failure.ts'

/** Identifier octets of what an envelope is made of (X.690 §8.1.2). All fit in one byte. */
export const tags = {
  integer: 0x02,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
  /** [0] around or as an element with parts. */
  constructed0: 0xa0,
  /** [0] IMPLICIT over a plain OCTET STRING. */
  primitive0: 0x80,
  /** [2] IMPLICIT over a SEQUENCE: the KEK recipient of RFC 5652 §6.2. */
  constructed2: 0xa2,
} as const

/** Why an envelope was refused. */
export type EnvelopeFault =
  | 'truncated'
  | 'element-unexpected'
  | 'value-unexpected'
  | 'length-malformed'
  | 'length-not-minimal'
  | 'length-out-of-bounds'
  | 'length-differs'
  | 'end-missing'
  | 'chunk-empty'
  | 'chunks-uneven'
  | 'content-too-long'
  | 'trailing-bytes'

export const refuse = (reason: EnvelopeFault): never => {
  throw new Failure('envelope-invalid', { reason })
}

const encodeLength = (length: number): Buffer => {
  if (length < 0x80) return Buffer.of(length)
  const octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4
  const bytes = Buffer.alloc(1 + octets, 0x80 | octets)
  bytes.writeUIntBE(length, 1, octets)
  return bytes
}

/** One element in DER. */
export function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.of(tag), encodeLength(length), ...content])
}

/** The header of an element of indefinite length; `endOfContents` closes it. */
export const open = (tag: number): Buffer => Buffer.of(tag, 0x80)
export const endOfContents = Buffer.of(0, 0)

/** Reading place in a part of an envelope; `base` is where that part begins in the whole. */
export type Cursor = { readonly bytes: Buffer; readonly base: number; at: number }

/** An element being read: where it ends in the whole envelope, undefined when its length is indefinite. */
export type Container = { readonly end: number | undefined }

/** Longest header that the reader accepts: tag, length of length, six octets (256 TiB, and a safe integer). */
export const headerLimit = 8

function octet(cursor: Cursor): number {
  return cursor.bytes[cursor.at++] ?? refuse('truncated')
}

/**
 * The length after a tag (X.690 §8.1.3); undefined when indefinite. Only minimal definite lengths are taken, so that an
 * envelope has one spelling; a length past six octets cannot be honest.
 */
function readLength(cursor: Cursor): number | undefined {
  const first = octet(cursor)
  if (first < 0x80) return first
  if (first === 0x80) return undefined
  const octets = first & 0x7f
  if (octets > 6) refuse('length-malformed')
  let length = 0
  for (let i = 0; i < octets; i++) length = length * 256 + octet(cursor)
  if (length < 0x80 || length < 256 ** (octets - 1)) refuse('length-not-minimal')
  return length
}

/** Steps into an element with parts. */
export function enter(cursor: Cursor, tag: number): Container {
  if (octet(cursor) !== tag) refuse('element-unexpected')
  const length = readLength(cursor)
  return { end: length === undefined ? undefined : cursor.base + cursor.at + length }
}

/** Whether the next byte is this tag; false at the end of the part that is read. */
export const isNext = (cursor: Cursor, tag: number): boolean => cursor.bytes[cursor.at] === tag

/** Steps out of an element, which must end exactly here. */
export function leave(cursor: Cursor, container: Container): void {
  if (container.end !== undefined) {
    if (container.end !== cursor.base + cursor.at) refuse('length-differs')
  } else if (octet(cursor) !== 0 || octet(cursor) !== 0) refuse('end-missing')
}

/** The header of a plain element, whose length must lie between both bounds; its content follows. */
export function readPlainLength(cursor: Cursor, tag: number, min: number, max: number): number {
  if (octet(cursor) !== tag) refuse('element-unexpected')
  const length = readLength(cursor)
  if (length === undefined) return refuse('length-malformed')
  if (length < min || length > max) refuse('length-out-of-bounds')
  return length
}

/** A plain element's content. */
export function readPlain(cursor: Cursor, tag: number, min: number, max = min): Buffer {
  const length = readPlainLength(cursor, tag, min, max)
  const from = cursor.at
  if (from + length > cursor.bytes.length) refuse('truncated')
  cursor.at += length
  return cursor.bytes.subarray(from, cursor.at)
}

/** An element that must be there byte for byte. */
export function expect(cursor: Cursor, exact: Buffer): void {
  const from = cursor.at
  if (from + exact.length > cursor.bytes.length) refuse('truncated')
  cursor.at += exact.length
  if (!cursor.bytes.subarray(from, cursor.at).equals(exact)) refuse('value-unexpected')
}
