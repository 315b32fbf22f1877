import { createHash } from 'node:crypto'
import type { PatientId } from '../../domain/ids.ts'
import { objectKey, objectKeyId } from '../../envelope/object-key.ts'
import { openBuffer } from '../../envelope/open.ts'
import { sealBuffer } from '../../envelope/seal.ts'
import type { Sealer } from '../../ports.ts'

const digest = (algorithm: 'sha256' | 'sha512', content: Buffer): string =>
  createHash(algorithm).update(content).digest('hex')

/**
 * Seals documents under their patient's key. `patientKey` yields the patient's 32-byte key, and throws Failure
 * key-destroyed once there is none; it is called for every operation, so that a destroyed key is gone at once.
 */
export function createSealer(patientKey: (patientId: PatientId) => Promise<Buffer>): Sealer {
  const release: Sealer['release'] = async (patientId, documentId) => ({
    key: objectKey(await patientKey(patientId), documentId),
    keyId: objectKeyId(documentId),
  })
  return {
    release,
    async seal(patientId, documentId, content) {
      const { key, keyId } = await release(patientId, documentId)
      const sealed = sealBuffer(content, { key, keyId })
      return {
        sealed,
        sealedSha256: digest('sha256', sealed),
        contentSha256: digest('sha256', content),
        contentSha512: digest('sha512', content),
        keyId,
      }
    },
    async open(patientId, documentId, sealed) {
      return openBuffer(sealed, await release(patientId, documentId))
    },
  }
}
