import { randomUUID } from 'node:crypto'
import { getEventListeners } from 'node:events'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openPresence } from '../../../src/adapters/postgres/outbox-presence.ts'
import { openAnnouncements } from '../../../src/adapters/postgres/outbox-listen.ts'
import type { Announcement } from '../../../src/plumbing.ts'
import { createHouse, type House, testClock } from './house.ts'

const clock = testClock()
let house: House
beforeAll(async () => {
  house = await createHouse(clock)
})
afterAll(() => house.drop())
beforeEach(() => sql`truncate outbox`.execute(house.database.owner))

const states = async (subjectId?: string) => (await house.orders(subjectId)).map(({ state }) => state)
const roundsOf = async (subjectId: string) =>
  (await house.orders(subjectId)).map(({ round, state }) => `${round} ${state}`)
const subjects = (count: number) => Array.from({ length: count }, () => randomUUID())
const finish = async (state: 'done' | 'failed' = 'done') => {
  for (const { outboxId, organisationId } of await house.outbox.claim('page', 1_000)) {
    await house.truth.transaction(organisationId, ({ orders }) => orders.finish(outboxId, state))
  }
}

test('asking twice for a stage is asking once', async () => {
  const [subject] = await house.place(house.first, 'toy')
  await house.place(house.first, 'toy', [subject!])
  expect(await states(subject)).toEqual(['waiting'])
  await finish()
  await house.place(house.first, 'toy', [subject!])
  expect(await states(subject)).toEqual(['done'])
})

test('asking again makes a new round once the last one was carried out, failed or not', async () => {
  const [subject] = await house.place(house.first, 'toy')
  await finish('failed')
  await house.place(house.first, 'toy', [subject!], { again: true })
  expect(await roundsOf(subject!)).toEqual(['0 failed', '1 waiting'])
})

test('asking again joins a round that still waits, and hurries it', async () => {
  const [subject] = await house.place(house.first, 'toy', [randomUUID()], { again: true })
  const [dispatch] = await house.outbox.claim('page', 1)
  await house.truth.transaction(house.first.organisationId, async ({ orders }) => {
    const order = (await orders.find(dispatch!.outboxId))!
    const until = new Date(clock.now().getTime() + 60_000)
    await orders.postpone(order, {
      until,
      error: { code: 'unexpected', facts: {} },
      countsAsAttempt: true,
    })
  })
  await house.place(house.first, 'toy', [subject!], { again: true })
  expect(await roundsOf(subject!)).toEqual(['0 waiting'])
  expect((await house.orders(subject))[0]!.availableAt).toEqual(clock.now())
})

test('asking again while a round is at work makes another, which waits for the first', async () => {
  const [subject] = await house.place(house.first, 'toy')
  const [dispatch] = await house.outbox.claim('page', 10)
  await house.place(house.first, 'toy', [subject!], { again: true })
  expect(await roundsOf(subject!)).toEqual(['0 dispatched', '1 waiting'])
  expect(await house.outbox.claim('page', 10)).toEqual([])
  await house.truth.transaction(house.first.organisationId, ({ orders }) =>
    orders.finish(dispatch!.outboxId, 'done'),
  )
  expect(await house.outbox.claim('page', 10)).toHaveLength(1)
})

test('those who ask again at the same time do not wait for each other, and their rounds go one by one', async () => {
  const [subject] = await house.place(house.first, 'toy')
  await finish()
  await Promise.all([1, 2, 3].map(() => house.place(house.first, 'toy', [subject!], { again: true })))
  expect(await roundsOf(subject!)).toContain('1 waiting')
  expect(await house.outbox.claim('page', 10)).toHaveLength(1)
})

test('a quiet organisation goes before the rest of a busy one', async () => {
  await house.place(house.first, 'toy', subjects(20))
  expect(await house.outbox.claim('page', 10)).toHaveLength(10)
  await house.place(house.second, 'toy', subjects(3))
  const next = await house.outbox.claim('page', 14)
  const owners = next.map(({ organisationId }) => (organisationId === house.second.organisationId ? 2 : 1))
  expect(owners).toEqual([2, 2, 2, 1])
})

test('two busy organisations take turns', async () => {
  await house.place(house.first, 'toy', subjects(6))
  await house.place(house.second, 'toy', subjects(6))
  const owners = (await house.outbox.claim('page', 6)).map(({ organisationId }) => organisationId)
  expect(owners.filter((owner) => owner === house.first.organisationId)).toHaveLength(3)
})

test('never more orders of a queue are in flight than its cap', async () => {
  await house.place(house.first, 'toy', subjects(9))
  await house.place(house.first, 'toy', subjects(9), { queue: 'batch' })
  expect(await house.outbox.claim('page', 5)).toHaveLength(5)
  expect(await house.outbox.claim('page', 5)).toHaveLength(0)
  expect(await house.outbox.claim('batch', 5)).toHaveLength(5)
})

