import { encode, encodeOid, fieldsOf, NotDer, numberOf, readDer, tags } from '../../domain/timestamps/der.ts'
import { digestOid } from '../../domain/timestamps/signature.ts'

export type TokenRequest = {
  /** SHA-256 or SHA-512, by its length. */
  readonly digest: Uint8Array
  /** Big-endian, positive and minimal, as an INTEGER has it. */
  readonly nonce: Uint8Array
  readonly policy?: string | undefined
}

/** TimeStampReq (RFC 3161, section 2.4.1), asking for the authority's certificate too. */
export function formatRequest({ digest, nonce, policy }: TokenRequest): Uint8Array<ArrayBuffer> {
  const oid = digestOid[digest.length === 64 ? 'sha512' : 'sha256']
  return encode(
    tags.sequence,
    encode(tags.integer, Uint8Array.of(1)),
    encode(
      tags.sequence,
      encode(tags.sequence, encodeOid(oid), encode(tags.null)),
      encode(tags.octetString, digest),
    ),
    ...(policy ? [encodeOid(policy)] : []),
    encode(tags.integer, nonce),
    encode(tags.boolean, Uint8Array.of(0xff)),
  )
}

/** A random INTEGER of 64 bits: positive, and as short as it can be. */
export function nonceOf(random: Uint8Array): Uint8Array {
  const nonce = Uint8Array.from(random)
  nonce[0] = (nonce[0]! & 0x7f) | 0x40
  return nonce
}

/** The token of a TimeStampResp (section 2.4.2), or the status of a refusal; undefined where it is none. */
export function readAnswer(answer: Uint8Array): { token: Uint8Array } | { refused: number } | undefined {
  try {
    const fields = fieldsOf(readDer(Uint8Array.from(answer)))
    const status = numberOf(fieldsOf(fields.next(tags.sequence)).next(tags.integer))
    // 0: granted; 1: granted with modifications.
    if (status > 1) return { refused: status }
    const token = fields.next(tags.sequence).all
    fields.end()
    return { token }
  } catch (error) {
    if (error instanceof NotDer) return undefined
    throw error
  }
}
