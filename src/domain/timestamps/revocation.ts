import { type Certificate, keyUsage } from './certificate.ts'
import {
  areSame,
  type Der,
  childrenOf,
  fieldsOf,
  integerOf,
  NotDer,
  readDer,
  tags,
  timeOfDer,
  wholeBitsOf,
  around,
} from './der.ts'
import { AlgorithmRefused, checkSignature, isSameAlgorithm } from './signature.ts'
import { TokenRefused } from './token-fault.ts'

/**
 * Refuses a path of which a certificate was revoked, by lists (CRL, RFC 5280, section 5) that its issuer signed; other lists
 * say nothing here. A revocation counts whenever it came: the key may have been in other hands before.
 *
 * @throws TokenRefused
 */
export async function checkRevocation(
  path: readonly Certificate[],
  lists: readonly Uint8Array[],
): Promise<void> {
  for (const bytes of lists) {
    const list = readList(Uint8Array.from(bytes))
    for (const [index, certificate] of path.entries()) {
      const issuer = path[index + 1]
      if (!issuer || !areSame(list.issuer, certificate.issuer)) continue
      if (!list.serials.some((serial) => areSame(serial, certificate.serial))) continue
      if (await isSignedBy(issuer, list)) throw new TokenRefused('timestamp-certificate-revoked')
    }
  }
}

type RevocationList = {
  readonly signed: Der
  readonly issuer: Uint8Array
  readonly algorithm: Der
  readonly signature: Uint8Array<ArrayBuffer>
  readonly serials: readonly Uint8Array[]
}

/** @throws NotDer */
export function readList(bytes: Uint8Array<ArrayBuffer>): RevocationList {
  const outer = fieldsOf(readDer(bytes))
  const [signed, algorithm] = [outer.next(tags.sequence), outer.next(tags.sequence)]
  const signature = wholeBitsOf(outer.next(tags.bitString))
  outer.end()
  const fields = fieldsOf(signed)
  fields.optional(tags.integer)
  if (!isSameAlgorithm(fields.next(tags.sequence), algorithm)) throw new NotDer()
  const issuer = fields.next(tags.sequence).all
  timeOfDer(fields.any())
  if (!fields.optional(tags.utcTime)) fields.optional(tags.generalizedTime)
  const revoked = fields.optional(tags.sequence)
  fields.optional(around(0))
  fields.end()
  const serials = revoked
    ? childrenOf(revoked).map((entry) => integerOf(fieldsOf(entry).next(tags.integer)))
    : []
  return { signed, issuer, algorithm, signature, serials }
}

async function isSignedBy({ spki, extensions }: Certificate, list: RevocationList): Promise<boolean> {
  if (extensions.usages && !extensions.usages.has(keyUsage.crlSigning)) return false
  try {
    const { algorithm, signature, signed } = list
    return (await checkSignature({ spki, algorithm, signature, message: signed.all })).isRight
  } catch (error) {
    if (error instanceof NotDer || error instanceof AlgorithmRefused) return false
    throw error
  }
}