test('more orders are in flight when more workers live than the cap keeps busy, and only while they live', async () => {
  const presence = openPresence(house.database.system, clock)
  const worker = { id: randomUUID(), queue: 'page', host: 'h', pid: 1, startedAt: clock.now(), places: 6 }
  await presence.beat(worker)
  await house.place(house.first, 'toy', subjects(40))
  expect(await house.outbox.claim('page', 5)).toHaveLength(12)
  clock.advance(60_000)
  await sql`update outbox set state = 'waiting'`.execute(house.database.owner)
  expect(await house.outbox.claim('page', 5)).toHaveLength(5)
  await presence.leave(worker.id)
})

test('two dispatchers at once never take the same order', async () => {
  await house.place(house.first, 'toy', subjects(40))
  const taken = (await Promise.all([1, 2, 3, 4].map(() => house.outbox.claim('page', 40)))).flat()
  expect(new Set(taken.map(({ outboxId }) => outboxId)).size).toBe(taken.length)
})

test('an order is not dispatched before its time', async () => {
  await house.place(house.first, 'toy')
  const [dispatch] = await house.outbox.claim('page', 1)
  await house.truth.transaction(house.first.organisationId, async ({ orders }) => {
    const until = new Date(clock.now().getTime() + 5_000)
    await orders.postpone((await orders.find(dispatch!.outboxId))!, {
      until,
      error: { code: 'storage-away', facts: {} },
      countsAsAttempt: false,
    })
  })
  expect(await house.outbox.claim('page', 1)).toEqual([])
  clock.advance(5_000)
  const [later] = await house.outbox.claim('page', 1)
  expect(later?.jobId).not.toBe(dispatch!.jobId)
})

test('what a dispatch left over cannot postpone or give back the next dispatch of its order', async () => {
  await house.place(house.first, 'toy')
  const [dispatch] = await house.outbox.claim('page', 1)
  const { organisationId } = house.first
  const old = (await house.truth.transaction(organisationId, ({ orders }) =>
    orders.find(dispatch!.outboxId),
  ))!
  await house.outbox.rebuild()
  await house.outbox.claim('page', 1)
  expect(await house.truth.transaction(organisationId, ({ orders }) => orders.giveBack(old))).toBe(false)
  expect(await house.outbox.giveBack([dispatch!])).toBe(0)
  expect(await states()).toEqual(['dispatched'])
})

test('the sweeper brings back orders whose job the queue lost, and leaves the others', async () => {
  const [lost, kept] = await house.place(house.first, 'toy', subjects(2))
  const dispatches = await house.outbox.claim('page', 2)
  const living = new Set<string>()
  for (const { outboxId, jobId } of dispatches) {
    const order = (await house.orders(kept)).find(({ id }) => id === outboxId)
    if (order) living.add(jobId)
  }
  const longAgo = new Date(clock.now().getTime() - 1)
  expect(await house.outbox.sweep('page', longAgo, async () => new Set())).toBe(0)
  const now = new Date(clock.now().getTime() + 1)
  expect(await house.outbox.sweep('page', now, async () => living)).toBe(1)
  expect([await states(lost), await states(kept)]).toEqual([['waiting'], ['dispatched']])
})

test('rejecting a batch cancels what waits and what is at work, and says so to every worker', async () => {
  const announcements: Announcement[] = []
  const ear = openAnnouncements(house.database.systemUrl).listen((one) => announcements.push(one))
  await expect.poll(() => announcements.length).toBe(1) // it listens
  await house.place(house.first, 'toy', subjects(2))
  await house.outbox.claim('page', 1)
  await house.place(house.second, 'toy')
  await house.truth.transaction(house.first.organisationId, ({ orders }) =>
    orders.cancelAll(house.first.batchId),
  )
  await expect
    .poll(() => announcements)
    .toContainEqual({ kind: 'batch-cancelled', batchId: house.first.batchId })
  expect(announcements).toContainEqual({ kind: 'orders-waiting' })
  expect((await states()).sort()).toEqual(['cancelled', 'cancelled', 'waiting'])
  await ear.close()
})

test('a lost connection is made again, and nothing of it stays behind for as long as the process listens', async () => {
  const adding = vi.spyOn(AbortSignal.prototype, 'addEventListener')
  const announcements: Announcement[] = []
  const ear = openAnnouncements(house.database.systemUrl).listen((one) => announcements.push(one))
  await expect.poll(() => announcements.length).toBe(1)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'scelle listen' and datname = current_database()`.execute(house.database.owner)
  await expect.poll(() => announcements.length, { timeout: 5_000 }).toBe(2)
  const signals = new Set(adding.mock.contexts as AbortSignal[])
  adding.mockRestore()
  const listeners = [...signals].map((signal) => getEventListeners(signal, 'abort').length)
  expect(listeners.reduce((sum, count) => sum + count)).toBe(1)
  await ear.close()
})

test('open orders of a batch are counted without the one that is being settled', async () => {
  await house.place(house.first, 'toy', subjects(3))
  await house.place(house.first, 'other', subjects(1))
  const { id } = (await house.orders()).find(({ stage }) => stage === 'toy')!
  await house.truth.transaction(house.first.organisationId, async ({ orders }) => {
    expect(await orders.anyOpen(house.first.batchId, ['toy'])).toBe(true)
    expect(await orders.anyOpen(house.first.batchId, ['toy'], id)).toBe(true)
    expect(await orders.anyOpen(house.first.batchId, ['another'])).toBe(false)
  })
})
