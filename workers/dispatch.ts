import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import { asFailure, type Failure } from '../src/domain/failure.ts'
import { orderOf, type QueueName, queueNames } from '../src/domain/order.ts'
import type { Announcements, Outbox, Queues } from '../src/plumbing.ts'
import type { Clock } from '../src/ports.ts'
import type { Unattended } from './unattended.ts'

export type DispatchParts = {
  readonly outbox: Outbox
  readonly queues: Queues
  readonly announcements: Announcements
  readonly clock: Clock
  readonly log: Logger
  /** Orders of one queue that are dispatched and not carried out, at most. */
  readonly inFlight: number
  readonly sweepMs: number
  /** Dispatched for so long without a job in the queue: the queue has lost it. */
  readonly lostMs: number
  readonly unattended: Unattended
  /** How long waiting orders may go unnoticed when no announcement comes. */
  readonly pollMs?: number
  /** Asked before each round. @throws Failure when no work must be given out */
  readonly mayGoOn?: () => void
  /** Hears how each round went. */
  readonly report?: (failure?: Failure) => void
}

const busyPollMs = 100

/** Gives waiting orders to the queues as room allows. Returns how many. */
export async function dispatch({ outbox, queues, inFlight }: DispatchParts): Promise<number> {
  let dispatched = 0
  for (const queue of queueNames) {
    const claimed = await outbox.claim(queue, inFlight)
    if (claimed.length === 0) continue
    try {
      await queues.enqueue(claimed)
    } catch (error) {
      await outbox.giveBack(claimed)
      throw error
    }
    dispatched += claimed.length
  }
  return dispatched
}

/** Turns decide for so long; then who came first. It is more than a flood of `inFlight` orders takes one worker. */
const hastenedAfterMs = 90_000

/** Finds what the queues have lost, and hastens what waits there too long. Returns how many orders wait again. */
export async function sweep(parts: DispatchParts): Promise<number> {
  const { outbox, queues, clock, lostMs, log } = parts
  const before = new Date(clock.now().getTime() - lostMs)
  let found = 0
  for (const queue of queueNames) {
    await queues.hasten(queue, hastenedAfterMs)
    await discardAbandoned(queue, parts)
    found += await outbox.sweep(queue, before, (jobIds) => queues.holding(queue, jobIds))
  }
  if (found > 0) log.warn({ orders: found }, 'lost by the queue, waiting again')
  return found
}

/** What the queue takes to be at work and nobody works on, be its order done or not: the queue itself may not look. */
async function discardAbandoned(
  queue: QueueName,
  { queues, outbox, unattended, log }: DispatchParts,
): Promise<void> {
  const atWork = await queues.atWork(queue)
  const alone = await unattended(queue, atWork.map(orderOf))
  const abandoned = atWork.filter((id) => alone.has(orderOf(id)))
  if (abandoned.length === 0) return
  log.warn({ queue, orders: abandoned.length }, 'at work for the queue, but nobody works on it')
  await queues.discard(queue, abandoned)
  await outbox.countLost(abandoned)
}

/** Dispatches and sweeps until told to stop. Trouble is logged and waited out. */
export async function keepDispatching(parts: DispatchParts, over: AbortSignal): Promise<void> {
  const wake = wakeUps()
  const ear = parts.announcements.listen(({ kind }) => kind === 'orders-waiting' && wake.up())
  over.addEventListener('abort', wake.up, { once: true })
  let swept = Number.NEGATIVE_INFINITY
  let dispatched = 0
  while (!over.aborted) {
    try {
      parts.mayGoOn?.()
      if (performance.now() - swept >= parts.sweepMs) {
        await sweep(parts)
        swept = performance.now()
      }
      dispatched = await dispatch(parts)
      parts.report?.()
    } catch (error) {
      const failure = asFailure(error)
      parts.report?.(failure)
      parts.log.warn({ code: failure.code }, 'dispatching must wait')
      await sleep(1_000, undefined, { signal: over }).catch(() => {})
    }
    // Room that was made is announced by nobody; where orders were just taken, more may wait for it.
    await wake.next(dispatched > 0 ? busyPollMs : (parts.pollMs ?? 1_000))
  }
  await ear.close()
}

/** One bell: a call of `up` while nobody waits is remembered, many are one. */
function wakeUps() {
  let bell = Promise.withResolvers<void>()
  return {
    up: () => bell.resolve(),
    async next(ms: number) {
      const timer = setTimeout(bell.resolve, ms)
      await bell.promise
      clearTimeout(timer)
      bell = Promise.withResolvers<void>()
    },
  }
}
