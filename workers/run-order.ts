import { ZodError } from 'zod'
import { asFailure, Failure } from '../src/domain/failure.ts'
import { isOutage } from '../src/domain/outage.ts'
import { dispatchName, type Order } from '../src/domain/order.ts'
import type { Delivery } from '../src/plumbing.ts'
import type { Clock, Ports } from '../src/ports.ts'
import type { Truth } from '../src/records.ts'
import type { Outcome, Stage, StageContext } from '../src/stages/stage.ts'
import { backoffMs } from './backoff.ts'

export type RunnerParts = {
  readonly stages: ReadonlyMap<string, Stage>
  readonly truth: Truth
  readonly ports: Ports
  readonly clock: Clock
  readonly maxAttempts: number
  /** Wait after the first failed attempt, in milliseconds. */
  readonly retryMs: number
  readonly random?: () => number
}

/**
 * What became of a delivery. `stale`: the order was settled, or dispatched anew, before. `superseded`: somebody settled
 * it while we worked, and our result was dropped.
 */
export type Verdict =
  | 'completed'
  | 'held'
  | 'failed'
  | 'postponed'
  | 'nothing-to-do'
  | 'given-back'
  | 'stale'
  | 'superseded'

export type Conclusion = { readonly verdict: Verdict; readonly order?: Order; readonly failure?: Failure }

type Work = {
  readonly order: Order
  readonly stage: Stage
  readonly parts: RunnerParts
  readonly signal: AbortSignal
}

/**
 * Carries out one delivery: load in one transaction, run outside of any, settle in another together with the order
 * itself, the custody events and the next orders. Aborting `signal` gives the order back, unless its result is there
 * already. `onOrder` hears which order it is.
 * @throws Failure when the outbox itself cannot be reached: the sweeper will find the order
 */
export async function runOrder(
  delivery: Delivery,
  parts: RunnerParts,
  signal: AbortSignal,
  onOrder: (order: Order) => void = () => {},
): Promise<Conclusion> {
  const order = await parts.truth.transaction(delivery.organisationId, ({ orders }) =>
    orders.find(delivery.outboxId),
  )
  if (!order || !isOf(delivery, order)) return { verdict: 'stale' }
  onOrder(order)
  if (signal.aborted) return giveBack(order, parts)

  const stage = parts.stages.get(order.stage)
  if (!stage) return postpone(order, new Failure('unexpected', { kind: 'stage-unknown' }), false, parts)
  const work = { order, stage, parts, signal }
  const lost = delivery.starts - 1
  if (order.attempts + lost >= parts.maxAttempts)
    return giveUp(work, new Failure('unexpected', { kind: 'worker-lost' }), lost)
  try {
    return await attempt(work)
  } catch (error) {
    if (signal.aborted) return giveBack(order, parts)
    return afterFailure(work, error, lost)
  }
}

const isOf = (delivery: Delivery, { id, state, dispatchedAt }: Order): boolean =>
  state === 'dispatched' && dispatchedAt !== null && dispatchName(id, dispatchedAt) === delivery.jobId

async function attempt(work: Work): Promise<Conclusion> {
  const { order, stage, parts } = work
  const loaded = await parts.truth.transaction(order.organisationId, async (records) => {
    const found = await stage.load(order.subjectId, records, contextOf(work))
    if (found === undefined && (await records.orders.lock(order.id))) {
      await records.orders.finish(order.id, 'cancelled')
    }
    return found
  })
  if (loaded === undefined) return { verdict: 'nothing-to-do', order }

  // A stage that listens for the abort from here on would never hear of one that came while its input was loaded.
  work.signal.throwIfAborted()
  const outcome = await stage.run(stage.input.parse(loaded), parts.ports, contextOf(work))
  return settle(work, outcome)
}

async function settle(work: Work, outcome: Outcome<unknown>): Promise<Conclusion> {
  const { order, stage, parts } = work
  const output = outcome.kind === 'completed' ? stage.output.parse(outcome.output) : undefined
  const settled = await parts.truth.transaction(order.organisationId, async (records) => {
    if (!(await records.orders.lock(order.id))) return false
    const context = contextOf(work)
    await records.orders.finish(order.id, 'done')
    await records.append(context.actor, outcome.events)
    if (outcome.kind === 'completed') await stage.settle(output, records, context)
    else await stage.hold(order.subjectId, outcome.reason, outcome.facts, records, context)
    return true
  })
  return { verdict: settled ? outcome.kind : 'superseded', order }
}

async function afterFailure(work: Work, error: unknown, lost: number): Promise<Conclusion> {
  const { order, parts } = work
  const failure = asFailure(error)
  if (isOutage(failure)) return postpone(order, failure, false, parts)
  const spent = order.attempts + lost + 1 >= parts.maxAttempts
  const final = error instanceof ZodError || failure.retry === 'never' || spent
  return final ? giveUp(work, failure) : postpone(order, failure, true, parts)
}

async function giveUp(work: Work, failure: Failure, tries = 1): Promise<Conclusion> {
  const { order, stage, parts } = work
  try {
    const settled = await parts.truth.transaction(order.organisationId, async (records) => {
      if (!(await records.orders.lock(order.id))) return false
      await records.orders.finish(order.id, 'failed', { ...sayable(failure), tries })
      await stage.fail(order.subjectId, failure, records, contextOf(work))
      return true
    })
    return { verdict: settled ? 'failed' : 'superseded', order, failure }
  } catch (error) {
    // Not even failing works. The order stays, in sight, and is tried again.
    return postpone(order, asFailure(error), true, parts)
  }
}

const sayable = ({ code, facts }: Failure) => ({ code, facts })

async function postpone(
  order: Order,
  failure: Failure,
  countsAsAttempt: boolean,
  { truth, clock, retryMs, random = Math.random }: RunnerParts,
): Promise<Conclusion> {
  const wait = countsAsAttempt ? backoffMs(order.attempts, retryMs, random) : backoffMs(4, retryMs, random)
  const postponement = {
    until: new Date(clock.now().getTime() + wait),
    error: sayable(failure),
    countsAsAttempt,
  }
  const postponed = await truth.transaction(order.organisationId, ({ orders }) =>
    orders.postpone(order, postponement),
  )
  return { verdict: postponed ? 'postponed' : 'superseded', order, failure }
}

/** Is this still the dispatch to work on? */
export async function isCurrent(order: Order, { truth }: Pick<RunnerParts, 'truth'>): Promise<boolean> {
  const now = await truth.transaction(order.organisationId, ({ orders }) => orders.find(order.id))
  return now?.state === 'dispatched' && now.dispatchedAt?.getTime() === order.dispatchedAt?.getTime()
}

export async function giveBack(order: Order, { truth }: Pick<RunnerParts, 'truth'>): Promise<Conclusion> {
  const given = await truth.transaction(order.organisationId, ({ orders }) => orders.giveBack(order))
  return { verdict: given ? 'given-back' : 'superseded', order }
}

const contextOf = ({ order, stage, parts, signal }: Work): StageContext => ({
  signal,
  organisationId: order.organisationId,
  batchId: order.batchId,
  now: parts.clock.now(),
  actor: `stage.${stage.name}`,
  orderId: order.id,
})
