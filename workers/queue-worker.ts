import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Logger } from 'pino'
import { asFailure } from '../src/domain/failure.ts'
import type { Doing, QueueName } from '../src/domain/order.ts'
import type { Announcements, Presence, Queues } from '../src/plumbing.ts'
import { repeat } from './repeat.ts'
import type { RunnerParts } from './run-order.ts'
import { createRunner } from './runner.ts'

export type QueueWorkerParts = RunnerParts & {
  readonly queues: Queues
  readonly announcements: Announcements
  readonly presence: Presence
  readonly log: Logger
  readonly concurrency: number
  /** Longest time that stopping may take, in milliseconds. */
  readonly stopMs: number
}

/**
 * Works on one queue until stopped. Stopping takes no more orders, lets those at work finish for a while, then aborts
 * them, then gives back what does not listen.
 */
export function startQueueWorker(queue: QueueName, parts: QueueWorkerParts): { stop(): Promise<void> } {
  const { queues, announcements, log, concurrency, stopMs } = parts
  const runner = createRunner(parts, log)
  const worker = queues.startWorker(queue, runner.deliver, {
    concurrency,
    report: ({ code }) => log.warn({ code }, 'trouble with the queue'),
  })
  const ear = announcements.listen((announcement) => {
    if (announcement.kind === 'batch-cancelled') runner.cancelBatch(announcement.batchId)
  })
  const over = new AbortController()
  const looking = repeat(lookMs, over.signal, runner.abortStale, (error) => {
    log.warn({ code: asFailure(error).code }, 'cannot see what was cancelled')
  })
  const leave = showPresence(queue, parts, { places: concurrency, doing: runner.atWork })

  return {
    async stop() {
      runner.refuse()
      const abort = setTimeout(runner.abort, stopMs * 0.5)
      const finished = await worker.close(stopMs * 0.75)
      clearTimeout(abort)
      if (!finished) log.warn({ orders: await runner.giveBackAll() }, 'gave back what did not stop')
      over.abort()
      await Promise.allSettled([looking, ear.close(), leave()])
    },
  }
}

const beatMs = 10_000
/** How long a missed announcement goes unnoticed. */
const lookMs = 5_000

/**
 * Tells the database every ten seconds that this process lives, and what it does. Returns how to say that it ends.
 */
export function showPresence(
  queue: string,
  { presence, clock, log }: Pick<QueueWorkerParts, 'presence' | 'clock' | 'log'>,
  { places = 1, doing = () => [] }: { places?: number; doing?: () => readonly Doing[] } = {},
): () => Promise<void> {
  const startedAt = clock.now()
  const self = { id: randomUUID(), queue, host: hostname(), pid: process.pid, startedAt, places }
  const over = new AbortController()
  const beating = repeat(
    beatMs,
    over.signal,
    () => presence.beat({ ...self, doing: doing() }),
    (error) => log.warn({ code: asFailure(error).code }, 'no heartbeat'),
  )
  return async () => {
    over.abort()
    await beating
    await presence.leave(self.id)
  }
}
