import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openAlarmBook, openDuties, openLookout } from '../../../src/adapters/postgres/lookout.ts'
import { openPresence } from '../../../src/adapters/postgres/outbox-presence.ts'
import { retryOrder } from '../../../src/commands/retry-order.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { AlarmBook } from '../../../src/plumbing.ts'
import { tellAlarms } from '../../../workers/alarms.ts'
import { runOrder } from '../../../workers/run-order.ts'
import { createHouse, deliveryOf, type House, runnerParts, testClock } from './house.ts'
import { toyStage } from './toy-stage.ts'

const clock = testClock()
const limits = { batchStallsAfterMinutes: 30, silentAfterSeconds: 60, lagsAfterSeconds: 120 }
let house: House
beforeAll(async () => {
  house = await createHouse(clock)
})
afterAll(() => house.drop())
beforeEach(async () => {
  for (const table of ['outbox', 'workers', 'duties', 'alarms'])
    await sql`truncate ${sql.table(table)}`.execute(house.database.owner)
  await sql`update batches set changed_at = ${clock.now()}, closed_at = null, state = 'received'`.execute(
    house.database.owner,
  )
})

const presence = () => openPresence(house.database.system, clock)
const beat = (queue: string) =>
  presence().beat({ id: randomUUID(), queue, host: 'h', pid: 1, places: 1, startedAt: clock.now() })

/** What the clock's log would say, as `began batch-stalled`. */
async function told(more: { book?: AlarmBook } = {}): Promise<string[]> {
  const lines: string[] = []
  const log = pino({}, { write: (line: string) => void lines.push(line) })
  const { system } = house.database
  const watch = { lookout: openLookout(system, clock), book: openAlarmBook(system), clock, limits, ...more }
  await tellAlarms(watch, log).catch(() => {})
  return lines
    .map((line) => JSON.parse(line) as { msg: string; alarm: string })
    .map(({ msg, alarm }) => `${msg.replace('alarm ', '')} ${alarm}`)
    .toSorted()
}

/** One order fails once, of an outage. */
async function failOnce(failure: Failure, more: { maxAttempts?: number } = {}) {
  const [subject] = await house.place(house.first, 'seal-document', [randomUUID()], { queue: 'document' })
  const [dispatch] = await house.outbox.claim('document', 1)
  const stage = toyStage('seal-document', async () => {
    throw failure
  })
  await runOrder(deliveryOf(dispatch!), runnerParts(house, [stage], more), new AbortController().signal)
  return subject!
}
const troubles = () => house.outbox.troubles({ limit: 10 })

test('an alarm is told once when it begins and once when it ends, whoever looks', async () => {
  await house.place(house.first, 'toy')
  await openDuties(house.database.system, clock).report('dispatch')
  expect(await told()).toEqual([])
  clock.advance(31 * 60_000)
  await openDuties(house.database.system, clock).report('dispatch')
  // The second batch has neither orders nor anything for people to do.
  expect(await told()).toEqual(['began batch-stalled', 'began batch-stranded', 'began workers-away'])
  expect(await told()).toEqual([])
  await beat('page')
  expect(await told()).toEqual(['ended workers-away'])
  const [dispatch] = await house.outbox.claim('page', 1)
  await house.truth.transaction(house.first.organisationId, ({ orders }) =>
    orders.finish(dispatch!.outboxId, 'done'),
  )
  await house.place(house.first, 'next')
  expect(await told()).toEqual(['ended batch-stalled'])
})

test('an alarm that cannot be written down is told all the same, and again', async () => {
  await openDuties(house.database.system, clock).report('dispatch')
  clock.advance(121_000)
  const broken = async () => {
    throw new Failure('database-away')
  }
  const book = { ...openAlarmBook(house.database.system), began: broken }
  expect(await told({ book })).toContain('began clock-away')
  expect(await told()).toContain('began clock-away')
  expect(await told()).toEqual([])
})

test('an order that came and went again and again without being settled is no progress', async () => {
  await failOnce(new Failure('storage-away'))
  for (let i = 0; i < 4; i++) {
    clock.advance(10 * 60_000)
    await openDuties(house.database.system, clock).report('dispatch')
    await house.outbox.claim('document', 1)
    await house.outbox.rebuild()
  }
  const { batches } = await openLookout(house.database.system, clock).look()
  expect(batches.find(({ batchId }) => batchId === house.first.batchId)).toMatchObject({
    ...{ open: 1, stage: 'seal-document', code: 'storage-away' },
    movedAt: new Date(clock.now().getTime() - 40 * 60_000),
  })
  expect(await told()).toContain('began batch-stalled')
})

test('a clock that comes back tells that nobody was there', async () => {
  const duties = openDuties(house.database.system, clock)
  await duties.report('dispatch')
  clock.advance(121_000)
  expect(await told()).toContain('began clock-away')
  await duties.report('dispatch')
  expect(await told()).toContain('ended clock-away')
})

