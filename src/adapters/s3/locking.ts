import { PutObjectRetentionCommand } from '@aws-sdk/client-s3'
import { Failure } from '../../domain/failure.ts'
import { headObject, type Target } from './head.ts'

/** Stores may keep whole seconds only. */
const precisionMs = 1000

/**
 * Locks one version at least until then, and returns until when it is locked now, as the store reads it back. A later lock
 * stays as it is. @throws Failure object-missing, storage-refused
 */
export async function lockUntil(target: Target, version: string | undefined, until: Date): Promise<Date> {
  const present = await lockOf(target, version)
  if (present && present.getTime() > until.getTime() - precisionMs) return present
  await target.client.send(
    new PutObjectRetentionCommand({
      Bucket: target.bucket,
      Key: target.key,
      VersionId: version,
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate: until },
      ChecksumAlgorithm: 'SHA256',
    }),
  )
  const locked = await lockOf(target, version)
  // A store that says yes and does nothing would be found out on the day when something is deleted.
  if (locked && locked.getTime() > until.getTime() - precisionMs) return locked
  throw new Failure('storage-refused', { reason: 'object-lock-not-kept' })
}

async function lockOf(target: Target, version: string | undefined): Promise<Date | undefined> {
  const found = await headObject(target, version)
  if (!found) throw new Failure('object-missing')
  return found.retainUntil
}
