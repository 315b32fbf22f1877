import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import type { CertificatePage } from '../../domain/certificates/page.ts'
import { Failure } from '../../domain/failure.ts'
import type { CertificateMaker, CertificateSigner, TimestampAuthority } from '../../evidence-ports.ts'
import { drawCertificate, type Logo, type Signatory, signaturePlace } from './certificate-page.ts'
import { appendField, type Field } from './signature-field.ts'
import { signDetached } from './sign-detached.ts'

export type MakerParts = {
  readonly signer: CertificateSigner
  /** Without one certificates are signed, and never say by another's word when. */
  readonly authority?: TimestampAuthority | undefined
  /** An image file for the head of the page. */
  readonly logo?: string | undefined
}

/** Bytes that a token with its certificates may take, and what else is in a signature than certificates. */
const tokenRoom = 12_288
const signatureRoom = 2_048

/** Makes every certificate and every minute of the house. */
export function createCertificateMaker({ signer, authority, logo }: MakerParts): CertificateMaker {
  const room = signer.chain.reduce((sum, { length }) => sum + length, signatureRoom + tokenRoom)
  const signatory = signatoryOf(signer)

  const stamp = (pdf: Buffer, signal: AbortSignal): Promise<Buffer> => {
    if (!authority) throw new Failure('certificate-not-made', { reason: 'no-timestamp-authority' })
    const field = { name: 'Horodatage', kind: 'document-timestamp', room: tokenRoom } as const
    return appendField(pdf, field, (digest) => authority.stamp(digest, signal))
  }

  return {
    async make(page, signal) {
      const drawn = await drawCertificate(page, signatory, logo ? await readLogo(logo) : undefined)
      let isStamped = false
      const signed = await appendField(drawn, fieldOf(page, room), (digest) =>
        signDetached(digest, signer, async (signature) => {
          const token = await orAway(authority?.stamp(signature, signal), signal)
          isStamped = token !== undefined
          return token
        }),
      )
      const stamped = isStamped ? await orAway(stamp(signed, signal), signal) : undefined
      return { pdf: stamped ?? signed, isStamped: stamped !== undefined }
    },
    stamp,
  }
}

const fieldOf = ({ issuedAt, title }: CertificatePage, room: number): Field => ({
  name: 'Signature',
  kind: 'signature',
  place: signaturePlace,
  signedAt: issuedAt,
  reason: title,
  room,
})

/** Nothing where the authority did not answer: its word follows later. */
async function orAway<Answer>(
  answer: Promise<Answer> | undefined,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  try {
    return await answer
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Failure && error.retry === 'later') return undefined
    throw error
  }
}

function signatoryOf({ chain }: CertificateSigner): Signatory {
  const { subject, issuer, serialNumber } = new X509Certificate(chain[0]!)
  return { name: commonName(subject), issuer: commonName(issuer), serial: serialNumber }
}

/** `CN=…` of a name as Node writes it, a line for each part; all of it where there is none. */
const commonName = (name: string): string => /^CN=(.+)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ')

/** PDF/A-1 knows no transparency: on white. */
async function readLogo(file: string): Promise<Logo> {
  try {
    return await sharp(await readFile(file))
      .resize({ width: 900, height: 340, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .jpeg({ quality: 92 })
      .toBuffer()
  } catch (cause) {
    throw new Failure('certificate-not-made', { reason: 'logo-unreadable' }, { cause })
  }
}
