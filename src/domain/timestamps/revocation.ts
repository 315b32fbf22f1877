import { type Certificate, keyUsage } from './certificate.ts'
import {
  areSame,
  type Der,
  expected,
  childrenOf,
  fieldsOf,
  integerOf,
  NotDer,
  oidOf,
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
 * say nothing here. A token from before the revocation stays good where the list gives a reason that leaves the key alone;
 * else the key may have been in other hands all the time (RFC 3161, section 4).
 *
 * @throws TokenRefused
 */
export async function checkRevocation(
  path: readonly Certificate[],
  lists: readonly Uint8Array[],
  at: Date,
): Promise<void> {
  for (const bytes of lists) {
    const list = readList(Uint8Array.from(bytes))
    for (const [index, certificate] of path.entries()) {
      const issuer = path[index + 1]
      if (!issuer || !areSame(list.issuer, certificate.issuer)) continue
      const entry = list.entries.find(({ serial }) => areSame(serial, certificate.serial))
      if (!entry || (keyIsSafe.has(entry.reason) && at < entry.at)) continue
      if (await isSignedBy(issuer, list)) throw new TokenRefused('timestamp-certificate-revoked')
    }
  }
}

/** Unspecified, affiliation changed, superseded, cessation of operation; none given is none of these. */
const keyIsSafe: ReadonlySet<number | undefined> = new Set([0, 3, 4, 5])

type Revocation = { readonly serial: Uint8Array; readonly at: Date; readonly reason: number | undefined }

type RevocationList = {
  readonly signed: Der
  readonly issuer: Uint8Array
  readonly algorithm: Der
  readonly signature: Uint8Array<ArrayBuffer>
  readonly entries: readonly Revocation[]
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
  const entries = revoked ? childrenOf(revoked).map(revocationOf) : []
  return { signed, issuer, algorithm, signature, entries }
}

const reasonCode = '2.5.29.21'

function revocationOf(der: Der): Revocation {
  const fields = fieldsOf(der)
  const serial = integerOf(fields.next(tags.integer))
  const at = timeOfDer(fields.any())
  const extensions = fields.optional(tags.sequence)
  fields.end()
  let reason: number | undefined
  for (const extension of extensions ? childrenOf(extensions) : []) {
    const [oid, ...rest] = childrenOf(extension)
    if (!oid || oidOf(oid) !== reasonCode) continue
    const value = readDer(expected(rest.at(-1) ?? oid, tags.octetString).content, tags.enumerated)
    reason = value.content[0]
  }
  return { serial, at, reason }
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
