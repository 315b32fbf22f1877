import { Readable } from 'node:stream'

/** A buffer as the stream that it is read from; `Readable.from` would take it for its bytes. */
export const streamed = (body: Buffer | Readable): Readable =>
  Buffer.isBuffer(body) ? Readable.from([body]) : body

/** Cuts a stream into buffers of `size` bytes; only the last one is shorter. */
export async function* pieces(body: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    for (let rest = chunk; rest.length > 0; ) {
      const taken = rest.subarray(0, size - bytes)
      rest = rest.subarray(taken.length)
      waiting.push(taken)
      bytes += taken.length
      if (bytes < size) continue
      yield waiting.length === 1 ? taken : Buffer.concat(waiting)
      waiting = []
      bytes = 0
    }
  }
  if (bytes > 0) yield Buffer.concat(waiting)
}
