import { createHash, X509Certificate } from 'node:crypto'
import { encodeSignature, signedAttributes } from '../../domain/certificates/signed-data.ts'
import type { CertificateSigner } from '../../evidence-ports.ts'

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest()

/** Signs a content by its SHA-256; `stamp`, where it answers, says when. In DER. */
export async function signDetached(
  contentDigest: Buffer,
  signer: CertificateSigner,
  stamp: (digest: Buffer) => Promise<Buffer | undefined>,
): Promise<Buffer> {
  const chain = embedded(signer.chain)
  const certificateDigest = sha256(chain[0]!)
  const value = await signer.sign(Buffer.from(signedAttributes(contentDigest, certificateDigest)))
  const token = await stamp(sha256(value))
  const { algorithm } = signer
  return Buffer.from(encodeSignature({ chain, algorithm, contentDigest, certificateDigest, value, token }))
}

/** Whoever verifies has the root, or has no reason to believe it. */
function embedded([signer, ...above]: readonly Buffer[]): readonly Buffer[] {
  const isRoot = (certificate: Buffer) => {
    const { subject, issuer } = new X509Certificate(certificate)
    return subject === issuer
  }
  return [signer!, ...above.filter((certificate) => !isRoot(certificate))]
}
