import type { AlgorithmName } from '../algorithms.ts'
import { type Certificate, keyUsage } from './certificate.ts'
import { areSame, NotDer } from './der.ts'
import { AlgorithmRefused, checkSignature } from './signature.ts'
import { TokenRefused } from './token-fault.ts'

export type Path = {
  /** The signer first, the anchor last. */
  readonly certificates: readonly Certificate[]
  readonly algorithms: readonly AlgorithmName[]
}

const longest = 8
/** Whoever sends a token may put into it certificates that all could have issued each other. */
const mostTried = 100
const anyPurpose = '2.5.29.37.0'
const timeStamping = '1.3.6.1.5.5.7.3.8'

/**
 * A way from the signer up to an anchor, each certificate signed by the next, all of them fit and valid at the moment
 * (RFC 5280, section 6, without policies and name constraints: a critical extension that is not understood is refused).
 *
 * @throws TokenRefused of the way that came nearest to an anchor; AlgorithmRefused where no other way is left
 */
export async function findPath(
  signer: Certificate,
  others: readonly Certificate[],
  anchors: readonly Certificate[],
  at: Date,
): Promise<Path> {
  let nearest: TokenRefused | undefined
  let refused: AlgorithmRefused | undefined
  let tried = 0
  const algorithmsOf = async (last: Certificate, issuer: Certificate) => {
    tried++
    try {
      return await algorithmsOfLink(last, issuer)
    } catch (error) {
      if (!(error instanceof AlgorithmRefused)) throw error
      refused ??= error
      return undefined
    }
  }
  const walk = async (
    path: readonly Certificate[],
    algorithms: readonly AlgorithmName[],
  ): Promise<Path | undefined> => {
    const last = path.at(-1)!
    if (anchors.some((anchor) => areSame(anchor.all, last.all))) {
      try {
        checkPath(path, at)
        return { certificates: path, algorithms }
      } catch (error) {
        if (!(error instanceof TokenRefused)) throw error
        nearest ??= error
        return undefined
      }
    }
    if (path.length === longest) return undefined
    for (const issuer of [...anchors, ...others]) {
      if (!areSame(issuer.subject, last.issuer) || path.some((one) => areSame(one.all, issuer.all))) continue
      if (tried === mostTried) return undefined
      const link = await algorithmsOf(last, issuer)
      if (!link) continue
      const found = await walk([...path, issuer], [...algorithms, ...link])
      if (found) return found
    }
    return undefined
  }
  const found = await walk([signer], [])
  if (!found) throw nearest ?? refused ?? new TokenRefused('timestamp-authority-unknown')
  return found
}

/**
 * What the signature of a certificate rests on; undefined where this issuer did not make it. An authority may have had keys
 * of several kinds under one name: that one of them is of another kind than the signature says nothing of the others.
 *
 * @throws AlgorithmRefused
 */
export async function algorithmsOfLink(
  { algorithm, signature, signed: message }: Certificate,
  { spki }: Certificate,
): Promise<readonly AlgorithmName[] | undefined> {
  try {
    const { isRight, algorithms } = await checkSignature({ spki, algorithm, signature, message })
    return isRight ? algorithms : undefined
  } catch (error) {
    if (error instanceof NotDer) return undefined
    throw error
  }
}

function checkPath(path: readonly Certificate[], at: Date): void {
  path.forEach((certificate, index) => {
    if (at < certificate.from || at > certificate.until)
      throw new TokenRefused('timestamp-certificate-expired')
    const isAnchor = index === path.length - 1
    if (index > 0 && !mayIssue(certificate, index - 1, isAnchor))
      throw new TokenRefused('timestamp-certificate-unfit')
  })
}

/** `below`: certificates of authorities between this one and the signer. */
function mayIssue({ extensions }: Certificate, below: number, isAnchor: boolean): boolean {
  const { authority, usages, purposes, unknown } = extensions
  // An anchor is trusted because somebody named it; old ones say nothing of themselves.
  if (!authority) return isAnchor
  if (!authority.isAuthority || below > (authority.below ?? longest) || unknown.length > 0) return false
  if (usages && !usages.has(keyUsage.certificateSigning)) return false
  return !purposes || purposes.oids.includes(timeStamping) || purposes.oids.includes(anyPurpose)
}

/** RFC 3161, section 2.3: for time stamping and nothing else, and the extension that says so is critical. */
export function isForTimeStamping({ extensions }: Certificate): boolean {
  const { purposes, usages, unknown, authority } = extensions
  if (!purposes?.isCritical || purposes.oids.length !== 1 || purposes.oids[0] !== timeStamping) return false
  if (usages && !usages.has(keyUsage.digitalSignature) && !usages.has(keyUsage.nonRepudiation)) return false
  return unknown.length === 0 && authority?.isAuthority !== true
}
