import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Refusal } from './refusal.ts'

/** A request in S3's terms; path-style addresses only. */
export type S3Request = {
  readonly method: string
  readonly path: string
  readonly bucket: string
  readonly key: string
  readonly query: ReadonlyMap<string, string>
  readonly headers: IncomingHttpHeaders
  readonly stream: IncomingMessage
}

export function readRequest(stream: IncomingMessage): S3Request {
  const [path, search] = splitOnce(stream.url ?? '/', '?')
  const [bucket, key] = splitOnce(path.slice(1), '/')
  const request = {
    method: stream.method ?? 'GET',
    path: decode(path),
    bucket: decode(bucket),
    key: decode(key),
    query: new Map(
      search
        .split('&')
        .filter(Boolean)
        .map((pair) => splitOnce(pair, '=').map(decode) as [string, string]),
    ),
    headers: stream.headers,
    stream,
  }
  if (Buffer.byteLength(request.key) > 1024) throw new Refusal('KeyTooLongError')
  return request
}

/** One header, undefined when absent. */
export function header(request: Pick<S3Request, 'headers'>, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Refusal('InvalidArgument', 'The address is not well encoded')
  }
}
