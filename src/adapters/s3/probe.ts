import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Readable } from 'node:stream'
import type { StorageTrial } from '../../ports.ts'
import { type BucketOptions, makeClient, signedBy } from './client.ts'
import { inOurWords, statusOf } from './storage-failure.ts'
import { uploadInParts } from './uploading-in-parts.ts'
import { listVersions } from './versions.ts'

const digest = (algorithm: 'sha256' | 'md5', body: Buffer) => createHash(algorithm).update(body).digest()
const wrong = digest('sha256', Buffer.from('another body'))

/** A storage to be tried: the requests of `openBucket`, and those that a good storage refuses. */
export function openStorageTrial(options: BucketOptions): StorageTrial {
  const client = makeClient(options)
  const { bucket } = options
  const named = (key: string, version?: string) => ({ Bucket: bucket, Key: key, VersionId: version })

  return {
    close: () => client.destroy(),
    time: () => inOurWords(() => timeOf(client, bucket)),

    keepsVersions: () =>
      inOurWords(async () => {
        const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }))
        return Status === 'Enabled'
      }),

    keepsLocks: () =>
      inOurWords(async () => {
        try {
          const said = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
          return said.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled'
        } catch (error) {
          if (statusOf(error) === 404) return false
          throw error
        }
      }),

    put: (key, body, { retainUntil, legalHold, onlyIfAbsent, damaged } = {}) =>
      inOurWords(async () => {
        const command = new PutObjectCommand({
          ...{ Bucket: bucket, Key: key, Body: body, ContentLength: body.length },
          // The digest of a changed body is found out by the signature alone, or not at all.
          ...(damaged === 'body'
            ? { ContentMD5: digest('md5', body).toString('base64') }
            : { ChecksumSHA256: (damaged ? wrong : digest('sha256', body)).toString('base64') }),
          ...(retainUntil && { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: retainUntil }),
          ...(legalHold && { ObjectLockLegalHoldStatus: 'ON' }),
          ...(onlyIfAbsent && { IfNoneMatch: '*' }),
        })
        const signed = damaged === 'body' ? wrong : digest('sha256', body)
        return (await client.send(signedBy(command, signed.toString('hex')))).VersionId
      }),

    putInParts: (key, body, retainUntil) =>
      inOurWords(() =>
        uploadInParts({ client, bucket, key }, Readable.from([body]), {
          bytes: body.length,
          sha256: digest('sha256', body).toString('hex'),
          ...(retainUntil && { retainUntil }),
        }),
      ),

    read: (key, range) =>
      inOurWords(async () => {
        const Range = range && `bytes=${range.from}-${range.to}`
        const { Body } = await client.send(new GetObjectCommand({ ...named(key), Range }))
        return buffer(Body as Readable)
      }),

    find: (key, version) =>
      inOurWords(async () => {
        try {
          const found = await client.send(new HeadObjectCommand(named(key, version)))
          return { retainUntil: found.ObjectLockRetainUntilDate }
        } catch (error) {
          if (statusOf(error) === 404) return undefined
          throw error
        }
      }),

    retain: (key, version, until) =>
      inOurWords(async () => {
        const Retention = { Mode: 'COMPLIANCE' as const, RetainUntilDate: until }
        await client.send(
          new PutObjectRetentionCommand({ ...named(key, version), Retention, ChecksumAlgorithm: 'SHA256' }),
        )
      }),

    hold: (key, version, Status) =>
      inOurWords(async () => {
        await client.send(
          new PutObjectLegalHoldCommand({
            ...named(key, version),
            LegalHold: { Status },
            ChecksumAlgorithm: 'SHA256',
          }),
        )
      }),

    erase: (key, version) =>
      inOurWords(async () => {
        await client.send(new DeleteObjectCommand(named(key, version)))
      }),

    versions: (prefix) => listVersions(client, bucket, prefix),
  }
}

/** By the Date header of an answer, to the second; ours is half a round trip before it came. */
async function timeOf(client: S3Client, bucket: string): Promise<{ theirs: Date | undefined; ours: Date }> {
  let date: string | undefined
  const command = new HeadBucketCommand({ Bucket: bucket })
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      date = (result.response as { headers?: Record<string, string> }).headers?.['date']
      return result
    },
    { step: 'deserialize', name: 'theirTime', priority: 'high' },
  )
  const sent = Date.now()
  await client.send(command)
  const ours = new Date((sent + Date.now()) / 2)
  // The header cuts the second off: half of it is what is missing on average.
  return { theirs: date ? new Date(Date.parse(date) + 500) : undefined, ours }
}
