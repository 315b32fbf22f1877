import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsOutput,
  ListPartsCommand,
  type ListPartsOutput,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { Target } from './head.ts'
import { answersOf } from './listing.ts'
import { storageFailure } from './storage-failure.ts'

/** One part that an earlier try sent. */
export type SentPart = { readonly etag: string; readonly bytes: number; readonly sha256: string | undefined }
type Upload = { readonly key: string; readonly uploadId: string }

/**
 * The upload of this object that an earlier try began and left, with the parts it sent. Its first part must be ours: sealed
 * content begins with a key of its own, so that another content never matches. What else was begun under this key is dropped.
 */
export async function unfinishedUpload(
  target: Target,
  firstPiece: Buffer,
): Promise<{ uploadId: string; sent: ReadonlyMap<number, SentPart> } | undefined> {
  for (const { uploadId } of await begun(target)) {
    const sent = await partsOf(target, uploadId)
    const first = sent.get(1)
    if (first && isSame(first, firstPiece)) return { uploadId, sent }
    if (first) await abandon(target, uploadId)
  }
  return undefined
}

/** By its SHA-256 where the store keeps one, else by its MD5, which is what an ETag is. */
export const isSame = ({ bytes, sha256, etag }: SentPart, piece: Buffer): boolean =>
  bytes === piece.length &&
  (sha256 === undefined
    ? etag.replaceAll('"', '') === createHash('md5').update(piece).digest('hex')
    : sha256 === createHash('sha256').update(piece).digest('base64'))

/** A storage that does not say what was begun is one where every try begins anew. */
async function begun({ client, bucket, key }: Target): Promise<Upload[]> {
  const found: Upload[] = []
  try {
    for await (const upload of listUploads(client, bucket, key)) if (upload.key === key) found.push(upload)
  } catch (error) {
    if (storageFailure(error).code === 'storage-away') throw error
  }
  return found
}

async function partsOf({ client, bucket, key }: Target, UploadId: string): Promise<Map<number, SentPart>> {
  const sent = new Map<number, SentPart>()
  const answers = answersOf<ListPartsOutput>((previous) => {
    const marker = { PartNumberMarker: previous?.NextPartNumberMarker }
    return client.send(new ListPartsCommand({ Bucket: bucket, Key: key, UploadId, ...marker }))
  })
  for await (const { Parts = [] } of answers)
    for (const { PartNumber, ETag, Size, ChecksumSHA256 } of Parts)
      if (PartNumber && ETag) sent.set(PartNumber, { etag: ETag, bytes: Size ?? 0, sha256: ChecksumSHA256 })
  return sent
}

/** Every upload under a prefix that was begun and neither finished nor given up. */
export async function* listUploads(client: S3Client, bucket: string, prefix: string): AsyncGenerator<Upload> {
  const answers = answersOf<ListMultipartUploadsOutput>((previous) => {
    const markers = { KeyMarker: previous?.NextKeyMarker, UploadIdMarker: previous?.NextUploadIdMarker }
    return client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...markers }))
  })
  for await (const { Uploads = [] } of answers)
    for (const { Key, UploadId } of Uploads) if (Key && UploadId) yield { key: Key, uploadId: UploadId }
}

/** Its parts would be paid for and never seen. One that is finished or gone meanwhile is no trouble. */
export async function abandon({ client, bucket, key }: Target, UploadId: string | undefined): Promise<void> {
  await client
    .send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId }))
    .catch(() => undefined)
}
