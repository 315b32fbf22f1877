import { setTimeout as sleep } from 'node:timers/promises'
import { asFailure, Failure } from '../../domain/failure.ts'
import type { Dispatch, QueueName } from '../../domain/order.ts'
import { openWorker, type QueueBackend, type WorkerTuning } from './backend.ts'

/** One delivery of a dispatch. `starts` counts from 1: more means that a worker died, or froze, with it. */
export type Delivery = Dispatch & { readonly starts: number }

export interface QueueWorker {
  /**
   * Takes no more jobs and waits at most `graceMs` for those at work, then ends its connections. True when all were
   * finished; a job left unfinished is delivered again.
   */
  close(graceMs: number): Promise<boolean>
}

/**
 * Takes jobs from one queue. What `deliver` throws is reported and the job is gone: the outbox still has the order, and
 * the sweeper finds it. `report` hears of trouble with the queue itself; nothing of it ends the process.
 */
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
