import { createHash, hkdfSync } from 'node:crypto'

/**
 * The 32-byte key that wraps the content keys of one document: HKDF-SHA-256 (RFC 5869) of its patient's key, without
 * salt. Releasing it opens this document and no other; destroying the patient's key destroys it.
 */
export function objectKey(patientKey: Buffer, documentId: string): Buffer {
  if (patientKey.length !== 32) throw new RangeError('a patient key has 32 bytes')
  return Buffer.from(hkdfSync('sha256', patientKey, '', `scelle/v1/object/${documentId}`, 32))
}

/**
 * Names the key of a document in its envelopes: the first 16 bytes of SHA-256(`scelle/v1/key-id/` + documentId), in hex.
 * It is derived from the opaque id alone, so it says nothing of the key, and can be computed without it.
 */
export const objectKeyId = (documentId: string): string =>
  createHash('sha256').update(`scelle/v1/key-id/${documentId}`).digest('hex').slice(0, 32)
