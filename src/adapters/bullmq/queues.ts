import type { Queue } from 'bullmq'
import { Failure } from '../../domain/failure.ts'
import { type Dispatch, type QueueName, queueNames } from '../../domain/order.ts'
import type { Queues } from '../../plumbing.ts'
import { type JobPayload, openQueue, patienceMs, type QueueBackend } from './backend.ts'
import { startWorker } from './worker.ts'

/**
 * Opens the queues on either backend. `prefix` is the key prefix in Redis and the schema in PostgreSQL, where
 * `prepareQueues` must have run. A job of a killed worker is delivered again after `lockMs` and up to twice
 * `stalledCheckMs`: 15 to 25 seconds unless told otherwise.
 * @throws Failure queue-away
 */
export async function openQueues(options: {
  backend: QueueBackend
  prefix: string
  lockMs?: number
  stalledCheckMs?: number
}): Promise<Queues> {
  const { backend, prefix, lockMs = 15_000, stalledCheckMs = 5_000 } = options
  const opened = queueNames.map((name) => [name, openQueue(backend, prefix, name)] as const)
  const queues = Object.fromEntries(opened.map(([name, { queue }]) => [name, queue])) as Record<
    QueueName,
    Queue<JobPayload>
  >
  for (const queue of Object.values(queues)) queue.on('error', () => {}) // each call reports its own
  const close = async () => {
    await Promise.allSettled(Object.values(queues).map((queue) => within(queue.close())))
    for (const [, { disconnect }] of opened) disconnect()
  }
  const each = async <Result>(ask: (queue: Queue<JobPayload>) => Promise<Result>) =>
    Object.fromEntries(
      await Promise.all(queueNames.map(async (name) => [name, await within(ask(queues[name]))] as const)),
    ) as Record<QueueName, Result>

  try {
    await each((queue) => queue.waitUntilReady())
  } catch (error) {
    await close()
    throw error
  }

  return {
    async enqueue(dispatches) {
      for (const name of queueNames) {
        const jobs = dispatches.filter(({ queue }) => queue === name).map(job)
        if (jobs.length > 0) await within(queues[name].addBulk(jobs))
      }
    },

    async holding(queue, jobIds) {
      const held = new Set<string>()
      for (let start = 0; start < jobIds.length; start += 50) {
        const some = jobIds.slice(start, start + 50)
        const states = await within(Promise.all(some.map((id) => queues[queue].getJobState(id))))
        for (const [index, id] of some.entries()) if (heldStates.has(states[index]!)) held.add(id)
      }
      return held
    },

    atWork: async (queue) => (await within(queues[queue].getActive())).map(({ id }) => id!),

    async discard(queue, jobIds) {
      const remove = (id: string) => within(queues[queue].remove(id).catch(() => 0))
      for (const id of jobIds) {
        if ((await remove(id)) > 0) continue
        // Locked, by a clock that was ahead perhaps. Whoever is given it meanwhile finds that it is stale.
        const locked = await within(queues[queue].getJob(id))
        await within(locked?.moveToWait(anyLock).catch(() => 0) ?? Promise.resolve(0))
        await remove(id)
      }
    },

    async hasten(queue, ms) {
      const since = Date.now() - ms
      const waiting = await within(queues[queue].getJobs(['prioritized']))
      const late = waiting
        .filter(({ timestamp, priority }) => timestamp <= since && priority > firstTurn)
        .toSorted((a, b) => a.timestamp - b.timestamp || a.priority - b.priority)
      // In their order. One that was taken meanwhile is at work, which is all that was wanted.
      for (const one of late) await within(one.changePriority({ priority: firstTurn }).catch(() => undefined))
    },

    counts: () =>
      each(async (queue) => {
        const {
          waiting = 0,
          prioritized = 0,
          active = 0,
          delayed = 0,
        } = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed')
        return { waiting: waiting + prioritized, active, delayed }
      }),

    oldest: () =>
      each(async (queue) => {
        // They stand in the order of their turns; no more are there than the dispatcher lets fly.
        const added = (await queue.getJobs(['waiting', 'prioritized'])).map(({ timestamp }) => timestamp)
        const taken = (await queue.getActive()).flatMap(({ processedOn }) => processedOn ?? [])
        return {
          ...(added.length > 0 ? { waiting: new Date(Math.min(...added)) } : {}),
          ...(taken.length > 0 ? { active: new Date(Math.min(...taken)) } : {}),
        }
      }),

    pause: (queue) => within(queues[queue].pause()),
    resume: (queue) => within(queues[queue].resume()),
    drain: (queue) => within(queues[queue].drain(true)),

    startWorker: (queue, deliver, { concurrency, report }) =>
      startWorker(backend, prefix, queue, deliver, { concurrency, lockMs, stalledCheckMs }, report),

    close,
  }
}

const firstTurn = 1

/** The library's word for whoever holds the lock. */
const anyLock = '0'
const heldStates: ReadonlySet<string> = new Set(['waiting', 'prioritized', 'delayed', 'active'])

const job = ({ jobId, organisationId, outboxId, turn }: Dispatch) => ({
  name: 'order',
  data: { organisationId, outboxId },
  opts: { jobId, priority: turn },
})

/** The answer, if it comes in time. The library's own errors may wait for a connection for ever. */
async function within<Result>(answer: Promise<Result>): Promise<Result> {
  const patience = Promise.withResolvers<never>()
  const timer = setTimeout(() => patience.reject(new Failure('queue-away')), patienceMs)
  try {
    return await Promise.race([answer, patience.promise])
  } catch (error) {
    throw error instanceof Failure ? error : new Failure('queue-away', {}, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
