import { createPrivateKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { Failure } from '../../domain/failure.ts'
import type { CertificateSigner } from '../../evidence-ports.ts'

/** PEM files: the private key (PKCS #8), and the certificates, the signer's first. */
export type SigningFiles = { readonly key: string; readonly chain: string }

/** Bits of group and world: others than the owner may not read the key. */
const others = 0o077

/**
 * Signs with a key in a file: ECDSA on P-256, or RSA of 3072 bits at least.
 * @throws Failure key-missing, key-file-exposed, key-file-invalid (also where key and certificate do not belong together)
 */
export function openCertificateSigner({ key, chain }: SigningFiles): CertificateSigner {
  const certificates = certificatesIn(chain)
  const privateKey = privateKeyOf(readPrivately(key))
  if (!certificates[0]!.checkPrivateKey(privateKey)) throw invalid('certificate-of-another-key')
  return {
    chain: certificates.map(({ raw }) => raw),
    algorithm: algorithmOf(privateKey),
    sign: async (message) => sign('sha256', message, privateKey),
  }
}

const invalid = (reason: string): Failure => new Failure('key-file-invalid', { reason })

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): CertificateSigner['algorithm'] {
  const { namedCurve, modulusLength = 0 } = asymmetricKeyDetails ?? {}
  if (asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') return 'ecdsa-p256-sha256'
  if (asymmetricKeyType === 'rsa' && modulusLength >= 3072) return 'rsa-pkcs1-sha256'
  throw invalid('algorithm')
}

function privateKeyOf(pem: string): KeyObject {
  try {
    return createPrivateKey(pem)
  } catch {
    throw invalid('private-key')
  }
}

/** A chain of certificates in DER out of a PEM file, in its order. @throws Failure key-missing, key-file-invalid */
export const readChain = (file: string): Buffer[] => certificatesIn(file).map(({ raw }) => raw)

function certificatesIn(file: string): X509Certificate[] {
  const pem = readText(file)
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (found.length === 0) throw invalid('certificate')
  try {
    return found.map((one) => new X509Certificate(one))
  } catch {
    throw invalid('certificate')
  }
}

function readPrivately(file: string): string {
  const text = readText(file)
  const { mode } = statSync(file)
  if (mode & others)
    throw new Failure('key-file-exposed', { mode: (mode & 0o777).toString(8).padStart(4, '0') })
  return text
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? new Failure('key-missing') : invalid(String(code).toLowerCase())
  }
}
