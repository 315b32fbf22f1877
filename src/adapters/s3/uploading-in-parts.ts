import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { Failure } from '../../domain/failure.ts'
import { signedBy } from './client.ts'
import type { Target } from './head.ts'
import { pieces } from './pieces.ts'
import { lookingBeforeEachRepeat } from './repeating.ts'
import { changedOnItsWay, storageFailure } from './storage-failure.ts'
import { abandon, isSame, type SentPart, unfinishedUpload } from './unfinished.ts'
import { base64, beside, checkLength, condition, type PutOptions } from './wishes.ts'

export const partBytes = 8 * 1024 ** 2
/** S3 takes 10,000 parts at most. */
const mostParts = 10_000

export type Upload = { readonly uploadId: string | undefined; readonly sent: ReadonlyMap<number, SentPart> }

/**
 * Uploads in parts. When the storage goes away on the way, the parts stay there, and the next try sends only what is missing.
 * Returns the version. @throws what the SDK throws, Failure storage-refused
 */
export async function uploadInParts(
  target: Target,
  body: Readable,
  options: PutOptions,
): Promise<string | undefined> {
  let upload: Upload | undefined
  try {
    const parts: CompletedPart[] = []
    const whole = createHash('sha256')
    let bytes = 0
    for await (const piece of pieces(body, Math.max(partBytes, Math.ceil(options.bytes / mostParts)))) {
      bytes += piece.length
      if (bytes > options.bytes) break
      whole.update(piece)
      upload ??= (await unfinishedUpload(target, piece)) ?? (await begin(target, options))
      parts.push(await sendPart(target, upload, parts.length + 1, piece))
    }
    checkLength(bytes, options)
    if (whole.digest('hex') !== options.sha256) throw new Failure('storage-refused', { reason: 'bad-digest' })
    return await complete(target, upload?.uploadId, parts, options)
  } catch (error) {
    // What was cut off is taken up by the next try; what was refused would be paid for and never seen.
    if (upload && storageFailure(error).code !== 'storage-away') await abandon(target, upload.uploadId)
    throw error
  }
}

export async function begin({ client, bucket, key }: Target, options: Partial<PutOptions>): Promise<Upload> {
  const names = { Bucket: bucket, Key: key }
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...names, ChecksumAlgorithm: 'SHA256', ...beside(options) }),
  )
  return { uploadId: UploadId, sent: new Map() }
}

export async function sendPart(
  { client, bucket, key }: Target,
  { uploadId, sent }: Upload,
  PartNumber: number,
  piece: Buffer,
): Promise<CompletedPart> {
  const sha256 = createHash('sha256').update(piece).digest('hex')
  const ChecksumSHA256 = base64(sha256)
  const there = sent.get(PartNumber)
  if (there && isSame(there, piece)) return { PartNumber, ETag: there.etag, ChecksumSHA256 }
  const command = new UploadPartCommand({
    ...{ Bucket: bucket, Key: key, UploadId: uploadId, PartNumber },
    ...{ Body: piece, ContentLength: piece.length, ChecksumSHA256 },
  })
  const { ETag } = await client.send(signedBy(command, sha256)).catch((error: unknown) => {
    throw changedOnItsWay(error, () => true)
  })
  return { PartNumber, ETag, ChecksumSHA256 }
}

export async function complete(
  target: Target,
  UploadId: string | undefined,
  Parts: CompletedPart[],
  options: Partial<PutOptions>,
): Promise<string | undefined> {
  const { client, bucket, key } = target
  const command = new CompleteMultipartUploadCommand({
    ...{ Bucket: bucket, Key: key, UploadId, MultipartUpload: { Parts } },
    ...condition(options),
  })
  const { VersionId } = await client.send(
    options.onlyIfAbsent ? lookingBeforeEachRepeat(command, target) : command,
  )
  return VersionId
}
