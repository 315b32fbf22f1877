import { parseCheckpoint } from './checkpoint.ts'
import {
  formatVerifierKey,
  isSignatureOf,
  type NoteSigner,
  type NoteVerifier,
  parseNote,
  parseVerifierKey,
  refuseNote,
  signatureLine,
  verifierOf,
} from './note.ts'

/*
 * c2sp.org/tlog-cosignature, version 1 (Ed25519): a witness says that at a moment this was the largest head of the log
 * that it had seen, and that it went on from every head before.
 */

/** Signature type of cosignatures in key ids and verifier keys. */
const cosignature = 0x04
const timestampBytes = 8

/** Whoever cosigns; its key id is another than that of a log with the same name and key. */
export type Cosigner = NoteVerifier
export type Cosignature = {
  readonly cosigner: Cosigner
  /** When it says that it signed, to the second. */
  readonly at: Date
  /** The line of the note, without its newline. */
  readonly line: string
}

export const cosignerOf = (signer: Pick<NoteSigner, 'name' | 'publicKey'>): Cosigner =>
  verifierOf(signer, cosignature)

/** `name+key id in hex+base64(0x04 ‖ public key)` */
export const formatCosignerKey = (signer: Pick<NoteSigner, 'name' | 'publicKey'>): string =>
  formatVerifierKey(signer, cosignature)

/** @throws Failure checkpoint-invalid */
export const parseCosignerKey = (text: string): Cosigner => parseVerifierKey(text, cosignature)

/** The line that cosigns the text of a checkpoint. @throws Failure checkpoint-invalid */
export async function cosign(text: string, signer: NoteSigner, at: Date): Promise<string> {
  parseCheckpoint(text)
  const seconds = Math.floor(at.getTime() / 1000)
  const timestamp = Buffer.alloc(timestampBytes)
  timestamp.writeBigUInt64BE(BigInt(seconds))
  const signature = await signer.sign(signedText(text, seconds))
  return signatureLine(cosignerOf(signer), Buffer.concat([timestamp, signature]))
}

/**
 * The cosignatures that a note has of these cosigners. Those of others are passed over; one by a known key that does not
 * verify refuses the note.
 * @throws Failure checkpoint-invalid
 */
export function cosignaturesOf(note: string | Buffer, cosigners: readonly Cosigner[]): Cosignature[] {
  const { text, signatures } = parseNote(note)
  return cosigners.flatMap((cosigner) => {
    const own = signatures.filter(({ name, keyId }) => name === cosigner.name && keyId.equals(cosigner.keyId))
    return own.map(({ signature }) => ({
      cosigner,
      at: timeOf(text, signature, cosigner),
      line: signatureLine(cosigner, signature),
    }))
  })
}

/** When a cosignature that verifies was made. @throws Failure checkpoint-invalid */
function timeOf(text: string, stamp: Buffer, { publicKey }: Cosigner): Date {
  if (stamp.length !== timestampBytes + 64) return refuseNote('signature-invalid')
  const seconds = stamp.readBigUInt64BE()
  // Past the year 275,760 a date is none.
  if (seconds > 8_640_000_000_000n) return refuseNote('signature-invalid')
  if (!isSignatureOf(signedText(text, Number(seconds)), stamp.subarray(timestampBytes), publicKey))
    return refuseNote('signature-invalid')
  return new Date(Number(seconds) * 1000)
}

const signedText = (text: string, seconds: number): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`)
