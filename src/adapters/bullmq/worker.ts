import { setTimeout as sleep } from 'node:timers/promises'
import { asFailure, Failure } from '../../domain/failure.ts'
import type { QueueName } from '../../domain/order.ts'
import type { Delivery, QueueWorker } from '../../plumbing.ts'
import { openWorker, type QueueBackend, type WorkerTuning } from './backend.ts'

/** Takes jobs from one queue, as `Queues.startWorker` promises. */
export function startWorker(
  backend: QueueBackend,
  prefix: string,
  queue: QueueName,
  deliver: (delivery: Delivery) => Promise<void>,
  tuning: WorkerTuning,
  report: (failure: Failure) => void,
): QueueWorker {
  const worker = openWorker(
    backend,
    prefix,
    queue,
    async (jobId, { organisationId, outboxId }, starts) => {
      try {
        await deliver({ queue, jobId, organisationId, outboxId, starts })
      } catch (error) {
        report(asFailure(error))
        throw new Error('undelivered') // what the queue keeps of an error must not quote content
      }
    },
    tuning,
  )
  let closing = false
  const trouble = (error: unknown) => {
    if (!closing) report(new Failure('queue-away', { queue }, { cause: error }))
  }
  worker.on('error', trouble)
  worker.run().catch(trouble)

  return {
    async close(graceMs) {
      closing = true
      const closed = worker.close().then(
        () => true,
        () => true,
      )
      const finished = await Promise.race([closed, sleep(graceMs, false, { ref: false })])
      if (!finished) await Promise.race([worker.disconnect().catch(() => {}), sleep(500)])
      return finished
    },
  }
}
