import type { IncomingMessage, ServerResponse } from 'node:http'
import type { OperationName } from './router.ts'
import { xmlError } from './xml.ts'

export type FaultRequest = {
  /** Undefined when this server does not know what is asked. */
  readonly operation: OperationName | undefined
  readonly method: string
  readonly bucket: string
  readonly key: string
  readonly query: ReadonlyMap<string, string>
}

/**
 * What goes wrong: `{ status }` answers that error and does nothing · `reset` cuts the connection before anything is done ·
 * `lost-answer` does what is asked and cuts the connection instead of answering · `timeout` never answers · `half-body` cuts
 * the connection in the middle of the content · `wrong-checksum` gives content back with one byte changed, and refuses
 * content that is sent with BadDigest · `{ bytesPerSecond }` sends content so slowly, and thinks for a second before any
 * other answer.
 */
export type Fault =
  | { readonly status: number }
  | { readonly bytesPerSecond: number }
  | 'reset'
  | 'lost-answer'
  | 'timeout'
  | 'half-body'
  | 'wrong-checksum'
export type Faults = (request: FaultRequest) => Fault | undefined

const codes: Record<number, string> = {
  400: 'BadDigest',
  403: 'AccessDenied',
  404: 'NoSuchKey',
  500: 'InternalError',
  503: 'SlowDown',
}

/** True when the fault took the place of the answer. */
export function applyFault(
  fault: Fault | undefined,
  stream: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (fault === 'reset') stream.socket.resetAndDestroy()
  else if (fault === 'timeout') stream.resume()
  else if (fault === 'wrong-checksum' && stream.method !== 'GET') answerStatus(400, stream, response)
  else if (typeof fault === 'object' && 'status' in fault) answerStatus(fault.status, stream, response)
  else return false
  return true
}

function answerStatus(status: number, stream: IncomingMessage, response: ServerResponse): void {
  stream.resume()
  const body = xmlError({ Code: codes[status] ?? `Status${status}`, Message: 'A fault' })
  response.writeHead(status, { 'content-type': 'application/xml' }).end(stream.method === 'HEAD' ? '' : body)
}
