import type { Readable } from 'node:stream'
import type { PatientId } from '../../domain/ids.ts'
import { led, measuring } from '../../envelope/measuring.ts'
import { objectKey, objectKeyId } from '../../envelope/object-key.ts'
import { openStream } from '../../envelope/open.ts'
import { sealStream } from '../../envelope/seal.ts'
import type { Sealer } from '../../ports.ts'

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
      const { key, keyId } = await release(patientId, documentId).catch(givingUp(content))
      const { through, measures } = measuring({}, 'sha256', 'sha512')
      return { sealed: led(content, through, sealStream({ key, keyId })), keyId, content: measures }
    },
    async open(patientId, documentId, sealed) {
      return led(sealed, openStream(await release(patientId, documentId).catch(givingUp(sealed))))
    },
  }
}

/** A stream that nobody will read keeps its connection for nothing. */
const givingUp =
  (stream: Readable) =>
  (error: unknown): never => {
    stream.destroy()
    throw error
  }
