import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { Dispatch } from '../../../src/domain/order.ts'
import type { Announcements, Queues } from '../../../src/plumbing.ts'
import { held, type Stage } from '../../../src/stages/stage.ts'
import { dispatch, sweep } from '../../../workers/dispatch.ts'
import { type RunnerParts, runOrder } from '../../../workers/run-order.ts'
import { createRunner } from '../../../workers/runner.ts'
import { collectGarbage } from '../../garbage.ts'
import { createHouse, deliveryOf, type House, runnerParts, testClock } from './house.ts'
import { done, toyStage } from './toy-stage.ts'

const clock = testClock()
let house: House
beforeAll(async () => {
  house = await createHouse(clock)
})
afterAll(() => house.drop())
beforeEach(() => sql`truncate outbox`.execute(house.database.owner))

const never = new AbortController().signal

/** Places an order for the first stage and dispatches it. */
async function dispatched(...stages: Stage[]) {
  const [subject] = await house.place(house.first, stages[0]!.name)
  return { subject: subject!, dispatch: await claim(), parts: runnerParts(house, stages) }
}
async function claim(): Promise<Dispatch> {
  const [dispatch] = await house.outbox.claim('page', 1)
  return dispatch!
}
const run = (dispatch: Dispatch, parts: RunnerParts, signal = never) =>
  runOrder(deliveryOf(dispatch), parts, signal)
const orderOf = async (subject: string) => (await house.orders(subject))[0]!

test('result, custody events and the next order commit together', async () => {
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => done(id), { next: 'after' }),
  )
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'completed' })
  expect((await house.orders(subject)).map(({ stage, state }) => `${stage} ${state}`).sort()).toEqual([
    'after waiting',
    'toy done',
  ])
  expect(await house.effects(subject)).toEqual(['done'])
})

test('a stage whose settlement fails leaves nothing behind and is tried again', async () => {
  const stage = toyStage('toy', async (id) => done(id), { next: 'after' })
  const settle: Stage['settle'] = async (output, records, context) => {
    await stage.settle(output, records, context)
    throw new Error('power cut')
  }
  const { subject, dispatch, parts } = await dispatched({ ...stage, settle })
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'postponed' })
  expect(await house.effects(subject)).toEqual([])
  expect(await house.orders(subject)).toMatchObject([{ stage: 'toy', state: 'waiting', attempts: 1 }])
})

test('a delivery that comes twice is settled once', async () => {
  let running = 0
  const both = Promise.withResolvers<void>()
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => {
      if (++running === 2) both.resolve()
      await both.promise
      return done(id)
    }),
  )
  const verdicts = await Promise.all([run(dispatch, parts), run(dispatch, parts)])
  expect(verdicts.map(({ verdict }) => verdict).sort()).toEqual(['completed', 'superseded'])
  expect(await run(dispatch, parts)).toEqual({ verdict: 'stale' })
  expect(await house.effects(subject)).toEqual(['done'])
})

test('a job left over from an earlier dispatch is dropped', async () => {
  const { subject, dispatch, parts } = await dispatched(toyStage('toy', async (id) => done(id)))
  await house.outbox.rebuild()
  expect(await run(dispatch, parts)).toEqual({ verdict: 'stale' })
  await claim()
  expect(await run(dispatch, parts)).toEqual({ verdict: 'stale' })
  expect(await house.effects(subject)).toEqual([])
})

test('a failure that may pass is tried again, later each time, and in the end fails the subject', async () => {
  const stage = toyStage('toy', async () => {
    throw new Failure('recognition-failed')
  })
  const { subject, dispatch, parts } = await dispatched(stage)
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'postponed' })
  expect((await orderOf(subject)).availableAt.getTime() - clock.now().getTime()).toBe(750)
  clock.advance(750)
  expect(await run(await claim(), parts)).toMatchObject({ verdict: 'postponed' })
  expect((await orderOf(subject)).availableAt.getTime() - clock.now().getTime()).toBe(1_500)
  clock.advance(1_500)
  expect(await run(await claim(), parts)).toMatchObject({ verdict: 'failed' })
  expect(await orderOf(subject)).toMatchObject({ state: 'failed', errorCode: 'recognition-failed' })
  expect(await house.effects(subject)).toEqual(['failed'])
})

test('a failure that cannot pass fails the subject at once', async () => {
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async () => {
      throw new Failure('file-encrypted')
    }),
  )
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'failed' })
  expect(await house.effects(subject)).toEqual(['failed'])
})

