import { type Certificate, keyUsage, readCertificate } from '../timestamps/certificate.ts'
import { areSame, type Bytes, hexOf, NotDer, readDer } from '../timestamps/der.ts'
import { algorithmsOfLink, findPath } from '../timestamps/path.ts'
import { checkRevocation } from '../timestamps/revocation.ts'
import { AlgorithmRefused, checkSignature, digestOf } from '../timestamps/signature.ts'
import { readToken } from '../timestamps/token.ts'
import { type TokenFault, TokenRefused } from '../timestamps/token-fault.ts'
import { type TokenFacts, verifyToken } from '../timestamps/verify-token.ts'
import { type Revision, type RevisionFault, RevisionRefused, revisionsOf } from './revisions.ts'
import { readSignature, signatureAlgorithms, signedAttributes } from './signed-data.ts'

export type CertificateFault =
  | RevisionFault
  | TokenFault
  | 'digest-differs'
  | 'signature-wrong'
  | 'signer-unknown'
  | 'signer-expired'
  | 'signer-unfit'
  | 'signer-revoked'
  | 'time-contradicted'

export type CertificateFacts = {
  /** Common name of the signer, and its certificate's serial number in hexadecimal. */
  readonly signer: string
  readonly serial: string
  /** When the signer says that it signed. */
  readonly signedAt: Date | undefined
  /** The earliest moment that an authority vouches for; undefined: none has, yet. */
  readonly provenAt: Date | undefined
  /** Of the signature, then of the whole. */
  readonly timestamps: readonly TokenFacts[]
}

export type CertificateVerdict =
  | { readonly isGood: true; readonly facts: CertificateFacts }
  /** `signature` counts from 1 in the order in which they were made. */
  | { readonly isGood: false; readonly fault: CertificateFault; readonly signature: number }

export type CertificateTrust = {
  /** X.509 in DER: whom one believes about signers, and about time. */
  readonly anchors: readonly Uint8Array[]
  readonly timestampAnchors: readonly Uint8Array[]
  /** Certificate revocation lists in DER. */
  readonly revocations?: readonly Uint8Array[]
}

/**
 * Judges a certificate of the house (PAdES, ETSI EN 319 142-1), byte for byte: all of the file is covered, nothing was added
 * after the signature but time-stamps, digest, signature, signing certificate, its path and its validity when it signed.
 * No input or output, no Node: it runs in a browser, on Web Crypto.
 *
 * @param at the moment of judging: counts where no authority says when it was signed
 */
export async function verifyCertificate(
  pdf: Uint8Array,
  trust: CertificateTrust,
  at: Date,
): Promise<CertificateVerdict> {
  let signature = 1
  try {
    const [first, ...later] = revisionsOf(Uint8Array.from(pdf))
    const signed = await judgeSignature(first!, trust, at)
    const timestamps = signed.timestamp ? [signed.timestamp] : []
    for (const revision of later) {
      signature++
      timestamps.push(await judgeToken(revision.contents, await digestOfRevision(revision), trust, at))
    }
    signature = 1
    const provenAt = timestamps.toSorted((a, b) => a.at.getTime() - b.at.getTime())[0]?.at
    await judgeSigner(signed, trust, provenAt ?? at)
    const { signer, serial } = signed.read
    const claimed = first!.signedAt
    if (claimed && provenAt && claimed.getTime() - provenAt.getTime() > toleranceMs)
      return { isGood: false, fault: 'time-contradicted', signature }
    const facts = { signer: signer.name, serial: hexOf(serial), signedAt: claimed, provenAt, timestamps }
    return { isGood: true, facts }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return { isGood: false, fault, signature: error instanceof RevisionRefused ? error.signature : signature }
  }
}

/** Clocks of a house and of an authority are never quite the same. */
const toleranceMs = 300_000

class Refused extends Error {
  readonly fault: CertificateFault

  constructor(fault: CertificateFault) {
    super(fault)
    this.fault = fault
  }
}

