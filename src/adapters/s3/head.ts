import { HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { StoredObject } from '../../ports.ts'
import { statusOf } from './storage-failure.ts'

export type Target = { readonly client: S3Client; readonly bucket: string; readonly key: string }

/** What a store tells of an object, or of one version of it; undefined when it is not there. */
export async function headObject(
  { client, bucket, key }: Target,
  version?: string,
): Promise<StoredObject | undefined> {
  try {
    const found = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: version, ChecksumMode: 'ENABLED' }),
    )
    const sha256 = wholeSha256(found.ChecksumSHA256) ?? found.Metadata?.['sha256']
    return {
      key,
      bytes: found.ContentLength ?? 0,
      ...(found.VersionId && { version: found.VersionId }),
      ...(sha256 && { sha256 }),
      ...(found.ObjectLockRetainUntilDate && { retainUntil: found.ObjectLockRetainUntilDate }),
    }
  } catch (error) {
    if (statusOf(error) === 404) return undefined
    throw error
  }
}

/** Of an object uploaded in parts S3 keeps only a digest of the parts' digests, which ends in their count. */
const wholeSha256 = (checksum: string | undefined): string | undefined =>
  checksum && !checksum.includes('-') ? Buffer.from(checksum, 'base64').toString('hex') : undefined
