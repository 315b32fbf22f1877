import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer } from './call.ts'
import { applyFault, type Faults } from './faults.ts'
import { asSeenWithout, type Lack } from './lacks.ts'
import { Refusal } from './refusal.ts'
import { readRequest, type S3Request } from './request.ts'
import { type OperationName, operations, route } from './router.ts'
import { sendAnswer, sendRefusal } from './sending.ts'
import { type Credentials, verifySignature } from './signature.ts'
import { closeStore, openStore } from './store.ts'
import { takeTurns } from './turns.ts'

export type DevelopmentS3Options = {
  /** Where the buckets live; made when missing, kept when closed. */
  readonly directory: string
  /** 0, the default, takes a free one. */
  readonly port?: number
  readonly credentials: Credentials
  /** The time of objects and locks; signatures are always checked against the real one. */
  readonly clock?: { now(): Date }
  /** Asked at every request what should go wrong with it. */
  readonly faults?: Faults
  /** What it shall not keep, like some storages that it stands for. */
  readonly lacks?: readonly Lack[]
  /** Survive a power cut too, not only the end of the process; slow, and off by default. */
  readonly durable?: boolean
}

export type DevelopmentS3 = {
  readonly endpoint: string
  readonly port: number
  close(): Promise<void>
}

/**
 * A small S3 server FOR DEVELOPMENT AND TESTS ONLY: one process, one account, plain HTTP on the loopback interface,
 * no replication, no encryption of its own, the list of objects in memory. It honours what Scellé relies on: Signature
 * Version 4, checksums, versions, Object Lock, conditional writes, multipart uploads. What it lacks it refuses with
 * NotImplemented. Two of them must not share one directory.
 */
export async function startDevelopmentS3(options: DevelopmentS3Options): Promise<DevelopmentS3> {
  const store = await openStore(options.directory, options.durable ?? false)
  const clock = options.clock ?? { now: () => new Date() }
  const inTurn = takeTurns()
  const busy = new Set<Promise<void>>()

  const perform = async (request: S3Request, name: OperationName | undefined): Promise<Answer> => {
    const signed = verifySignature(request, options.credentials, new Date())
    if (!name) throw new Refusal('NotImplemented')
    const seen = asSeenWithout(options.lacks ?? [], request, name)
    return seen ? operations[name]({ request: seen, signed, store, now: clock.now(), inTurn }) : {}
  }

  const serve = async (stream: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('x-amz-request-id', randomBytes(8).toString('hex'))
    let path = stream.url ?? ''
    try {
      const request = readRequest(stream)
      path = request.path
      const operation = route(request)
      const { method, bucket, key } = request
      const fault = options.faults?.({ operation, method, bucket, key, query: request.query })
      if (applyFault(fault, stream, response)) return
      await sendAnswer(await perform(request, operation), fault, response)
    } catch (error) {
      sendRefusal(error, path, stream, response)
    }
  }

  const server = createServer((stream, response) => {
    const done = serve(stream, response).finally(() => busy.delete(done))
    busy.add(done)
  })
  // Longer than the client keeps idle connections, so that it never writes into one that we are closing.
  server.keepAliveTimeout = 65_000
  const port = await listen(server, options.port ?? 0)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await Promise.allSettled(busy)
      await closeStore(store)
    },
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
