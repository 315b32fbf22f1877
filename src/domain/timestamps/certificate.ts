import {
  around,
  booleanOf,
  type Bytes,
  childrenOf,
  type Der,
  expected,
  fieldsOf,
  inPlaceOf,
  integerOf,
  NotDer,
  numberOf,
  oidOf,
  readDer,
  tags,
  timeOfDer,
  wholeBitsOf,
} from './der.ts'
import { isSameAlgorithm } from './signature.ts'

/** What of an X.509 certificate (RFC 5280) matters here. */
export type Certificate = {
  readonly all: Bytes
  /** What its issuer signed. */
  readonly signed: Bytes
  readonly serial: Bytes
  readonly issuer: Bytes
  readonly subject: Bytes
  /** The common name of the subject, else ''. */
  readonly name: string
  readonly from: Date
  readonly until: Date
  readonly spki: Der
  readonly algorithm: Der
  readonly signature: Bytes
  readonly extensions: Extensions
}

type Extensions = {
  /** Undefined where the extension is missing. */
  readonly authority?: { readonly isAuthority: boolean; readonly below?: number }
  /** Key usage bits by number. */
  readonly usages?: ReadonlySet<number>
  readonly purposes?: { readonly oids: readonly string[]; readonly isCritical: boolean }
  readonly keyId?: Bytes
  /** Critical ones that nobody here understands. */
  readonly unknown: readonly string[]
}

export const keyUsage = {
  digitalSignature: 0,
  nonRepudiation: 1,
  certificateSigning: 5,
  crlSigning: 6,
} as const

/** @throws NotDer */
export function readCertificate(bytes: Bytes): Certificate {
  const outer = fieldsOf(readDer(bytes))
  const body = outer.next(tags.sequence)
  const algorithm = outer.next(tags.sequence)
  const signature = wholeBitsOf(outer.next(tags.bitString))
  outer.end()
  const fields = fieldsOf(body)
  const version = fields.optional(around(0))
  const serial = integerOf(fields.next(tags.integer))
  if (!isSameAlgorithm(fields.next(tags.sequence), algorithm)) throw new NotDer()
  const issuer = fields.next(tags.sequence)
  const validity = fieldsOf(fields.next(tags.sequence))
  const [from, until] = [timeOfDer(validity.any()), timeOfDer(validity.any())]
  validity.end()
  const subject = fields.next(tags.sequence)
  const spki = fields.next(tags.sequence)
  fields.optional(inPlaceOf(1))
  fields.optional(inPlaceOf(2))
  const extensions = fields.optional(around(3))
  fields.end()
  if (version && numberOf(readDer(version.content)) > 2) throw new NotDer()
  return {
    ...{ all: bytes, signed: body.all, serial, issuer: issuer.all, subject: subject.all },
    ...{ name: commonNameOf(subject), from, until, spki, algorithm, signature },
    extensions: readExtensions(extensions),
  }
}

const oids = {
  commonName: '2.5.4.3',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  policies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const

function commonNameOf(name: Der): string {
  for (const set of childrenOf(name)) {
    for (const attribute of childrenOf(expected(set, tags.set))) {
      const fields = fieldsOf(attribute)
      if (oidOf(fields.next(tags.oid)) === oids.commonName)
        return new TextDecoder().decode(fields.any().content)
    }
  }
  return ''
}

function readExtensions(wrapped: Der | undefined): Extensions {
  const read: { -readonly [Key in keyof Extensions]: Extensions[Key] } = { unknown: [] }
  if (!wrapped) return read
  const unknown: string[] = []
  for (const extension of childrenOf(readDer(wrapped.content, tags.sequence))) {
    const fields = fieldsOf(extension)
    const oid = oidOf(fields.next(tags.oid))
    const critical = fields.optional(tags.boolean)
    const isCritical = critical !== undefined && booleanOf(critical)
    const value = fields.next(tags.octetString).content
    fields.end()
    if (oid === oids.basicConstraints) read.authority = authorityOf(readDer(value))
    else if (oid === oids.keyUsage) read.usages = usagesOf(readDer(value, tags.bitString))
    else if (oid === oids.extendedKeyUsage)
      read.purposes = { oids: childrenOf(readDer(value, tags.sequence)).map(oidOf), isCritical }
    else if (oid === oids.subjectKeyId) read.keyId = readDer(value, tags.octetString).content
    else if (isCritical && oid !== oids.policies) unknown.push(oid)
  }
  return { ...read, unknown }
}

function authorityOf(der: Der): NonNullable<Extensions['authority']> {
  const fields = fieldsOf(der)
  const authority = fields.optional(tags.boolean)
  const below = fields.optional(tags.integer)
  fields.end()
  return {
    isAuthority: authority !== undefined && booleanOf(authority),
    ...(below ? { below: numberOf(below) } : {}),
  }
}

function usagesOf({ content: [unused = 0, ...bytes] }: Der): ReadonlySet<number> {
  const bits = new Set<number>()
  for (let bit = 0; bit < bytes.length * 8 - unused; bit++) {
    if (bytes[bit >> 3]! & (0x80 >> (bit & 7))) bits.add(bit)
  }
  return bits
}
