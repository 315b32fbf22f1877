import {
  CreateBucketCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Failure } from '../../domain/failure.ts'
import { statusOf } from './storage-failure.ts'

/** Makes the bucket when it is missing. An archive without Object Lock is refused: its retention would be a fiction. */
export async function ensureBucket(client: S3Client, bucket: string, objectLock: boolean): Promise<void> {
  if (!(await isThere(client, bucket))) await create(client, bucket, objectLock)
  if (!objectLock) return
  const { ObjectLockConfiguration: lock } = await client
    .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
    .catch((error: unknown) => {
      if (statusOf(error) === 404) return { ObjectLockConfiguration: undefined }
      throw error
    })
  if (lock?.ObjectLockEnabled !== 'Enabled')
    throw new Failure('storage-refused', { reason: 'object-lock-not-enabled' })
}

async function isThere(client: S3Client, bucket: string): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}

async function create(client: S3Client, bucket: string, objectLock: boolean): Promise<void> {
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: objectLock }))
  } catch (error) {
    // Another process made it in between.
    if ((error as Error).name !== 'BucketAlreadyOwnedByYou') throw error
  }
}

/** Does a plain deletion leave versions behind? When the store will not say, yes. */
export async function keepsVersions(client: S3Client, bucket: string): Promise<boolean> {
  try {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
    return Status !== undefined
  } catch (error) {
    const status = statusOf(error)
    if (status !== undefined && status >= 400 && status < 500) return true
    throw error
  }
}
