import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { longestRequest, witnessPath } from '../../ledger/witnessing.ts'
import type { WitnessState } from '../../evidence-ports.ts'

/** What is answered to `add-checkpoint`. */
export type WitnessAnswer = { readonly status: number; readonly type?: string; readonly body: string }

/**
 * The witness as others ask it over HTTP: `POST /add-checkpoint`, `GET /<SHA-256 of the origin>/checkpoint`.
 * A fault of ours is 500 and no signature; it is reported.
 */
export async function serveWitness(options: {
  readonly host: string
  readonly port: number
  readonly state: WitnessState
  readonly answer: (request: string) => Promise<WitnessAnswer>
  readonly report: (error: unknown) => void
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const { state, answer, report } = options
  const server = createServer((request, response) => {
    route(request, state, answer)
      .catch((error: unknown): WitnessAnswer => {
        report(error)
        return { status: 500, body: '' }
      })
      .then((said) => send(response, said), report)
  })
  server.requestTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function route(
  request: IncomingMessage,
  state: WitnessState,
  answer: (request: string) => Promise<WitnessAnswer>,
): Promise<WitnessAnswer> {
  // As it is written: what no address can be, such as //, is nothing that is here.
  const [pathname] = (request.url ?? '/').split('?')
  if (pathname === '/add-checkpoint') {
    if (request.method !== 'POST') return { status: 405, body: '' }
    const text = await bodyOf(request)
    return text === undefined ? { status: 413, body: '' } : answer(text)
  }
  if (request.method !== 'GET') return { status: 405, body: '' }
  const { heads } = await state.read()
  const found = [...heads].find(([origin]) => pathname === `/${witnessPath(origin)}`)
  return found
    ? { status: 200, type: 'text/plain; charset=utf-8', body: found[1].note }
    : { status: 404, body: '' }
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > longestRequest) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function send(
  response: ServerResponse,
  { status, type = 'text/plain; charset=utf-8', body }: WitnessAnswer,
): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
