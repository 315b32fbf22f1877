import { type Certificate, readCertificate } from '../timestamps/certificate.ts'
import {
  areSame,
  around,
  type Bytes,
  childrenOf,
  type Der,
  encode,
  encodeOid,
  expected,
  fieldsOf,
  integerOf,
  NotDer,
  oidOf,
  readDer,
  soleChild,
  tags,
} from '../timestamps/der.ts'

/*
 * CMS SignedData (RFC 5652 §5) with detached content, as PAdES baseline wants it (ETSI EN 319 142-1 §6.3): one signer, content
 * type, message digest, signing-certificate-v2 (RFC 5035); a signature time-stamp beside it (RFC 3161) or none.
 */

export type SignatureAlgorithm = 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256'

const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  signatureTimeStamp: '1.2.840.113549.1.9.16.2.14',
  sha256: '2.16.840.1.101.3.4.2.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256WithRsa: '1.2.840.113549.1.1.11',
} as const

const sequence = (...inside: readonly Uint8Array[]): Bytes => encode(tags.sequence, ...inside)
const octets = (bytes: Uint8Array): Bytes => encode(tags.octetString, bytes)
const one = encode(tags.integer, Uint8Array.of(1))
const named = (oid: keyof typeof oids): Bytes => encodeOid(oids[oid])

/** DER sorts what is in a set (X.690 §11.6). */
const setOf = (tag: number, ...inside: readonly Uint8Array[]): Bytes =>
  encode(tag, ...inside.toSorted(inOrder))

function inOrder(left: Uint8Array, right: Uint8Array): number {
  const at = left.findIndex((byte, index) => byte !== right[index])
  return at === -1 ? left.length - right.length : left[at]! - (right[at] ?? -1)
}

const attribute = (type: keyof typeof oids, value: Uint8Array): Bytes =>
  sequence(named(type), setOf(tags.set, value))

export const signatureAlgorithms: Readonly<Record<SignatureAlgorithm, Bytes>> = {
  'ecdsa-p256-sha256': sequence(named('ecdsaWithSha256')),
  'rsa-pkcs1-sha256': sequence(named('sha256WithRsa'), encode(tags.null)),
}

/**
 * What the signer signs, as a SET, out of SHA-256 digests of the content and of the signer's certificate. The time of signing
 * is in the PDF and in the time-stamp, never here (EN 319 142-1, table 1).
 */
export const signedAttributes = (contentDigest: Uint8Array, certificateDigest: Uint8Array): Bytes =>
  setOf(
    tags.set,
    attribute('contentType', named('data')),
    attribute('messageDigest', octets(contentDigest)),
    attribute('signingCertificateV2', sequence(sequence(sequence(octets(certificateDigest))))),
  )

export type Signature = {
  /** X.509 in DER, the signer's first. */
  readonly chain: readonly Uint8Array[]
  readonly algorithm: SignatureAlgorithm
  readonly contentDigest: Uint8Array
  readonly certificateDigest: Uint8Array
  readonly value: Uint8Array
  /** An RFC 3161 token over the SHA-256 of `value`. */
  readonly token?: Uint8Array | undefined
}

/** The one spelling that a signature of the house has. */
export function encodeSignature(signature: Signature): Bytes {
  const { chain, algorithm, contentDigest, certificateDigest, value, token } = signature
  const { issuer, serial } = readCertificate(Uint8Array.from(chain[0]!))
  const digestAlgorithm = sequence(named('sha256'))
  // The same SET, tagged [0] where it stands (RFC 5652 §5.4).
  const attributes = signedAttributes(contentDigest, certificateDigest)
  attributes[0] = around(0)
  const signerInfo = sequence(
    one,
    sequence(issuer, encode(tags.integer, serial)),
    digestAlgorithm,
    attributes,
    signatureAlgorithms[algorithm],
    octets(value),
    ...(token ? [setOf(around(1), attribute('signatureTimeStamp', token))] : []),
  )
  const signedData = sequence(
    one,
    setOf(tags.set, digestAlgorithm),
    sequence(named('data')),
    setOf(around(0), ...chain),
    setOf(tags.set, signerInfo),
  )
  return sequence(named('signedData'), encode(around(0), signedData))
}

export type ReadSignature = Signature & {
  readonly signer: Certificate
  readonly others: readonly Certificate[]
  readonly token: Bytes | undefined
}

/**
 * Takes a signature of the house apart. What could be spelt otherwise is refused: nothing in it can be changed without
 * changing one of its parts. @throws NotDer
 */
export function readSignature(bytes: Bytes): ReadSignature {
  const info = fieldsOf(readDer(bytes))
  expectOid(info.next(tags.oid), 'signedData')
  const data = fieldsOf(soleChild(info.next(around(0))))
  for (const tag of [tags.integer, tags.set, tags.sequence]) data.next(tag)
  const certificates = childrenOf(data.next(around(0))).map(({ all }) => readCertificate(all))
  const signerInfo = fieldsOf(soleChild(data.next(tags.set)))
  signerInfo.next(tags.integer)
  const id = fieldsOf(signerInfo.next(tags.sequence))
  const [issuer, serial] = [id.next(tags.sequence).all, integerOf(id.next(tags.integer))]
  signerInfo.next(tags.sequence)
  const attributes = attributesOf(signerInfo.next(around(0)))
  const algorithm = algorithmOf(signerInfo.next(tags.sequence))
  const value = signerInfo.next(tags.octetString).content
  const unsigned = signerInfo.optional(around(1))
  const token = unsigned && attributesOf(unsigned).get(oids.signatureTimeStamp)?.all
  const signer = certificates.find((it) => areSame(it.issuer, issuer) && areSame(it.serial, serial))
  if (!signer) throw new NotDer()
  const others = certificates.filter((certificate) => certificate !== signer)
  const read = {
    ...{ algorithm, value, token, signer, others },
    chain: [signer, ...others].map(({ all }) => all),
    contentDigest: expected(attributeOf(attributes, 'messageDigest'), tags.octetString).content,
    certificateDigest: certificateDigestOf(attributeOf(attributes, 'signingCertificateV2')),
  }
  if (!areSame(encodeSignature(read), bytes)) throw new NotDer()
  return read
}

function expectOid(der: Der, oid: keyof typeof oids): void {
  if (oidOf(der) !== oids[oid]) throw new NotDer()
}

function attributesOf(der: Der): Map<string, Der> {
  const all = childrenOf(der).map((one): [string, Der] => {
    const fields = fieldsOf(one)
    return [oidOf(fields.next(tags.oid)), soleChild(fields.next(tags.set))]
  })
  return new Map(all)
}

function attributeOf(attributes: ReadonlyMap<string, Der>, name: keyof typeof oids): Der {
  const found = attributes.get(oids[name])
  if (!found) throw new NotDer()
  return found
}

const certificateDigestOf = (der: Der): Bytes =>
  expected(soleChild(soleChild(soleChild(der))), tags.octetString).content

function algorithmOf({ all }: Der): SignatureAlgorithm {
  const names = Object.keys(signatureAlgorithms) as SignatureAlgorithm[]
  const found = names.find((name) => areSame(signatureAlgorithms[name], all))
  if (!found) throw new NotDer()
  return found
}