function faultOf(error: unknown): CertificateFault | undefined {
  if (error instanceof Refused || error instanceof RevisionRefused || error instanceof TokenRefused)
    return error.fault
  if (error instanceof NotDer || error instanceof AlgorithmRefused) return 'contents-malformed'
  return undefined
}

const digestOfRevision = ({ before, after }: Revision): Promise<Bytes> => {
  const covered = new Uint8Array(before.length + after.length)
  covered.set(before)
  covered.set(after, before.length)
  return digestOf('sha256', covered)
}

type Judged = {
  readonly read: {
    readonly signer: Certificate
    readonly serial: Bytes
    readonly others: readonly Certificate[]
  }
  readonly timestamp: TokenFacts | undefined
}

async function judgeSignature(revision: Revision, trust: CertificateTrust, at: Date): Promise<Judged> {
  const read = readSignature(revision.contents)
  if (!areSame(read.contentDigest, await digestOfRevision(revision))) throw new Refused('digest-differs')
  if (!areSame(read.certificateDigest, await digestOf('sha256', read.signer.all)))
    throw new Refused('signature-wrong')
  const { isRight } = await checkSignature({
    spki: read.signer.spki,
    algorithm: readDer(signatureAlgorithms[read.algorithm]),
    signature: Uint8Array.from(read.value),
    message: signedAttributes(read.contentDigest, read.certificateDigest),
    digest: 'sha256',
  })
  if (!isRight) throw new Refused('signature-wrong')
  const value = await digestOf('sha256', Uint8Array.from(read.value))
  const timestamp = read.token && (await judgeToken(read.token, value, trust, at))
  return { read: { signer: read.signer, serial: read.signer.serial, others: read.others }, timestamp }
}

async function judgeToken(
  token: Bytes,
  digest: Bytes,
  { timestampAnchors, revocations = [] }: CertificateTrust,
  at: Date,
): Promise<TokenFacts> {
  const verdict = await verifyToken(token, digest, timestampAnchors, { at, revocations })
  if (!verdict.isGood) throw new Refused(verdict.fault)
  const { path } = verdict.facts
  const { certificates } = readToken(token)
  const known = timestampAnchors.map((anchor) => readCertificate(Uint8Array.from(anchor)))
  // What leads nowhere proves nothing, but must still be what its issuer made: nobody changes a byte of it unseen.
  for (const one of certificates) {
    if (path.some((der) => areSame(der, one.all))) continue
    if (!(await isIssuedAmong(one, [...certificates, ...known]))) throw new Refused('contents-malformed')
  }
  return verdict.facts
}

async function isIssuedAmong(one: Certificate, all: readonly Certificate[]): Promise<boolean> {
  for (const issuer of all) {
    if (areSame(issuer.subject, one.issuer) && (await algorithmsOfLink(one, issuer))) return true
  }
  return false
}

/** Of a path's faults, what they are called of a signer. */
const ofSigner: Partial<Record<TokenFault, CertificateFault>> = {
  'timestamp-authority-unknown': 'signer-unknown',
  'timestamp-certificate-expired': 'signer-expired',
  'timestamp-certificate-unfit': 'signer-unfit',
  'timestamp-certificate-revoked': 'signer-revoked',
}

async function judgeSigner(
  { read: { signer, others } }: Judged,
  { anchors, revocations = [] }: CertificateTrust,
  at: Date,
): Promise<void> {
  const known = anchors.map((anchor) => readCertificate(Uint8Array.from(anchor)))
  try {
    const { certificates } = await findPath(signer, others, known, at)
    await checkRevocation(certificates, revocations, at)
    // What is in the signature and vouches for nothing could be anything.
    if (others.some(({ all }) => !certificates.some((one) => areSame(one.all, all))))
      throw new Refused('contents-malformed')
  } catch (error) {
    if (!(error instanceof TokenRefused)) throw error
    throw new Refused(ofSigner[error.fault] ?? error.fault)
  }
  const { usages, authority, unknown } = signer.extensions
  const maySign = !usages || usages.has(keyUsage.nonRepudiation) || usages.has(keyUsage.digitalSignature)
  if (!maySign || authority?.isAuthority === true || unknown.length > 0) throw new Refused('signer-unfit')
}
