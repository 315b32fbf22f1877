import { Readable } from 'node:stream'
import { DeleteObjectsCommand, type ObjectIdentifier, type S3Client } from '@aws-sdk/client-s3'
import { Failure } from '../../domain/failure.ts'
import type { ObjectStore, StoredObject } from '../../ports.ts'
import { ensureBucket, keepsVersions } from './bucket.ts'
import { type BucketOptions, makeClient } from './client.ts'
import { headObject, type Target } from './head.ts'
import { lockUntil } from './locking.ts'
import { readObject } from './reading.ts'
import { inOurWords, kebabCase, statusOf, storageFailure } from './storage-failure.ts'
import { abandon, listUploads } from './unfinished.ts'
import { upload } from './uploading.ts'
import { listVersions } from './versions.ts'
import type { PutOptions } from './wishes.ts'
import { write } from './writing.ts'

/** S3 takes that many keys in one deletion. */
const mostDeleted = 1000

/**
 * One bucket of an S3-compatible store. Nothing is asked of the store until the first call.
 * Every call throws Failure storage-away (worth trying again) or storage-refused.
 */
export function openBucket(options: BucketOptions): ObjectStore & {
  /** Makes the bucket when missing. @throws Failure storage-refused when Object Lock is wanted and not there */
  ensureBucket(): Promise<void>
  close(): void
} {
  const client = makeClient(options)
  const { bucket } = options
  let versioned: Promise<boolean> | undefined
  const isVersioned = (): Promise<boolean> => {
    versioned ??= options.objectLock ? Promise.resolve(true) : keepsVersions(client, bucket)
    // A question that failed is asked again.
    versioned.catch(() => (versioned = undefined))
    return versioned
  }
  const at = (key: string) => ({ client, bucket, key })

  return {
    ensureBucket: () => inOurWords(() => ensureBucket(client, bucket, options.objectLock ?? false)),
    close: () => client.destroy(),
    head: (key) => inOurWords(() => headObject(at(key))),
    get: (key, range) => inOurWords(() => readObject(at(key), range)),
    versions: (prefix) => listVersions(client, bucket, prefix),

    put: (key, body, putOptions) =>
      inOurWords(async () => {
        const { created, isOurs, version } = await putObject(at(key), body, putOptions)
        // Some stores drop the lock of what goes up in parts (Ceph RGW 16), and an earlier try may have ended before it.
        if (isOurs && putOptions.retainUntil) await lockUntil(at(key), version, putOptions.retainUntil)
        return { created, ...(version && { version }) }
      }),

    write: (key, body) => write(at(key), body),

    extendLock: (key, version, until) => inOurWords(() => lockUntil(at(key), version, until)),

    unfinished: (prefix) => unfinishedKeys(client, bucket, prefix),

    destroy: (prefix) =>
      inOurWords(async () => {
        for await (const { key, uploadId } of listUploads(client, bucket, prefix))
          await abandon(at(key), uploadId)
        let destroyed = 0
        for await (const group of groupsOf(listVersions(client, bucket, prefix), mostDeleted)) {
          await deleteGroup(
            client,
            bucket,
            group.map(({ key, version }) => identifier(key, version)),
          )
          destroyed += group.filter(({ deleted }) => !deleted).length
        }
        return destroyed
      }),

    destroyObjects: (keys) =>
      inOurWords(async () => {
        const objects = (await isVersioned())
          ? (await Promise.all(keys.map((key) => versionsOf(client, bucket, key)))).flat()
          : keys.map((key) => identifier(key))
        for await (const group of groupsOf(objects, mostDeleted)) await deleteGroup(client, bucket, group)
        return keys.length
      }),
  }
}

async function* unfinishedKeys(client: S3Client, bucket: string, prefix: string): AsyncGenerator<string> {
  try {
    for await (const { key } of listUploads(client, bucket, prefix)) yield key
  } catch (error) {
    throw storageFailure(error)
  }
}

async function putObject(
  target: Target,
  body: Buffer | Readable,
  options: PutOptions,
): Promise<{ created: boolean; isOurs: boolean; version: string | undefined }> {
  const alreadyThere = (present: StoredObject | undefined) => {
    if (body instanceof Readable) body.destroy()
    return { created: false, isOurs: present?.sha256 === options.sha256, version: present?.version }
  }
  // The condition alone is not enough: some stores ignore it.
  const present = options.onlyIfAbsent ? await headObject(target) : undefined
  if (present) return alreadyThere(present)
  try {
    return { created: true, isOurs: true, version: await upload(target, body, options) }
  } catch (error) {
    if (!options.onlyIfAbsent || statusOf(error) !== 412) throw error
    return alreadyThere(await headObject(target))
  }
}

async function versionsOf(client: S3Client, bucket: string, key: string): Promise<ObjectIdentifier[]> {
  const found: ObjectIdentifier[] = []
  for await (const one of listVersions(client, bucket, key))
    if (one.key === key) found.push(identifier(key, one.version))
  return found
}

const identifier = (key: string, version?: string): ObjectIdentifier => ({
  Key: key,
  ...(version && { VersionId: version }),
})

async function deleteGroup(client: S3Client, bucket: string, Objects: ObjectIdentifier[]): Promise<void> {
  if (Objects.length === 0) return
  const { Errors = [] } = await client.send(
    new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
  )
  const refused = Errors.find(({ Code }) => Code !== 'NoSuchKey' && Code !== 'NoSuchVersion')
  if (refused)
    throw new Failure('storage-refused', {
      reason: kebabCase(refused.Code ?? 'unknown'),
      count: Errors.length,
    })
}

async function* groupsOf<Item>(items: Iterable<Item> | AsyncIterable<Item>, size: number) {
  let group: Item[] = []
  for await (const one of items) {
    group.push(one)
    if (group.length < size) continue
    yield group
    group = []
  }
  if (group.length > 0) yield group
}
