import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { signedBy } from './client.ts'
import type { Target } from './head.ts'
import { pieces, streamed } from './pieces.ts'
import { lookingBeforeEachRepeat } from './repeating.ts'
import { uploadInParts } from './uploading-in-parts.ts'
import { changedOnItsWay } from './storage-failure.ts'
import { base64, beside, checkLength, condition, type PutOptions } from './wishes.ts'

/** What is larger goes up in parts; streams below are gathered, so that a try that fails can be made again. */
const gatheredBytes = 16 * 1024 ** 2

/** Uploads one object and returns its version. @throws what the SDK throws, Failure storage-refused */
export async function upload(
  target: Target,
  body: Buffer | Readable,
  options: PutOptions,
): Promise<string | undefined> {
  if (options.bytes > gatheredBytes) return uploadInParts(target, streamed(body), options)
  if (Buffer.isBuffer(body)) return uploadWhole(target, body, options)
  for await (const whole of pieces(body, gatheredBytes + 1)) {
    const version = await uploadWhole(target, whole, options)
    return version
  }
  return uploadWhole(target, Buffer.alloc(0), options)
}

export async function uploadWhole(
  target: Target,
  body: Buffer,
  options: PutOptions,
): Promise<string | undefined> {
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
  try {
    const { VersionId } = await client.send(
      options.onlyIfAbsent ? lookingBeforeEachRepeat(signed, target) : signed,
    )
    return VersionId
  } catch (error) {
    throw changedOnItsWay(error, () => createHash('sha256').update(body).digest('hex') === options.sha256)
  }
}