test('an input or an output of the wrong shape is never tried again', async () => {
  const wrongInput = toyStage('toy', async (id) => done(id), { load: async () => ({ subjectId: 7 }) })
  const { subject, dispatch, parts } = await dispatched(wrongInput)
  expect(await run(dispatch, parts)).toMatchObject({
    verdict: 'failed',
    failure: { facts: { kind: 'ZodError' } },
  })
  expect(await house.effects(subject)).toEqual(['failed'])

  const wrongOutput = await dispatched(toyStage('toy', async () => done('no id')))
  expect(await run(wrongOutput.dispatch, wrongOutput.parts)).toMatchObject({ verdict: 'failed' })
})

test('an outage is waited out however long it lasts', async () => {
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async () => {
      throw new Failure('storage-away')
    }),
  )
  let next = dispatch
  for (let outage = 0; outage < 6; outage++) {
    expect(await run(next, parts)).toMatchObject({ verdict: 'postponed' })
    clock.advance(60_000)
    next = await claim()
  }
  expect(await orderOf(subject)).toMatchObject({ attempts: 0, errorCode: 'storage-away' })
})

test('a stage that this version does not know stays for one that does', async () => {
  const { subject, dispatch, parts } = await dispatched(toyStage('newer', async (id) => done(id)))
  expect(await run(dispatch, { ...parts, stages: new Map() })).toMatchObject({ verdict: 'postponed' })
  expect(await orderOf(subject)).toMatchObject({ state: 'waiting', attempts: 0 })
})

test('an order that kills worker after worker fails its subject instead of running for ever', async () => {
  let ran = 0
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => {
      ran++
      return done(id)
    }),
  )
  expect(await runOrder(deliveryOf(dispatch, 4), parts, never)).toMatchObject({
    verdict: 'failed',
    failure: { facts: { kind: 'worker-lost' } },
  })
  expect(ran).toBe(0)
  expect(await house.effects(subject)).toEqual(['failed'])
})

test('tries are counted also where what a dead worker had must be taken from the queue, with its own count', async () => {
  const stage = toyStage('toy', async (id) => done(id))
  const [subject] = await house.place(house.first, 'toy')
  let taken: readonly Dispatch[] = []
  const queues = {
    enqueue: async (dispatches: readonly Dispatch[]) => void (taken = dispatches),
    atWork: async (queue: string) => taken.filter((one) => one.queue === queue).map(({ jobId }) => jobId),
    discard: async () => void (taken = []),
    holding: async () => new Set(taken.map(({ jobId }) => jobId)),
    hasten: async () => {},
  } as Partial<Queues> as Queues
  const parts = {
    ...{ outbox: house.outbox, queues, clock, log: pino({ level: 'silent' }), inFlight: 1 },
    ...{ sweepMs: 1, lostMs: 1, announcements: {} as Announcements },
    unattended: async (_: string, orders: readonly string[]) => new Set(orders),
  }
  for (let deaths = 0; deaths < 3; deaths++) {
    await dispatch(parts)
    clock.advance(60_000)
    expect(await sweep(parts)).toBe(1)
  }
  expect(await orderOf(subject!)).toMatchObject({ state: 'waiting', attempts: 3, errorCode: 'unexpected' })
  expect(await run(await claim(), runnerParts(house, [stage]))).toMatchObject({
    verdict: 'failed',
    failure: { facts: { kind: 'worker-lost' } },
  })
})

test('when even failing fails, the order stays in sight and is tried again', async () => {
  const stage = toyStage('toy', async () => {
    throw new Failure('file-encrypted')
  })
  const { subject, dispatch, parts } = await dispatched({
    ...stage,
    fail: async () => {
      throw new Error('no')
    },
  })
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'postponed' })
  expect(await orderOf(subject)).toMatchObject({ state: 'waiting', errorCode: 'unexpected' })
})

test('a stage that holds its subject is done with it', async () => {
  const { subject, dispatch, parts } = await dispatched(toyStage('toy', async () => held('consent-pending')))
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'held' })
  expect(await house.effects(subject)).toEqual(['held'])
  expect((await orderOf(subject)).state).toBe('done')
})

test('an order with nothing left to do is cancelled', async () => {
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => done(id), { load: async () => undefined }),
  )
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'nothing-to-do' })
  expect((await orderOf(subject)).state).toBe('cancelled')
})

test('a stage that stops when told to gives its order back without counting an attempt', async () => {
  const stop = new AbortController()
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (_id, { signal }) => {
      stop.abort()
      signal.throwIfAborted()
      return done(randomUUID())
    }),
  )
  expect(await run(dispatch, parts, stop.signal)).toMatchObject({ verdict: 'given-back' })
  expect(await orderOf(subject)).toMatchObject({ state: 'waiting', attempts: 0 })
  expect(await house.effects(subject)).toEqual([])
})

