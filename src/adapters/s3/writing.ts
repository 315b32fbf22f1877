import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { CompletedPart } from '@aws-sdk/client-s3'
import type { Target } from './head.ts'
import { pieces } from './pieces.ts'
import { storageFailure } from './storage-failure.ts'
import { abandon } from './unfinished.ts'
import { uploadWhole } from './uploading.ts'
import { begin, complete, partBytes, sendPart, type Upload } from './uploading-in-parts.ts'

type Written = { readonly bytes: number; readonly sha256: string }

/**
 * Writes a body of which nobody knows how long it will be: at once when it is small, else in parts. The last piece is kept
 * back until the body has ended well, so that of one that fails nothing becomes an object.
 *
 * @throws what the body fails with, Failure storage-away, storage-refused
 */
export async function write(target: Target, body: Readable): Promise<Written> {
  let upload: Upload | undefined
  let cause: { readonly error: unknown } | undefined
  const source = noting(body, (error) => (cause = { error }))
  try {
    const parts: CompletedPart[] = []
    const whole = createHash('sha256')
    let bytes = 0
    let last: Buffer = Buffer.alloc(0)
    for await (const piece of pieces(source, partBytes)) {
      whole.update(piece)
      bytes += piece.length
      if (last.length > 0) {
        upload ??= await begin(target, {})
        parts.push(await sendPart(target, upload, parts.length + 1, last))
      }
      last = piece
    }
    const written = { bytes, sha256: whole.digest('hex') }
    if (!upload) await uploadWhole(target, last, written)
    else {
      parts.push(await sendPart(target, upload, parts.length + 1, last))
      await complete(target, upload.uploadId, parts, {})
    }
    return written
  } catch (error) {
    if (upload) await abandon(target, upload.uploadId)
    throw cause ? cause.error : storageFailure(error)
  }
}

/** A body that fails is no failure of the storage's. */
async function* noting(body: Readable, note: (error: unknown) => void): AsyncGenerator<Buffer> {
  try {
    yield* body as AsyncIterable<Buffer>
  } catch (error) {
    note(error)
    throw error
  }
}
