import { type FileHandle, open } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from './call.ts'
import type { Fault } from './faults.ts'
import { Refusal } from './refusal.ts'
import { xmlError } from './xml.ts'

export async function sendAnswer(
  { status = 200, headers = {}, xml, content }: Answer,
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<void> {
  if (fault === 'lost-answer') return void response.socket?.resetAndDestroy()
  if (content && content.to >= content.from) {
    const handle = await openContent(content.path)
    response.writeHead(status, headers)
    return sendContent(handle, content, fault, response)
  }
  if (rateOf(fault) !== undefined) await sleep(1_000)
  const body = xml === undefined ? undefined : Buffer.from(xml)
  const length = status === 204 ? {} : { 'content-length': body?.length ?? 0 }
  response.writeHead(status, { ...(body && { 'content-type': 'application/xml' }), ...length, ...headers })
  response.end(body)
}

/** The version may have been deleted since it was found. */
const openContent = (path: string): Promise<FileHandle> =>
  open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Refusal('NoSuchKey') : error
  })

async function sendContent(
  handle: FileHandle,
  { from, to }: { from: number; to: number },
  fault: Fault | undefined,
  response: ServerResponse,
): Promise<void> {
  const half = fault === 'half-body'
  const end = half ? from + Math.floor((to - from + 1) / 2) - 1 : to
  // A file that is shorter than was promised breaks the connection off, instead of letting the reader wait for the rest.
  response.strictContentLength = !half
  const source = end < from ? [] : handle.createReadStream({ start: from, end, highWaterMark: 256 * 1024 })
  try {
    if (half) await sendAndCut(source, response)
    else if (fault === 'wrong-checksum') await pipeline(source, changeOneByte(), response)
    else if (rateOf(fault)) await pipeline(source, slowed(rateOf(fault)!), response)
    else await pipeline(source, response)
  } catch {
    // The reader went away: there is nobody to tell.
    response.destroy()
  } finally {
    await handle.close().catch(() => undefined)
  }
}

async function sendAndCut(source: AsyncIterable<unknown> | unknown[], response: ServerResponse) {
  for await (const chunk of source) await new Promise((resolve) => response.write(chunk, resolve))
  response.flushHeaders()
  response.socket?.end(() => response.destroy())
}

const rateOf = (fault: Fault | undefined): number | undefined =>
  typeof fault === 'object' && 'bytesPerSecond' in fault ? fault.bytesPerSecond : undefined

/** A tenth of a second's worth of bytes at a time. */
const slowed = (bytesPerSecond: number) =>
  async function* (chunks: AsyncIterable<Buffer> | Iterable<Buffer>) {
    const size = Math.max(1, Math.floor(bytesPerSecond / 10))
    for await (const chunk of chunks)
      for (let at = 0; at < chunk.length; at += size) {
        yield chunk.subarray(at, at + size)
        await sleep(100)
      }
  }

function changeOneByte(): Transform {
  let changed = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const copy = Buffer.from(chunk)
      if (!changed && copy.length > 0) copy[0] = copy[0]! ^ 1
      changed = true
      done(null, copy)
    },
  })
}

export function sendRefusal(
  error: unknown,
  path: string,
  stream: IncomingMessage,
  response: ServerResponse,
): void {
  if (response.headersSent || stream.socket.destroyed) return void response.destroy()
  // What is left of the body is read away, so that the client gets to read the answer.
  stream.resume()
  const refusal =
    error instanceof Refusal
      ? error
      : new Refusal('InternalError', error instanceof Error ? error.name : 'unknown')
  const bodyless = stream.method === 'HEAD' || refusal.status === 304
  const body = bodyless ? '' : xmlError({ Code: refusal.code, Message: refusal.message, Resource: path })
  response.writeHead(refusal.status, { 'content-type': 'application/xml', ...refusal.headers }).end(body)
}
