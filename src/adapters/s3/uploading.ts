import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Failure } from '../../domain/failure.ts'
import type { ObjectStore } from '../../ports.ts'
import { signedBy } from './client.ts'
import type { Target } from './head.ts'
import { lookingBeforeEachRepeat } from './repeating.ts'

export type PutOptions = Parameters<ObjectStore['put']>[2]

/** Streams above this go up in parts; below, they are gathered, so that a try that fails can be made again. */
const gatheredBytes = 16 * 1024 ** 2
const partBytes = 8 * 1024 ** 2
/** S3 takes 10,000 parts at most. */
const mostParts = 10_000

const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

/** What is kept beside the object. The digest is there for stores that keep no checksum of their own. */
const beside = ({ sha256, retainUntil, mediaType }: PutOptions) => ({
  Metadata: { sha256 },
  ContentType: mediaType ?? 'application/octet-stream',
  ...(retainUntil && { ObjectLockMode: 'COMPLIANCE' as const, ObjectLockRetainUntilDate: retainUntil }),
})
const condition = ({ onlyIfAbsent }: PutOptions) => (onlyIfAbsent ? { IfNoneMatch: '*' } : {})

/** Uploads one object and returns its version. @throws what the SDK throws, Failure storage-refused */
export async function upload(
  target: Target,
  body: Buffer | Readable,
  options: PutOptions,
): Promise<string | undefined> {
  if (Buffer.isBuffer(body)) return uploadWhole(target, body, options)
  if (options.bytes > gatheredBytes) return uploadInParts(target, body, options)
  for await (const whole of pieces(body, gatheredBytes + 1)) return uploadWhole(target, whole, options)
  return uploadWhole(target, Buffer.alloc(0), options)
}

async function uploadWhole(target: Target, body: Buffer, options: PutOptions): Promise<string | undefined> {
  const { client, bucket, key } = target
  checkLength(body.length, options)
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentLength: body.length,
    ChecksumSHA256: base64(options.sha256),
    ...beside(options),
    ...condition(options),
  })
  const signed = signedBy(command, options.sha256)
  const { VersionId } = await client.send(
    options.onlyIfAbsent ? lookingBeforeEachRepeat(signed, target) : signed,
  )
  return VersionId
}

/** @throws what the SDK throws, Failure storage-refused */
export async function uploadInParts(
  target: Target,
  body: Readable,
  options: PutOptions,
): Promise<string | undefined> {
  const { client, bucket, key } = target
  const names = { Bucket: bucket, Key: key }
  const started = await client.send(
    new CreateMultipartUploadCommand({ ...names, ChecksumAlgorithm: 'SHA256', ...beside(options) }),
  )
  const upload = { ...names, UploadId: started.UploadId }
  try {
    const Parts = await uploadParts(client, upload, body, options)
    const command = new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: { Parts },
      ...condition(options),
    })
    const { VersionId } = await client.send(
      options.onlyIfAbsent ? lookingBeforeEachRepeat(command, target) : command,
    )
    return VersionId
  } catch (error) {
    // Parts left behind would be paid for and never seen.
    await client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined)
    throw error
  }
}

async function uploadParts(
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string | undefined },
  body: Readable,
  options: PutOptions,
): Promise<CompletedPart[]> {
  const parts: CompletedPart[] = []
  const whole = createHash('sha256')
  let bytes = 0
  for await (const piece of pieces(body, Math.max(partBytes, Math.ceil(options.bytes / mostParts)))) {
    bytes += piece.length
    if (bytes > options.bytes) break
    whole.update(piece)
    const sha256 = createHash('sha256').update(piece).digest('hex')
    const PartNumber = parts.length + 1
    const part = { ...upload, PartNumber, ContentLength: piece.length, ChecksumSHA256: base64(sha256) }
    const { ETag } = await client.send(signedBy(new UploadPartCommand({ ...part, Body: piece }), sha256))
    parts.push({ PartNumber, ETag, ChecksumSHA256: base64(sha256) })
  }
  checkLength(bytes, options)
  if (whole.digest('hex') !== options.sha256) throw new Failure('storage-refused', { reason: 'bad-digest' })
  return parts
}

function checkLength(bytes: number, options: PutOptions): void {
  if (bytes !== options.bytes) throw new Failure('storage-refused', { reason: 'incomplete-body' })
}

/** Cuts a stream into buffers of `size` bytes; only the last one is shorter. */
async function* pieces(body: Readable, size: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, size - bytes)
      rest = rest.subarray(taken.length)
      waiting.push(taken)
      bytes += taken.length
      if (bytes < size) continue
      yield Buffer.concat(waiting)
      waiting = []
      bytes = 0
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}