test('a duty fails since its first failure, until it succeeds', async () => {
  const duties = openDuties(house.database.system, clock)
  await duties.report('dispatch')
  await duties.report('staging', 'storage-away')
  clock.advance(100_000)
  await duties.report('staging', 'storage-away')
  await duties.report('dispatch')
  expect(await told()).toEqual([])
  clock.advance(21_000)
  expect(await told()).toEqual(['began duty-failing'])
  await duties.report('staging')
  expect(await told()).toEqual(['ended duty-failing'])
})

test('the last process of its kind to fall silent stays in sight, one that was replaced is forgotten', async () => {
  await beat('page')
  await beat('inbox')
  clock.advance(700_000)
  const queues = async () => (await presence().list()).map(({ queue }) => queue)
  const forget = () => presence().forget(new Date(clock.now().getTime() - 600_000))
  await forget()
  expect(await queues()).toEqual(['inbox', 'page'])
  await beat('page')
  await forget()
  expect(await queues()).toEqual(['inbox', 'page'])
  expect((await presence().list()).find(({ queue }) => queue === 'page')!.beatAt).toEqual(clock.now())
})

test('a beat says what is at work', async () => {
  const doing = [{ stage: 'toy', since: clock.now().toISOString() }]
  await presence().beat({
    id: randomUUID(),
    queue: 'page',
    host: 'h',
    pid: 1,
    places: 1,
    startedAt: clock.now(),
    doing,
  })
  expect(await presence().list()).toMatchObject([{ doing }])
})

test('what is tried again shows why, how often and when next, and is brought forward when asked', async () => {
  const subject = await failOnce(new Failure('storage-away', { storage: 'main' }))
  const [trouble] = await troubles()
  expect(trouble).toMatchObject({
    ...{ subjectId: subject, state: 'retrying', code: 'storage-away', facts: { storage: 'main' } },
    ...{ tries: 1, remedy: 'wait', failedAt: clock.now() },
  })
  expect(trouble!.nextAt!.getTime()).toBeGreaterThan(clock.now().getTime())
  expect(await house.outbox.counts()).toMatchObject([{ queue: 'document', state: 'retrying', orders: 1 }])

  expect(await retryOrder(trouble!, 'op-1', house.truth)).toBe('hurried')
  expect(await house.outbox.claim('document', 1)).toHaveLength(1)
  expect(await retryOrder(trouble!, 'op-1', house.truth)).toBe('moved-on')
})

test('tries of a worker that died with an order are counted', async () => {
  await house.place(house.first, 'destroy-staging', [house.first.batchId], { queue: 'batch' })
  const [dispatch] = await house.outbox.claim('batch', 1)
  const parts = runnerParts(house, [toyStage('destroy-staging', () => undefined)])
  await runOrder(deliveryOf(dispatch!, 4), parts, new AbortController().signal)
  expect(await troubles()).toMatchObject([
    { state: 'failed', code: 'unexpected', facts: { kind: 'worker-lost' }, tries: 3, remedy: 'order' },
  ])
})

test('what failed for good gets a new round, is recorded as a decision, and is history then', async () => {
  await house.place(house.first, 'destroy-staging', [house.first.batchId], { queue: 'batch' })
  const [dispatch] = await house.outbox.claim('batch', 1)
  const stage = toyStage('destroy-staging', async () => {
    throw new Failure('storage-refused')
  })
  await runOrder(deliveryOf(dispatch!), runnerParts(house, [stage]), new AbortController().signal)
  const [trouble] = await troubles()
  expect(trouble).toMatchObject({ remedy: 'order', tries: 1, nextAt: null })
  expect(await house.outbox.counts()).toMatchObject([{ queue: 'batch', state: 'failed', orders: 1 }])

  expect(await retryOrder(trouble!, 'op-1', house.truth)).toBe('retried')
  expect(await troubles()).toEqual([])
  expect(await house.orders()).toMatchObject([
    { round: 0, state: 'failed' },
    { round: 1, state: 'waiting', attempts: 0 },
  ])
  const { rows } =
    await sql`select type, actor, details from custody_events where type = 'batch-resumed'`.execute(
      house.database.owner,
    )
  expect(rows).toEqual([{ type: 'batch-resumed', actor: 'op-1', details: { stage: 'destroy-staging' } }])
})

test('failures are found by what they are about', async () => {
  const subject = await failOnce(new Failure('storage-away'))
  const found = async (filter: object) =>
    (await house.outbox.troubles({ limit: 10, ...filter })).map((one) => one.subjectId)
  for (const filter of [
    { id: subject },
    { id: house.first.batchId },
    { batchId: house.first.batchId },
    { stage: 'seal-document' },
    { code: 'storage-away' },
    { organisationId: house.first.organisationId },
  ])
    expect(await found(filter), JSON.stringify(filter)).toEqual([subject])
  for (const filter of [
    { id: randomUUID() },
    { batchId: house.second.batchId },
    { stage: 'split-pages' },
    { code: 'unexpected' },
    { organisationId: house.second.organisationId },
  ])
    expect(await found(filter), JSON.stringify(filter)).toEqual([])
})
