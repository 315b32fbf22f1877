import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { Failure } from '../../domain/failure.ts'
import type { Target } from './head.ts'
import { statusOf, storageFailure } from './storage-failure.ts'

export type Range = { readonly from: number; readonly length: number }

/**
 * Bytes asked for at once. They are held until they are read, so that whoever reads slowly keeps no connection waiting, which
 * would be cut.
 */
const pieceBytes = 4 * 1024 ** 2
/** Bytes given out at once. */
const portionBytes = 256 * 1024
/** How often a piece is asked for whose content broke off; the SDK asks again only for what was not answered. */
const tries = 3

type Piece = { readonly content: Buffer; readonly total: number; readonly etag: string | undefined }

/** An object, or a range of it, piece by piece; all pieces are of one object. @throws what the SDK throws, Failure object-missing */
export async function readObject(target: Target, range?: Range): Promise<Readable> {
  if (range?.length === 0) return Readable.from([])
  const from = range?.from ?? 0
  const first = await readPiece(target, from, Math.min(range?.length ?? pieceBytes, pieceBytes))
  const to = range ? Math.min(from + range.length, first.total) : first.total
  return Readable.from(portions(target, first, from, to), { objectMode: false })
}

async function* portions(target: Target, first: Piece, from: number, to: number): AsyncGenerator<Buffer> {
  let piece = first
  for (let at = from; ; piece = await followingPiece(target, at, to, first.etag)) {
    at += piece.content.length
    if (piece.content.length === 0 && at < to)
      throw new Failure('storage-away', { reason: 'incomplete-body' })
    for (let cut = 0; cut < piece.content.length; cut += portionBytes)
      yield piece.content.subarray(cut, cut + portionBytes)
    if (at >= to) return
  }
}

async function followingPiece(target: Target, at: number, to: number, etag?: string): Promise<Piece> {
  try {
    return await readPiece(target, at, Math.min(to - at, pieceBytes), etag)
  } catch (error) {
    if (statusOf(error) === 412)
      throw new Failure('storage-away', { reason: 'object-changed' }, { cause: error })
    throw storageFailure(error)
  }
}

async function readPiece(target: Target, from: number, length: number, etag?: string): Promise<Piece> {
  for (let attempt = 1; ; attempt++) {
    const { Body, ContentRange, ETag, ContentLength } = await ask(
      target,
      `bytes=${from}-${from + length - 1}`,
      etag,
    )
    const total = totalOf(ContentRange, from)
    if (total === undefined && (ContentLength ?? 1) > 0) {
      ;(Body as Readable).destroy()
      throw new Failure('storage-refused', { reason: 'range-ignored' })
    }
    try {
      return { content: await buffer(Body as Readable), total: total ?? 0, etag: ETag }
    } catch (error) {
      if (attempt >= tries) throw error
    }
  }
}

/** `bytes 0-4194303/9000000` */
function totalOf(contentRange: string | undefined, from: number): number | undefined {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(contentRange ?? '') ?? []
  return Number(start) === from ? Number(total) : undefined
}

async function ask({ client, bucket, key }: Target, range: string, etag: string | undefined) {
  const names = { Bucket: bucket, Key: key }
  try {
    return await client.send(new GetObjectCommand({ ...names, Range: range, IfMatch: etag }))
  } catch (error) {
    if (statusOf(error) === 404 && (error as Error).name !== 'NoSuchBucket')
      throw new Failure('object-missing', {}, { cause: error })
    // An empty object has no range.
    if (statusOf(error) === 416 && range.startsWith('bytes=0-'))
      return client.send(new GetObjectCommand(names))
    throw error
  }
}
