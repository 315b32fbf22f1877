import {
  type Container,
  type Cursor,
  element,
  endOfContents,
  enter,
  expect,
  isNext,
  leave,
  open,
  readPlain,
  readPlainLength,
  tags,
} from './ber.ts'

/*
 * ContentInfo { id-ct-authEnvelopedData, [0] AuthEnvelopedData {            RFC 5083 §2
 *   version 0,
 *   recipientInfos { [2] KEKRecipientInfo {                                 RFC 5652 §6.2.3
 *     version 4, kekid { keyIdentifier }, id-aes256-wrap, encryptedKey } }, RFC 3565 §2.3
 *   authEncryptedContentInfo { id-data, id-aes256-GCM { nonce, icvLen },    RFC 5084 §3.2
 *     [0] { OCTET STRING … } },
 *   mac } }
 *
 * No originatorInfo, no attributes (OpenSSL 3.0 cannot read authAttrs), one recipient. The elements around the content
 * have indefinite lengths, so that an envelope is written without knowing how long it will be.
 */

const oid = (hex: string): Buffer => element(tags.objectIdentifier, Buffer.from(hex, 'hex'))
const integer = (value: number): Buffer => element(tags.integer, Buffer.of(value))

/** 1.2.840.113549.1.9.16.1.23 */
const authEnvelopedData = oid('2a864886f70d0109100117')
/** 1.2.840.113549.1.7.1 */
const plainContent = oid('2a864886f70d010701')
/** 2.16.840.1.101.3.4.1.45, parameters absent */
const keyWrap = element(tags.sequence, oid('60864801650304012d'))
/** 2.16.840.1.101.3.4.1.46 */
const contentCipher = oid('60864801650304012e')

export const nonceBytes = 12
export const macBytes = 16
export const contentKeyBytes = 32
/** RFC 3394: the key and its integrity check. */
const wrappedKeyBytes = 40
export const keyIdLimit = 64

/** What GCM may encrypt under one nonce: 2^39 − 256 bits (NIST SP 800-38D §5.2.1.1). */
export const contentLimit = 2 ** 36 - 32
/** Content in one OCTET STRING; all but the last have this length. */
export const chunkBytes = 65_536
/** More than the head of any envelope of this layout takes. */
export const headLimit = 512
/** More than what follows the content takes: the mac and seven ends. */
export const tailLimit = 32

export type Head = { readonly keyId: Buffer; readonly wrappedKey: Buffer; readonly nonce: Buffer }

/** Everything before the content. */
export function writeHead({ keyId, wrappedKey, nonce }: Head): Buffer {
  const recipient = element(
    tags.constructed2,
    integer(4),
    element(tags.sequence, element(tags.octetString, keyId)),
    keyWrap,
    element(tags.octetString, wrappedKey),
  )
  const parameters = element(tags.sequence, element(tags.octetString, nonce), integer(macBytes))
  return Buffer.concat([
    open(tags.sequence),
    authEnvelopedData,
    open(tags.constructed0),
    open(tags.sequence),
    integer(0),
    element(tags.set, recipient),
    open(tags.sequence),
    plainContent,
    element(tags.sequence, contentCipher, parameters),
    open(tags.constructed0),
  ])
}

/** Everything after the content. */
export const writeTail = (mac: Buffer): Buffer =>
  Buffer.concat([
    endOfContents,
    endOfContents,
    element(tags.octetString, mac),
    endOfContents,
    endOfContents,
    endOfContents,
  ])

/** The elements that are still open when the content begins. */
export type Around = {
  /** ContentInfo, [0], AuthEnvelopedData: left after the mac. */
  readonly outer: readonly Container[]
  readonly contentInfo: Container
  /** The [0] with its chunks; undefined when the content is one plain element of `plainLength` bytes. */
  readonly chunks: Container | undefined
  readonly plainLength: number
}

/** Reads up to the content. Depth is that of this function: nothing in the input can make it deeper. */
export function readHead(cursor: Cursor): { head: Head; around: Around } {
  const message = enter(cursor, tags.sequence)
  expect(cursor, authEnvelopedData)
  const explicit = enter(cursor, tags.constructed0)
  const enveloped = enter(cursor, tags.sequence)
  expect(cursor, integer(0))
  const recipient = readRecipient(cursor)
  const contentInfo = enter(cursor, tags.sequence)
  expect(cursor, plainContent)
  const nonce = readCipher(cursor)
  const isPlain = isNext(cursor, tags.primitive0)
  const plainLength = isPlain ? readPlainLength(cursor, tags.primitive0, 0, contentLimit) : 0
  const chunks = isPlain ? undefined : enter(cursor, tags.constructed0)
  return {
    head: { ...recipient, nonce },
    around: { outer: [enveloped, explicit, message], contentInfo, chunks, plainLength },
  }
}

function readRecipient(cursor: Cursor): Omit<Head, 'nonce'> {
  const recipients = enter(cursor, tags.set)
  const recipient = enter(cursor, tags.constructed2)
  expect(cursor, integer(4))
  const kekId = enter(cursor, tags.sequence)
  const keyId = readPlain(cursor, tags.octetString, 1, keyIdLimit)
  leave(cursor, kekId)
  expect(cursor, keyWrap)
  const wrappedKey = readPlain(cursor, tags.octetString, wrappedKeyBytes)
  leave(cursor, recipient)
  leave(cursor, recipients)
  return { keyId, wrappedKey }
}

function readCipher(cursor: Cursor): Buffer {
  const algorithm = enter(cursor, tags.sequence)
  expect(cursor, contentCipher)
  const parameters = enter(cursor, tags.sequence)
  const nonce = readPlain(cursor, tags.octetString, nonceBytes)
  expect(cursor, integer(macBytes))
  leave(cursor, parameters)
  leave(cursor, algorithm)
  return nonce
}

/** Reads what follows the content, and yields the mac. */
export function readTail(cursor: Cursor, around: Around): Buffer {
  if (around.chunks) leave(cursor, around.chunks)
  leave(cursor, around.contentInfo)
  const mac = readPlain(cursor, tags.octetString, macBytes)
  for (const container of around.outer) leave(cursor, container)
  return mac
}
