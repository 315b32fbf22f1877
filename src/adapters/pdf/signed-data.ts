import { createHash } from 'node:crypto'
import { element } from '../../envelope/ber.ts'
import type { CertificateSigner } from '../../ports.ts'
import { oid, parts, firstDer } from './der.ts'

/* CMS SignedData (RFC 5652 §5) with detached content, as PAdES baseline wants it (ETSI EN 319 142-1 §6.3). */

export const oids = {
  data: oid('1.2.840.113549.1.7.1'),
  signedData: oid('1.2.840.113549.1.7.2'),
  contentType: oid('1.2.840.113549.1.9.3'),
  messageDigest: oid('1.2.840.113549.1.9.4'),
  signingCertificate: oid('1.2.840.113549.1.9.16.2.12'),
  signingCertificateV2: oid('1.2.840.113549.1.9.16.2.47'),
  signatureTimeStamp: oid('1.2.840.113549.1.9.16.2.14'),
  timeStampInfo: oid('1.2.840.113549.1.9.16.1.4'),
  sha256: oid('2.16.840.1.101.3.4.2.1'),
  ecdsaWithSha256: oid('1.2.840.10045.4.3.2'),
  sha256WithRsa: oid('1.2.840.113549.1.1.11'),
} as const

const sequence = (...inside: readonly Buffer[]) => element(0x30, ...inside)
const octets = (bytes: Buffer) => element(0x04, bytes)
const integer = (value: number) => element(0x02, Buffer.of(value))
/** DER sorts what is in a set (X.690 §11.6). */
const setOf = (tag: number, ...inside: readonly Buffer[]) => element(tag, ...inside.toSorted(Buffer.compare))
const attribute = (type: Buffer, value: Buffer) => sequence(type, setOf(0x31, value))

export const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

const digestAlgorithm = sequence(oids.sha256)
const signatureAlgorithms = {
  'ecdsa-p256-sha256': sequence(oids.ecdsaWithSha256),
  'rsa-pkcs1-sha256': sequence(oids.sha256WithRsa, element(0x05)),
} as const satisfies Record<CertificateSigner['algorithm'], Buffer>

/**
 * What the signer signs, as a SET: the content's digest and which certificate is meant (RFC 5035). The time of signing is
 * in the PDF and in the time-stamp, never here (EN 319 142-1, table 1).
 */
export function signedAttributes(contentDigest: Buffer, certificate: Buffer): Buffer {
  const signingCertificate = sequence(sequence(sequence(octets(sha256(certificate)))))
  return setOf(
    0x31,
    attribute(oids.contentType, oids.data),
    attribute(oids.messageDigest, octets(contentDigest)),
    attribute(oids.signingCertificateV2, signingCertificate),
  )
}

export type Signature = {
  readonly chain: readonly Buffer[]
  readonly algorithm: CertificateSigner['algorithm']
  readonly contentDigest: Buffer
  readonly value: Buffer
  /** An RFC 3161 token over `value`. */
  readonly token?: Buffer | undefined
}

/** The one spelling that a signature of the house has. */
export function encodeSignature({ chain, algorithm, contentDigest, value, token }: Signature): Buffer {
  const certificate = chain[0]!
  const { issuer, serial } = nameOf(certificate)
  // The same SET, tagged [0] where it stands (RFC 5652 §5.4).
  const attributes = Buffer.from(signedAttributes(contentDigest, certificate))
  attributes[0] = 0xa0
  const signerInfo = sequence(
    integer(1),
    sequence(issuer, serial),
    digestAlgorithm,
    attributes,
    signatureAlgorithms[algorithm],
    octets(value),
    ...(token ? [setOf(0xa1, attribute(oids.signatureTimeStamp, token))] : []),
  )
  const signedData = sequence(
    integer(1),
    setOf(0x31, digestAlgorithm),
    sequence(oids.data),
    setOf(0xa0, ...chain),
    setOf(0x31, signerInfo),
  )
  return sequence(oids.signedData, element(0xa0, signedData))
}

/** Issuer and serial number of an X.509 certificate, in DER (RFC 5280 §4.1). */
export function nameOf(certificate: Buffer): { issuer: Buffer; serial: Buffer } {
  const fields = parts(parts(firstDer(certificate))[0])
  const [serial, , issuer] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  return { issuer: issuer!.whole, serial: serial!.whole }
}

/** Signs a content by its digest; `stamp`, where it is there, says when. */
export async function signDetached(
  contentDigest: Buffer,
  signer: CertificateSigner,
  stamp?: (digest: Buffer) => Promise<Buffer | undefined>,
): Promise<Buffer> {
  const { algorithm } = signer
  const chain = embedded(signer.chain)
  const value = await signer.sign(signedAttributes(contentDigest, chain[0]!))
  const token = await stamp?.(sha256(value))
  return encodeSignature({ chain, algorithm, contentDigest, value, token })
}

/** Whoever verifies has the root, or has no reason to believe it. */
function embedded(chain: readonly Buffer[]): readonly Buffer[] {
  const [signer, ...above] = chain
  return [signer!, ...above.filter((certificate) => !isSelfIssued(certificate))]
}

function isSelfIssued(certificate: Buffer): boolean {
  const fields = parts(parts(firstDer(certificate))[0])
  const [, , issuer, , subject] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  return issuer!.whole.equals(subject!.whole)
}
