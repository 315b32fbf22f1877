import {
  areSame,
  type Bytes,
  type Der,
  childrenOf,
  fieldsOf,
  integerOf,
  numberOf,
  NotDer,
  oidOf,
  around,
  readDer,
  soleChild,
  tags,
  wholeBitsOf,
} from './der.ts'
import type { AlgorithmName } from '../algorithms.ts'

export type DigestName = 'sha256' | 'sha384' | 'sha512'

const digestOids: Readonly<Record<string, DigestName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
export const digestOid: Readonly<Record<DigestName, string>> = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
}
const webDigest: Readonly<Record<DigestName | 'sha1', string>> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/** The algorithm is not one that evidence may rest on. Thrown inside this room only. */
export class AlgorithmRefused extends Error {
  override readonly name = 'AlgorithmRefused'
}

export const digestOf = async (name: DigestName | 'sha1', bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest(webDigest[name], bytes))

type Algorithm = { readonly oid: string; readonly parameters: Der | undefined }

function algorithmOf(der: Der): Algorithm {
  const fields = fieldsOf(der)
  const oid = oidOf(fields.next(tags.oid))
  const [, parameters] = childrenOf(der)
  if (parameters) fields.any()
  fields.end()
  return { oid, parameters }
}

/** Absent, or NULL: both are written by somebody, and both mean nothing. */
function withoutParameters({ oid, parameters }: Algorithm): string {
  if (parameters && (parameters.tag !== tags.null || parameters.content.length > 0)) throw new NotDer()
  return oid
}

/** @throws AlgorithmRefused for SHA-1 and whatever else is not SHA-2 of 256 bits and more */
export function digestAlgorithmOf(der: Der): DigestName {
  const name = digestOids[withoutParameters(algorithmOf(der))]
  if (!name) throw new AlgorithmRefused()
  return name
}

type Scheme = {
  readonly kind: 'rsa' | 'rsa-pss' | 'ecdsa' | 'ed25519'
  readonly digest?: DigestName
  readonly salt?: number
}

