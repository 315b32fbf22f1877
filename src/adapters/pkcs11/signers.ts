import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto'
import { Failure } from '../../domain/failure.ts'
import type { CertificateSigner } from '../../evidence-ports.ts'
import type { Link } from './link.ts'
import { Fault } from './protocol.ts'

/** Signs with the Ed25519 key of that label (RFC 8032). @throws Failure key-unavailable, key-provider-refused */
export const ledgerSignature =
  (link: Link, label: string) =>
  (message: Buffer): Promise<Buffer> =>
    link.ask<Buffer>({ does: 'sign', label, how: 'eddsa', content: message }).catch(missing)

/**
 * The raw 32-byte public key of that label, which is made if it is not there.
 * @throws Failure key-unavailable, key-provider-refused, key-store-full
 */
export async function ledgerKeyIn(link: Link, label: string): Promise<Buffer> {
  const tell = () => link.ask<Buffer>({ does: 'public-key', label })
  const point = await tell().catch(async (error: unknown) => {
    if (!(error instanceof Fault) || error.kind !== 'absent') throw error
    await link.ask({ does: 'make-pair', label, kind: 'ed25519' })
    return tell()
  })
  return Buffer.from(point.subarray(-32))
}

/**
 * Signs certificates with a key of the token: ECDSA on P-256, or RSA. What comes back is found right under the first
 * certificate of the chain before it is given out, so that a key of another label signs nothing.
 *
 * @param chain X.509 in DER, the signer's first
 * @throws Failure configuration-invalid when the first certificate has a key of another kind
 */
export function openPkcs11CertificateSigner(
  link: Link,
  label: string,
  chain: readonly Buffer[],
): CertificateSigner {
  const publicKey = publicKeyOf(chain)
  const isRsa = publicKey.asymmetricKeyType === 'rsa'
  const sign = async (message: Buffer): Promise<Buffer> => {
    if (isRsa) return link.ask<Buffer>({ does: 'sign', label, how: 'rsa-sha256', content: message })
    const content = createHash('sha256').update(message).digest()
    return derSignature(await link.ask<Buffer>({ does: 'sign', label, how: 'ecdsa', content }))
  }
  return {
    chain,
    algorithm: isRsa ? 'rsa-pkcs1-sha256' : 'ecdsa-p256-sha256',
    async sign(message) {
      const signature = await sign(message).catch(missing)
      if (!verify('sha256', message, publicKey, signature))
        throw new Failure('key-provider-refused', { reason: 'signature-of-another-key' })
      return signature
    },
  }
}

function publicKeyOf([first]: readonly Buffer[]): KeyObject {
  const refuse = (faults: string) => new Failure('configuration-invalid', { count: 1, faults })
  if (!first) throw refuse('certificates.chain: missing')
  let publicKey: KeyObject
  try {
    ;({ publicKey } = new X509Certificate(first))
  } catch {
    throw refuse('certificates.chain: invalid')
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
  if (type === 'rsa' || (type === 'ec' && details?.namedCurve === 'prime256v1')) return publicKey
  throw refuse('certificates.chain: key-unknown')
}

/** r ‖ s, as tokens give it, to the SEQUENCE of two INTEGERs that everybody else reads (RFC 3279 §2.2.3). */
export function derSignature(raw: Buffer): Buffer {
  const half = raw.length / 2
  const both = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))])
  return Buffer.concat([Buffer.of(0x30, both.length), both])
}

function integer(magnitude: Buffer): Buffer {
  let from = 0
  while (from < magnitude.length - 1 && magnitude[from] === 0) from++
  const bytes = magnitude.subarray(from)
  // A first bit that is set would make it negative.
  const body = bytes[0]! & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes
  return Buffer.concat([Buffer.of(0x02, body.length), body])
}

/** A SubjectPublicKeyInfo of the key with that label, for a request of a certificate. */
export async function publicKeyIn(link: Link, label: string): Promise<KeyObject> {
  const point = await link.ask<Buffer>({ does: 'public-key', label }).catch(missing)
  const [x, y] = [point.subarray(-64, -32), point.subarray(-32)].map((half) => half.toString('base64url'))
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x!, y: y! }, format: 'jwk' })
}

function missing(error: unknown): never {
  if (error instanceof Fault && error.kind === 'absent')
    throw new Failure('key-provider-refused', { reason: 'key-missing' })
  throw error
}
