import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import type { QueueBackend } from '../../../src/adapters/bullmq/backend.ts'
import { openQueues } from '../../../src/adapters/bullmq/queues.ts'
import { openAnnouncements } from '../../../src/adapters/postgres/outbox-listen.ts'
import { openPresence } from '../../../src/adapters/postgres/outbox-presence.ts'
import type { Stage } from '../../../src/stages/stage.ts'
import { keepDispatching } from '../../../workers/dispatch.ts'
import { startQueueWorker } from '../../../workers/queue-worker.ts'
import { watchUnattended } from '../../../workers/unattended.ts'
import type { RunnerParts } from '../../../workers/run-order.ts'
import { prefix } from './backends.ts'
import { type House, runnerParts } from './house.ts'

const silent = pino({ level: 'silent' })
const quick = { lockMs: 2_000, stalledCheckMs: 1_000 }

export type Works = Awaited<ReturnType<typeof startWorks>>

/** Dispatcher and workers of one house, in this process, with a queue that notices death soon. */
export async function startWorks(
  house: House,
  backend: QueueBackend,
  options: { inFlight?: number; unattendedMs?: number } = {},
) {
  const queues = await openQueues({ backend, prefix, ...quick })
  const announcements = openAnnouncements(house.database.systemUrl)
  const over = new AbortController()
  const dispatching = keepDispatching(
    {
      outbox: house.outbox,
      queues,
      announcements,
      clock: house.clock,
      log: silent,
      inFlight: options.inFlight ?? 64,
      sweepMs: 500,
      lostMs: 1_000,
      unattended: watchUnattended(
        { presence: openPresence(house.database.system, house.clock), clock: house.clock },
        options.unattendedMs ?? 60_000,
      ),
      pollMs: 200,
    },
    over.signal,
  )
  const workers: { stop(): Promise<void> }[] = []
  return {
    queues,
    /** Starts a worker of queue `page` on these stages. */
    work(
      stages: readonly Stage[],
      more: Partial<RunnerParts> & { concurrency?: number; stopMs?: number } = {},
    ) {
      const worker = startQueueWorker('page', {
        ...runnerParts(house, stages, { retryMs: 50, ...more }),
        queues,
        announcements,
        presence: openPresence(house.database.system, house.clock),
        log: silent,
        concurrency: more.concurrency ?? 2,
        stopMs: more.stopMs ?? 2_000,
      })
      workers.push(worker)
      return worker
    },
    async stop() {
      over.abort()
      await dispatching
      await Promise.all(workers.map((worker) => worker.stop()))
      await queues.close()
    },
  }
}

export type ToyWorkerOrders = {
  readonly appUrl: string
  readonly systemUrl: string
  readonly backend: QueueBackend
  readonly prefix: string
  readonly stopMs: number
  readonly lockMs: number
}

/** A worker process of its own that knows the stages of toy-worker.ts. Resolves when it takes orders. */
export async function startWorkerProcess(
  house: House,
  backend: QueueBackend,
  stopMs = 2_000,
  lockMs = 2_000,
) {
  const child = fork(fileURLToPath(new URL('toy-worker.ts', import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>
  const { appUrl, systemUrl } = house.database
  await once(child, 'message') // it listens
  child.send({ appUrl, systemUrl, backend, prefix, stopMs, lockMs } satisfies ToyWorkerOrders)
  await once(child, 'message') // it works
  return { child, exited }
}