test('an order told to stop while its input is loaded is given back before its stage begins', async () => {
  const stop = new AbortController()
  let begun = false
  const toy = toyStage('toy', async (id) => {
    begun = true
    return done(id)
  })
  const load: Stage['load'] = async (...given) => {
    stop.abort()
    return toy.load(...given)
  }
  const { subject, dispatch, parts } = await dispatched({ ...toy, load })
  expect(await run(dispatch, parts, stop.signal)).toMatchObject({ verdict: 'given-back' })
  expect(await orderOf(subject)).toMatchObject({ state: 'waiting', attempts: 0 })
  expect(begun).toBe(false)
})

test('a result that is there already is settled, told to stop or not', async () => {
  const stop = new AbortController()
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => {
      stop.abort()
      return done(id)
    }),
  )
  expect(await run(dispatch, parts, stop.signal)).toMatchObject({ verdict: 'completed' })
  expect(await house.effects(subject)).toEqual(['done'])
})

test('the result of an order whose batch was rejected meanwhile is dropped', async () => {
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => {
      const { organisationId, batchId } = house.first
      await house.truth.transaction(organisationId, ({ orders }) => orders.cancelAll(batchId))
      return done(id)
    }),
  )
  expect(await run(dispatch, parts)).toMatchObject({ verdict: 'superseded' })
  expect(await house.effects(subject)).toEqual([])
  expect((await orderOf(subject)).state).toBe('cancelled')
})

test('rejecting a batch also cancels what a settlement under way is about to order', async () => {
  const settling = Promise.withResolvers<void>()
  const stage = toyStage('toy', async (id) => done(id), { next: 'after' })
  const { subject, dispatch, parts } = await dispatched({
    ...stage,
    async settle(output, records, context) {
      await stage.settle(output, records, context)
      settling.resolve()
      await setTimeout(100)
    },
  })
  const running = run(dispatch, parts)
  await settling.promise
  const { organisationId, batchId } = house.first
  await house.truth.transaction(organisationId, ({ orders }) => orders.cancelAll(batchId))
  expect(await running).toMatchObject({ verdict: 'completed' })
  expect((await house.orders(subject)).map(({ stage, state }) => `${stage} ${state}`).sort()).toEqual([
    'after cancelled',
    'toy done',
  ])
})

test('what an error says never reaches the logs, where it happened does', async () => {
  const lines: string[] = []
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
  const { subject, dispatch, parts } = await dispatched(
    toyStage('toy', async () => {
      throw new TypeError('Jeanne MARTIN, 2 79 03')
    }),
  )
  await createRunner(parts, log).deliver(deliveryOf(dispatch))
  expect(JSON.parse(lines[0]!)).toMatchObject({
    msg: 'postponed',
    code: 'unexpected',
    kind: 'TypeError',
    subject,
  })
  expect(lines[0]).toContain('run-order.test.ts')
  expect(lines.join()).not.toContain('MARTIN')
})

test('a rejection heard before a worker knows which order it has stops that order too', async () => {
  let ran = false
  const { dispatch, parts } = await dispatched(
    toyStage('toy', async (id) => {
      ran = true
      return done(id)
    }),
  )
  const runner = createRunner(parts, pino({ level: 'silent' }))
  const delivering = runner.deliver(deliveryOf(dispatch))
  runner.cancelBatch(house.first.batchId)
  await delivering
  expect(ran).toBe(false)
})

test('work on an order that was cancelled stops although nobody announced it', async () => {
  let stopped = false
  const begun = Promise.withResolvers<void>()
  const { dispatch, parts } = await dispatched(
    toyStage('toy', async (id, { signal }) => {
      begun.resolve()
      await once(signal, 'abort')
      stopped = true
      return done(id)
    }),
  )
  const runner = createRunner(parts, pino({ level: 'silent' }))
  const delivering = runner.deliver(deliveryOf(dispatch))
  await begun.promise
  await sql`update outbox set state = 'cancelled'`.execute(house.database.owner)
  const looking = setInterval(() => void runner.abortStale(), 20)
  await delivering
  clearInterval(looking)
  expect(stopped).toBe(true)
})

test('nothing of an order stays in its process, be it carried out, put off, or settled by others', async () => {
  const kept: WeakRef<object>[] = []
  const outcomes = [
    (id: string) => Promise.resolve(done(id)),
    () => Promise.reject(new Failure('storage-away')),
    async (id: string) => {
      await sql`update outbox set state = 'cancelled'`.execute(house.database.owner)
      return done(id)
    },
  ]
  const stage = toyStage('toy', async (id, { signal }) => {
    kept.push(new WeakRef(signal))
    return outcomes[kept.length - 1]!(id)
  })
  const runner = createRunner(runnerParts(house, [stage]), pino({ level: 'silent' }))
  for (const _ of outcomes) {
    await house.place(house.first, 'toy')
    await runner.deliver(deliveryOf(await claim()))
  }
  await collectGarbage()
  expect(kept.map((one) => one.deref())).toEqual([undefined, undefined, undefined])
})