const schemes: Readonly<Record<string, Scheme>> = {
  '1.2.840.113549.1.1.1': { kind: 'rsa' },
  '1.2.840.113549.1.1.11': { kind: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { kind: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { kind: 'rsa', digest: 'sha512' },
  '1.2.840.10045.4.3.2': { kind: 'ecdsa', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { kind: 'ecdsa', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { kind: 'ecdsa', digest: 'sha512' },
  '1.3.101.112': { kind: 'ed25519' },
}
const rsaPss = '1.2.840.113549.1.1.10'
const maskGeneration1 = '1.2.840.113549.1.1.8'

function schemeOf(der: Der): Scheme {
  const algorithm = algorithmOf(der)
  if (algorithm.oid === rsaPss) return pssScheme(algorithm.parameters)
  const scheme = schemes[withoutParameters(algorithm)]
  if (!scheme) throw new AlgorithmRefused()
  return scheme
}

/** RFC 4055: one digest for the message and for its mask. */
function pssScheme(parameters: Der | undefined): Scheme {
  if (!parameters) throw new AlgorithmRefused()
  const fields = fieldsOf(parameters)
  const [hash, mask, salt] = [
    fields.optional(around(0)),
    fields.optional(around(1)),
    fields.optional(around(2)),
  ]
  fields.optional(around(3))
  fields.end()
  // Left out they mean SHA-1.
  if (!hash || !mask) throw new AlgorithmRefused()
  const digest = digestAlgorithmOf(soleChild(hash))
  const generation = algorithmOf(soleChild(mask))
  if (generation.oid !== maskGeneration1 || !generation.parameters) throw new AlgorithmRefused()
  if (digestAlgorithmOf(generation.parameters) !== digest) throw new AlgorithmRefused()
  return { kind: 'rsa-pss', digest, salt: salt ? numberOf(soleChild(salt)) : 20 }
}

const curves: Readonly<Record<string, { web: string; bytes: number; name: AlgorithmName }>> = {
  '1.2.840.10045.3.1.7': { web: 'P-256', bytes: 32, name: 'ecdsa-p256' },
  '1.3.132.0.34': { web: 'P-384', bytes: 48, name: 'ecdsa-p384' },
  '1.3.132.0.35': { web: 'P-521', bytes: 66, name: 'ecdsa-p521' },
}

type PublicKey =
  | { readonly kind: 'rsa'; readonly name: AlgorithmName }
  | { readonly kind: 'ecdsa'; readonly name: AlgorithmName; readonly web: string; readonly bytes: number }
  | { readonly kind: 'ed25519'; readonly name: AlgorithmName }

/** Kind and strength of a SubjectPublicKeyInfo. @throws AlgorithmRefused */
function publicKeyOf(spki: Der): PublicKey {
  const fields = fieldsOf(spki)
  const { oid, parameters } = algorithmOf(fields.next(tags.sequence))
  const bits = wholeBitsOf(fields.next(tags.bitString))
  fields.end()
  if (oid === '1.2.840.113549.1.1.1' || oid === rsaPss) {
    const modulus = integerOf(fieldsOf(readDer(bits, tags.sequence)).next(tags.integer))
    const size = (modulus[0] === 0 ? modulus.length - 1 : modulus.length) * 8
    if (size < 1900) throw new AlgorithmRefused()
    return { kind: 'rsa', name: size < 3000 ? 'rsa-2048' : 'rsa-3072' }
  }
  if (oid === '1.3.101.112') return { kind: 'ed25519', name: 'ed25519' }
  const curve = oid === '1.2.840.10045.2.1' && parameters && curves[oidOf(parameters)]
  if (!curve) throw new AlgorithmRefused()
  return { kind: 'ecdsa', ...curve }
}

/**
 * Is it the signature of `message` by the holder of the key? `digest` is what the signer says it hashed with, where the
 * signature algorithm does not say so itself. Returns what the signature rests on.
 *
 * @throws AlgorithmRefused, NotDer
 */
export async function checkSignature(signed: {
  readonly spki: Der
  readonly algorithm: Der
  readonly signature: Bytes
  readonly message: Bytes
  readonly digest?: DigestName
}): Promise<{ readonly isRight: boolean; readonly algorithms: readonly AlgorithmName[] }> {
  const { spki, signature, message } = signed
  const scheme = schemeOf(signed.algorithm)
  const key = publicKeyOf(spki)
  if ((scheme.kind === 'rsa-pss' ? 'rsa' : scheme.kind) !== key.kind) throw new NotDer()
  const digest = scheme.digest ?? signed.digest
  if (scheme.kind !== 'ed25519' && !digest) throw new AlgorithmRefused()
  if (scheme.digest && signed.digest && scheme.digest !== signed.digest) throw new NotDer()
  const hash = webDigest[digest ?? 'sha512']
  const [importing, verifying] = {
    rsa: [{ name: 'RSASSA-PKCS1-v1_5', hash }, { name: 'RSASSA-PKCS1-v1_5' }],
    'rsa-pss': [
      { name: 'RSA-PSS', hash },
      { name: 'RSA-PSS', saltLength: scheme.salt ?? 0 },
    ],
    ecdsa: [
      { name: 'ECDSA', namedCurve: key.kind === 'ecdsa' ? key.web : '' },
      { name: 'ECDSA', hash },
    ],
    ed25519: [{ name: 'Ed25519' }, { name: 'Ed25519' }],
  }[scheme.kind] as [Parameters<SubtleCrypto['importKey']>[2], Parameters<SubtleCrypto['verify']>[0]]
  const raw = key.kind === 'ecdsa' ? rawSignature(signature, key.bytes) : signature
  const isRight = await crypto.subtle
    .importKey('spki', spki.all, importing, false, ['verify'])
    .then((imported) => crypto.subtle.verify(verifying, imported, raw, message))
    // Bytes that are no key at all: whatever was signed, it was not with that.
    .catch(() => false)
  return { isRight, algorithms: [...(digest ? [digest] : []), key.name] }
}

type SubtleCrypto = typeof crypto.subtle

/** ECDSA signatures are a SEQUENCE of two INTEGERs in CMS and X.509, two numbers of full length in Web Crypto. */
function rawSignature(signature: Bytes, bytes: number): Bytes {
  const fields = fieldsOf(readDer(signature))
  const raw = new Uint8Array(2 * bytes)
  for (const half of [0, 1]) {
    const value = integerOf(fields.next(tags.integer))
    const digits = value[0] === 0 ? value.subarray(1) : value
    if (value[0]! >= 0x80 || digits.length > bytes) throw new NotDer()
    raw.set(digits, (half + 1) * bytes - digits.length)
  }
  fields.end()
  return raw
}

/** Do two AlgorithmIdentifiers say the same, byte for byte? */
export const isSameAlgorithm = (left: Der, right: Der): boolean => areSame(left.all, right.all)
