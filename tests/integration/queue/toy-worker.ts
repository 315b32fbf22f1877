// A worker process for tests: real runner, real queue, toy stages. What it needs comes as its first message.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { openQueues } from '../../../src/adapters/bullmq/queues.ts'
import { openDatabase } from '../../../src/adapters/postgres/database.ts'
import { openAnnouncements } from '../../../src/adapters/postgres/outbox-listen.ts'
import { openPresence } from '../../../src/adapters/postgres/outbox-presence.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import type { Ports } from '../../../src/ports.ts'
import { live, openLog } from '../../../workers/lifetime.ts'
import { startQueueWorker } from '../../../workers/queue-worker.ts'
import { done, toyStage } from './toy-stage.ts'
import type { ToyWorkerOrders } from './works.ts'

const log = openLog('toy')
const forEver = 600_000

const stages = [
  toyStage('endless', async (id, { signal }) => {
    await sleep(forEver, undefined, { signal })
    return done(id)
  }),
  toyStage('deaf', async (id) => {
    await sleep(forEver)
    return done(id)
  }),
  toyStage('short', async (id) => {
    await sleep(500)
    return done(id)
  }),
]

await live(log, async () => {
  const given = once(process, 'message')
  process.send!('listening')
  const [orders] = (await given) as [ToyWorkerOrders]
  const { backend, prefix, stopMs, lockMs } = orders
  const app = openDatabase({ url: orders.appUrl })
  const system = openDatabase({ url: orders.systemUrl })
  const clock = { now: () => new Date() }
  const queues = await openQueues({ backend, prefix, lockMs, stalledCheckMs: 1_000 })
  const worker = startQueueWorker('page', {
    stages: new Map(stages.map((stage) => [stage.name, stage])),
    truth: openTruth(app, clock),
    ports: {} as Ports,
    clock,
    log,
    queues,
    announcements: openAnnouncements(orders.systemUrl),
    presence: openPresence(system, clock),
    concurrency: 2,
    maxAttempts: 3,
    retryMs: 50,
    stopMs: stopMs * 0.9,
  })
  return {
    stopMs,
    async stop() {
      await worker.stop()
      await queues.close()
      await Promise.all([app.destroy(), system.destroy()])
    },
  }
})
