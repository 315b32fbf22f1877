import type { Logger } from 'pino'
import type { BatchId } from '../src/domain/ids.ts'
import type { Doing, Order } from '../src/domain/order.ts'
import type { Delivery } from '../src/plumbing.ts'
import { createCpuAccount } from './cpu-account.ts'
import type { CpuTime } from './cpu-time.ts'
import { type Conclusion, giveBack, isCurrent, type RunnerParts, runOrder } from './run-order.ts'
import { traceOf } from './trace.ts'

type Flight = {
  readonly abort: AbortController
  /** Batches rejected before it was known which order this is. */
  readonly rejected: Set<BatchId>
  readonly since: Date
  order?: Order
}

/** How a stage meets a queue: what one process has at work, and how to stop it. */
export interface Runner {
  deliver(delivery: Delivery): Promise<void>
  /** What is at work here now, the oldest first. */
  atWork(): Doing[]
  /** The batch was rejected: its orders at work here are aborted. */
  cancelBatch(batchId: BatchId): void
  /** Aborts what was settled, cancelled or dispatched anew meanwhile: an announcement may have been missed. */
  abortStale(): Promise<void>
  /** From now on every delivery is given back. */
  refuse(): void
  /** Aborts everything at work. */
  abort(): void
  /** Gives back what is still at work, for a process that must end now. Returns how many. */
  giveBackAll(): Promise<number>
}

export function createRunner(parts: RunnerParts, log: Logger): Runner {
  const flights = new Set<Flight>()
  const account = createCpuAccount()
  let refusing = false

  return {
    async deliver(delivery) {
      const flight: Flight = { abort: new AbortController(), rejected: new Set(), since: parts.clock.now() }
      if (refusing) flight.abort.abort()
      flights.add(flight)
      const begun = performance.now()
      const bill = account.open()
      try {
        const conclusion = await runOrder(delivery, parts, flight.abort.signal, (order) => {
          flight.order = order
          if (flight.rejected.has(order.batchId)) flight.abort.abort()
        })
        record(log, delivery, conclusion, performance.now() - begun, account.close(bill))
      } finally {
        account.close(bill)
        flights.delete(flight)
      }
    },

    atWork: () => [...flights].flatMap(({ order, since }) => (order ? [doingOf(order, since)] : [])),

    cancelBatch(batchId) {
      for (const { order, abort, rejected } of flights) {
        if (!order) rejected.add(batchId)
        else if (order.batchId === batchId) abort.abort()
      }
    },

    async abortStale() {
      for (const { order, abort } of [...flights]) {
        if (order && !(await isCurrent(order, parts))) abort.abort()
      }
    },

    refuse() {
      refusing = true
    },

    abort() {
      for (const { abort } of flights) abort.abort()
    },

    async giveBackAll() {
      const orders = [...flights].flatMap(({ order }) => (order ? [order] : []))
      const given = await Promise.allSettled(orders.map((order) => giveBack(order, parts)))
      return given.filter(({ status }) => status === 'fulfilled').length
    },
  }
}

const doingOf = ({ id, stage, batchId, subjectId }: Order, since: Date): Doing => ({
  ...{ stage, orderId: id, batchId, subjectId },
  since: since.toISOString(),
})

/** Ids, codes and times only: what an error says may quote content. */
function record(
  log: Logger,
  { outboxId, starts }: Delivery,
  { verdict, order, failure }: Conclusion,
  ms: number,
  cpu: CpuTime,
): void {
  const level = verdict === 'failed' ? 'error' : verdict === 'postponed' ? 'warn' : 'info'
  log[level](
    {
      order: outboxId,
      ...(order && {
        stage: order.stage,
        batch: order.batchId,
        subject: order.subjectId,
        attempts: order.attempts,
      }),
      ...(failure && { code: failure.code }),
      ...(failure?.code === 'unexpected' && traceOf(failure.cause ?? failure)),
      ...(starts > 1 && { starts }),
      ms: Math.round(ms),
      cpu,
    },
    verdict,
  )
}
