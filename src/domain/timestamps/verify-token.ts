import type { AlgorithmName } from '../algorithms.ts'
import { type Certificate, readCertificate } from './certificate.ts'
import { areSame, hexOf, NotDer } from './der.ts'
import { findPath, isForTimeStamping, type Path } from './path.ts'
import { checkRevocation } from './revocation.ts'
import { AlgorithmRefused, checkSignature, type DigestName, digestOf } from './signature.ts'
import { readToken, signerOfToken, type Statement, type Token } from './token.ts'
import { type TokenFault, TokenRefused } from './token-fault.ts'

/** What a token proves: these bytes were there at that time, as this authority says. */
export type TokenFacts = {
  readonly at: Date
  readonly accuracyMs: number
  readonly policy: string
  /** Hexadecimal. */
  readonly serial: string
  readonly digestName: DigestName
  /** Common name of the certificate that signed. */
  readonly authority: string
  /** When the first certificate of its path ends: from then on the token needs a younger one over it. */
  readonly certificateUntil: Date
  /** All that its proof rests on, each once. */
  readonly algorithms: readonly AlgorithmName[]
  /** X.509 certificates in DER, the signer's first, the anchor last. */
  readonly path: readonly Uint8Array[]
}

export type TokenVerdict =
  | { readonly isGood: true; readonly facts: TokenFacts }
  | { readonly isGood: false; readonly fault: TokenFault }

export type TokenDemands = {
  /** The moment at which the token must still hold; its time may not be later. */
  readonly at: Date
  /** Demanded of a fresh token: the nonce of its request, and how far from `at` its time may be. */
  readonly nonce?: Uint8Array
  readonly toleranceMs?: number
  /** Policies (dotted object identifiers) of which one must be the token's; without it any will do. */
  readonly policies?: readonly string[]
  /** Certificate revocation lists in DER. */
  readonly revocations?: readonly Uint8Array[]
}

/**
 * Judges an RFC 3161 token (DER ContentInfo) over a digest, up to trust anchors (X.509 in DER): form, imprint, policy,
 * time, signature, ESS signing certificate, purpose of the certificate, path, validity at the token's time and at the
 * moment it is judged for. No input or output, no Node: it runs in a browser, on Web Crypto.
 */
export async function verifyToken(
  token: Uint8Array,
  digest: Uint8Array,
  anchors: readonly Uint8Array[],
  demands: TokenDemands,
): Promise<TokenVerdict> {
  try {
    return { isGood: true, facts: await judge(token, digest, anchors, demands) }
  } catch (error) {
    if (error instanceof TokenRefused) return { isGood: false, fault: error.fault }
    if (error instanceof NotDer) return { isGood: false, fault: 'timestamp-malformed' }
    if (error instanceof AlgorithmRefused) return { isGood: false, fault: 'timestamp-algorithm-refused' }
    throw error
  }
}

async function judge(
  bytes: Uint8Array,
  digest: Uint8Array,
  anchors: readonly Uint8Array[],
  demands: TokenDemands,
): Promise<TokenFacts> {
  const token = readToken(Uint8Array.from(bytes))
  const { statement } = token
  if (!areSame(statement.digest, digest)) throw new TokenRefused('timestamp-of-other-data')
  const signer = await checkSigner(token)
  const path = await findPath(signer.certificate, token.certificates, anchors.map(readAnchor), statement.at)
  if (!isForTimeStamping(signer.certificate)) throw new TokenRefused('timestamp-certificate-unfit')
  await checkRevocation(path.certificates, demands.revocations ?? [], statement.at)
  const certificateUntil = new Date(Math.min(...path.certificates.map(({ until }) => until.getTime())))
  checkDemands(statement, certificateUntil, demands)
  return {
    ...{ at: statement.at, accuracyMs: statement.accuracyMs, policy: statement.policy },
    ...{ serial: hexOf(statement.serial), digestName: statement.digestName },
    ...{ authority: signer.certificate.name, certificateUntil },
    algorithms: algorithmsOf(statement, signer.algorithms, path),
    path: path.certificates.map(({ all }) => all),
  }
}

const readAnchor = (anchor: Uint8Array): Certificate => readCertificate(Uint8Array.from(anchor))

/** Did the holder of the certificate in the token sign this content, and no other certificate's holder? */
async function checkSigner(
  token: Token,
): Promise<{ certificate: Certificate; algorithms: readonly AlgorithmName[] }> {
  const { signer, content } = token
  const certificate = signerOfToken(token)
  if (!certificate) throw new TokenRefused('timestamp-malformed')
  const { name, digest } = signer.certificateDigest
  const isNamed = areSame(await digestOf(name, certificate.all), digest)
  const isContent = areSame(await digestOf(signer.digestName, content), signer.messageDigest)
  const { isRight, algorithms } = await checkSignature({
    spki: certificate.spki,
    algorithm: signer.algorithm,
    signature: signer.signature,
    message: signer.attributes,
    digest: signer.digestName,
  })
  if (!isNamed || !isContent || !isRight) throw new TokenRefused('timestamp-signature-wrong')
  return { certificate, algorithms: [signer.digestName, ...algorithms] }
}

function checkDemands(statement: Statement, certificateUntil: Date, demands: TokenDemands): void {
  const { at, nonce, toleranceMs, policies } = demands
  if (nonce && !(statement.nonce && areSame(statement.nonce, nonce)))
    throw new TokenRefused('timestamp-nonce-differs')
  if (policies && !policies.includes(statement.policy)) throw new TokenRefused('timestamp-policy-wrong')
  const ahead = statement.at.getTime() - at.getTime() - statement.accuracyMs
  const behind = at.getTime() - statement.at.getTime() - statement.accuracyMs
  if (ahead > (toleranceMs ?? leewayMs) || (toleranceMs !== undefined && behind > toleranceMs))
    throw new TokenRefused('timestamp-time-wrong')
  if (at > certificateUntil) throw new TokenRefused('timestamp-lapsed')
}

/** Clocks are never quite the same. */
const leewayMs = 300_000

/** The strength that a path rests on is that of each of its signatures. */
function algorithmsOf(
  { digestName }: Statement,
  signing: readonly AlgorithmName[],
  path: Path,
): AlgorithmName[] {
  return [...new Set([digestName, ...signing, ...path.algorithms])].toSorted()
}
