import { type Certificate, readCertificate } from './certificate.ts'
import {
  areSame,
  around,
  booleanOf,
  type Bytes,
  childrenOf,
  type Der,
  encode,
  expected,
  fieldsOf,
  inPlaceOf,
  integerOf,
  NotDer,
  numberOf,
  oidOf,
  readDer,
  soleChild,
  tags,
  timeOfDer,
} from './der.ts'
import { type DigestName, digestAlgorithmOf } from './signature.ts'

/** TSTInfo (RFC 3161, section 2.4.2): what the authority says. */
export type Statement = {
  readonly policy: string
  readonly digestName: DigestName
  readonly digest: Bytes
  readonly serial: Bytes
  readonly at: Date
  /** How far from the real time it may be. */
  readonly accuracyMs: number
  readonly nonce?: Bytes
}

/** A token in its parts (RFC 3161 in CMS, RFC 5652); nothing is checked yet but its form. */
export type Token = {
  /** What is hashed into `messageDigest`. */
  readonly content: Bytes
  readonly statement: Statement
  readonly certificates: readonly Certificate[]
  readonly signer: {
    /** Issuer and serial number, or a subject key identifier. */
    readonly id: { readonly issuer: Bytes; readonly serial: Bytes } | { readonly keyId: Bytes }
    readonly digestName: DigestName
    /** As they were signed: a SET. */
    readonly attributes: Bytes
    readonly messageDigest: Bytes
    /** Digest of the signer's certificate (RFC 5035). */
    readonly certificateDigest: { readonly name: DigestName | 'sha1'; readonly digest: Bytes }
    readonly algorithm: Der
    readonly signature: Bytes
  }
}

const oids = {
  signedData: '1.2.840.113549.1.7.2',
  statement: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const

/** @throws NotDer, AlgorithmRefused */
export function readToken(bytes: Bytes): Token {
  const info = fieldsOf(readDer(bytes))
  if (oidOf(info.next(tags.oid)) !== oids.signedData) throw new NotDer()
  const signedData = soleChild(info.next(around(0)))
  info.end()
  const fields = fieldsOf(signedData)
  if (numberOf(fields.next(tags.integer)) !== 3) throw new NotDer()
  const named = digestAlgorithmOf(soleChild(fields.next(tags.set)))
  const content = contentOf(fields.next(tags.sequence))
  const certificates = fields.optional(around(0))
  fields.optional(around(1))
  const signer = signerOf(soleChild(fields.next(tags.set)))
  fields.end()
  if (named !== signer.digestName) throw new NotDer()
  return {
    content,
    statement: statementOf(readDer(content)),
    certificates: certificates ? childrenOf(certificates).map(({ all }) => readCertificate(all)) : [],
    signer,
  }
}

function contentOf(der: Der): Bytes {
  const fields = fieldsOf(der)
  if (oidOf(fields.next(tags.oid)) !== oids.statement) throw new NotDer()
  const { content } = expected(soleChild(fields.next(around(0))), tags.octetString)
  fields.end()
  return content
}

function statementOf(der: Der): Statement {
  const fields = fieldsOf(der)
  if (numberOf(fields.next(tags.integer)) !== 1) throw new NotDer()
  const policy = oidOf(fields.next(tags.oid))
  const imprint = fieldsOf(fields.next(tags.sequence))
  const digestName = digestAlgorithmOf(imprint.next(tags.sequence))
  const digest = imprint.next(tags.octetString).content
  imprint.end()
  const serial = integerOf(fields.next(tags.integer))
  const at = timeOfDer(fields.next(tags.generalizedTime))
  const accuracy = fields.optional(tags.sequence)
  const ordering = fields.optional(tags.boolean)
  const nonce = fields.optional(tags.integer)
  fields.optional(around(0))
  fields.optional(around(1))
  fields.end()
  if (ordering) booleanOf(ordering)
  return {
    ...{ policy, digestName, digest, serial, at },
    accuracyMs: accuracy ? accuracyOf(accuracy) : 0,
    ...(nonce ? { nonce: integerOf(nonce) } : {}),
  }
}

function accuracyOf(der: Der): number {
  const fields = fieldsOf(der)
  const seconds = fields.optional(tags.integer)
  const [millis, micros] = [fields.optional(inPlaceOf(0)), fields.optional(inPlaceOf(1))]
  fields.end()
  const implicit = (part: Der | undefined): number => (part ? numberOf({ ...part, tag: tags.integer }) : 0)
  return (seconds ? numberOf(seconds) : 0) * 1000 + implicit(millis) + implicit(micros) / 1000
}

function signerOf(der: Der): Token['signer'] {
  const fields = fieldsOf(der)
  const version = numberOf(fields.next(tags.integer))
  const keyId = fields.optional(inPlaceOf(0))
  const id = keyId ? { keyId: keyId.content } : issuerAndSerial(fields.next(tags.sequence))
  if (version !== (keyId ? 3 : 1)) throw new NotDer()
  const digestName = digestAlgorithmOf(fields.next(tags.sequence))
  const attributes = fields.next(around(0))
  const algorithm = fields.next(tags.sequence)
  const signature = fields.next(tags.octetString).content
  fields.optional(around(1))
  fields.end()
  return {
    ...{ id, digestName, algorithm, signature },
    // Signed as a SET, sent as [0] in its place (RFC 5652, section 5.4).
    attributes: encode(tags.set, attributes.content),
    ...signedAttributes(attributes),
  }
}

function issuerAndSerial(der: Der): { issuer: Bytes; serial: Bytes } {
  const fields = fieldsOf(der)
  const [issuer, serial] = [fields.next(tags.sequence).all, integerOf(fields.next(tags.integer))]
  fields.end()
  return { issuer, serial }
}

function signedAttributes(der: Der): Pick<Token['signer'], 'messageDigest' | 'certificateDigest'> {
  const values = new Map<string, Der>()
  for (const attribute of childrenOf(der)) {
    const fields = fieldsOf(attribute)
    const oid = oidOf(fields.next(tags.oid))
    const set = fields.next(tags.set)
    fields.end()
    if (values.has(oid)) throw new NotDer()
    values.set(oid, soleChild(set))
  }
  const [type, digest] = [values.get(oids.contentType), values.get(oids.messageDigest)]
  if (!type || !digest || oidOf(type) !== oids.statement) throw new NotDer()
  return {
    messageDigest: expected(digest, tags.octetString).content,
    certificateDigest: certificateDigestOf(
      values.get(oids.signingCertificateV2),
      values.get(oids.signingCertificate),
    ),
  }
}

/** The first certificate that the attribute names is the signer's (RFC 5035, section 5.4). */
function certificateDigestOf(v2: Der | undefined, v1: Der | undefined): Token['signer']['certificateDigest'] {
  const attribute = v2 ?? v1
  if (!attribute) throw new NotDer()
  const first = childrenOf(fieldsOf(attribute).next(tags.sequence))[0]
  if (!first) throw new NotDer()
  const fields = fieldsOf(first)
  const algorithm = v2 && fields.optional(tags.sequence)
  const digest = fields.next(tags.octetString).content
  return { name: v2 ? (algorithm ? digestAlgorithmOf(algorithm) : 'sha256') : 'sha1', digest }
}

/** The certificate that the signer's id names. */
export const signerOfToken = ({ certificates, signer: { id } }: Token): Certificate | undefined =>
  certificates.find((one) =>
    'keyId' in id
      ? one.extensions.keyId !== undefined && areSame(one.extensions.keyId, id.keyId)
      : areSame(one.issuer, id.issuer) && areSame(one.serial, id.serial),
  )
