import {
  createPostgresBackend,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  Queue,
  runMigrations,
  Worker,
} from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import type { OrganisationId, OutboxId } from '../../domain/ids.ts'
import type { QueueName } from '../../domain/order.ts'

/** Where jobs lie: Redis or Valkey, or a schema of a PostgreSQL database. */
export type QueueBackend =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** All that a job says. What is to be done, and on whom, only PostgreSQL knows. */
export type JobPayload = { readonly organisationId: OrganisationId; readonly outboxId: OutboxId }

export type WorkerTuning = {
  readonly concurrency: number
  readonly lockMs: number
  readonly stalledCheckMs: number
}

/** Idle milliseconds after which we ask whether the other end still is there; it may have vanished without a word. */
const noticeMs = 10_000

/** Milliseconds after which a queue that does not answer is away. */
export const patienceMs = 5_000

// A job of a killed process comes back any number of times: whether it may run again is the outbox's decision.
const neverLost = 1_000_000

/**
 * Makes or updates what the queue needs in PostgreSQL. `prefix` is the schema. Needs a role that may create it; roles in
 * `grantTo` may work with it afterwards. Redis needs nothing.
 * @throws Failure queue-away
 */
export async function prepareQueues(
  backend: QueueBackend,
  prefix: string,
  grantTo: readonly string[] = [],
): Promise<void> {
  if (backend.kind === 'redis') return
  const client = new pg.Client({
    connectionString: backend.url,
    connectionTimeoutMillis: patienceMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await runMigrations(client, prefix)
    for (const role of grantTo) await grant(client, prefix, role)
  } catch (error) {
    throw new Failure('queue-away', { backend: backend.kind }, { cause: error })
  } finally {
    await client.end().catch(() => {})
  }
}

// BullMQ makes a sequence for each new queue, hence `create`.
async function grant(client: pg.Client, prefix: string, role: string): Promise<void> {
  const schema = client.escapeIdentifier(prefix)
  const to = client.escapeIdentifier(role)
  await client.query(`
    grant usage, create on schema ${schema} to ${to};
    grant select, insert, update, delete on all tables in schema ${schema} to ${to};
    grant usage, select, update on all sequences in schema ${schema} to ${to}`)
}

/** A BullMQ queue on either backend, and how to let go of its connection. */
export function openQueue(backend: QueueBackend, prefix: string, name: QueueName) {
  const options = {
    prefix,
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    streams: { events: { maxLen: 100 } },
  }
  if (backend.kind === 'postgres') {
    const connection = postgresConnection(backend.url, prefix, 2)
    const queue = new Queue<
      JobPayload,
      void,
      string,
      JobPayload,
      void,
      string,
      PostgresQueueBackend,
      PostgresConnectionOptions
    >(name, { ...options, connection }, createPostgresBackend)
    return { queue: queue as unknown as Queue<JobPayload>, disconnect: () => {} }
  }
  // Commands fail soon when Redis is away, instead of piling up in memory.
  const connection = new Redis(backend.url, {
    maxRetriesPerRequest: 1,
    connectTimeout: patienceMs,
    keepAlive: noticeMs,
  })
  connection.on('error', () => {})
  const queue = new Queue<JobPayload>(name, { ...options, connection })
  return { queue, disconnect: () => connection.disconnect() }
}

/** A BullMQ worker on either backend; it takes nothing until `run` is called. */
export function openWorker(
  backend: QueueBackend,
  prefix: string,
  name: QueueName,
  run: (jobId: string, payload: JobPayload, starts: number) => Promise<void>,
  { concurrency, lockMs, stalledCheckMs }: WorkerTuning,
): Worker<JobPayload, void> {
  const options = {
    prefix,
    concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    maxStalledCount: neverLost,
    autorun: false,
    drainDelay: 2,
  }
  const processor = (job: { id?: string; data: JobPayload; attemptsStarted: number }) =>
    run(job.id!, job.data, job.attemptsStarted)
  if (backend.kind === 'postgres') {
    const connection = postgresConnection(backend.url, prefix, Math.min(concurrency + 1, 5))
    const worker = new Worker<
      JobPayload,
      void,
      string,
      PostgresQueueBackend,
      number,
      PostgresConnectionOptions
    >(name, processor, { ...options, connection }, createPostgresBackend)
    return worker as unknown as Worker<JobPayload, void>
  }
  const connection = { url: backend.url, maxRetriesPerRequest: null, keepAlive: noticeMs }
  return new Worker<JobPayload, void>(name, processor, { ...options, connection })
}

const postgresConnection = (url: string, schema: string, max: number) => ({
  connectionString: url,
  schema,
  max,
  connectionTimeoutMillis: patienceMs,
  ...{ keepAlive: true, keepAliveInitialDelayMillis: noticeMs },
})
