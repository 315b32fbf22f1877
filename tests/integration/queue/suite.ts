import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { openPresence } from '../../../src/adapters/postgres/outbox-presence.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { newId, type OutboxId } from '../../../src/domain/ids.ts'
import type { Dispatch } from '../../../src/domain/order.ts'
import type { Delivery } from '../../../src/plumbing.ts'
import type { OpenedBackend } from './backends.ts'
import { createHouse, type House } from './house.ts'
import { done, toyStage } from './toy-stage.ts'
import { startWorkerProcess, startWorks, type Works } from './works.ts'

const clock = { now: () => new Date() }
const subjects = (count: number) => Array.from({ length: count }, () => randomUUID())

/** The same rules on either backend. */
export function queueSuite(open: (house: House) => Promise<OpenedBackend>): void {
  let house: House
  let opened: OpenedBackend
  let works: Works
  beforeAll(async () => {
    house = await createHouse(clock)
    opened = await open(house)
  })
  afterAll(async () => {
    await opened?.stop()
    await house?.drop()
  })
  beforeEach(async () => {
    await sql`truncate outbox`.execute(house.database.owner)
    works = await startWorks(house, opened.backend, { inFlight: 8 })
  })
  afterEach(() => works.stop())

  const states = async () => (await house.orders()).map(({ state }) => state)
  const untilAll = (state: string, timeout = 20_000) =>
    expect.poll(async () => [...new Set(await states())], { timeout, interval: 50 }).toEqual([state])
  const untilStarted = (subject: string) =>
    expect
      .poll(async () => (await house.orders(subject))[0]?.state, { interval: 50, timeout: 5_000 })
      .toBe('dispatched')
  const quick = (name: string) => toyStage(name, async (id) => done(id))
  /** Kills a worker process while it works on an endless order, and returns what that was about. */
  const killInTheMiddle = async ({ child, exited }: Awaited<ReturnType<typeof startWorkerProcess>>) => {
    const [subject] = await house.place(house.first, 'endless')
    await untilStarted(subject!)
    await sleep(300)
    child.kill('SIGKILL')
    await exited
    return subject!
  }

  test('every order is carried out once, and so is what it orders', async () => {
    works.work([toyStage('first', async (id) => done(id), { next: 'second' }), quick('second')])
    const all = await house.place(house.first, 'first', subjects(30))
    await untilAll('done')
    expect(await states()).toHaveLength(60)
    for (const subject of all.slice(0, 5)) expect(await house.effects(subject)).toEqual(['done', 'done'])
    expect((await works.queues.counts()).page).toEqual({ waiting: 0, active: 0, delayed: 0 })
  })

  test('a stage that fails and may pass is tried again, at most as often as the settings say', async () => {
    const tries = new Map<string, number>()
    const [fine, hopeless] = subjects(2)
    works.work([
      toyStage('shaky', async (id) => {
        tries.set(id, (tries.get(id) ?? 0) + 1)
        if (id === hopeless || tries.get(id)! < 3) throw new Failure('recognition-failed')
        return done(id)
      }),
    ])
    await house.place(house.first, 'shaky', [fine!, hopeless!])
    await expect.poll(async () => (await states()).sort(), { timeout: 10_000 }).toEqual(['done', 'failed'])
    expect([tries.get(fine!), tries.get(hopeless!)]).toEqual([3, 3])
    expect([await house.effects(fine!), await house.effects(hopeless!)]).toEqual([['done'], ['failed']])
  })

  test('an order whose worker is killed in the middle is carried out by another, once', async () => {
    const subject = await killInTheMiddle(await startWorkerProcess(house, opened.backend))
    works.work([quick('endless')])
    await untilAll('done')
    expect(await house.effects(subject)).toEqual(['done'])
    expect(await house.orders(subject)).toMatchObject([{ attempts: 0 }])
  })

  test('an order whose worker is dead is carried out by another, though the queue holds its lock for good', async () => {
    await works.stop()
    works = await startWorks(house, opened.backend, { unattendedMs: 1_500 })
    const subject = await killInTheMiddle(await startWorkerProcess(house, opened.backend, 2_000, 3_600_000))
    works.work([quick('endless')])
    await untilAll('done')
    expect(await house.effects(subject)).toEqual(['done'])
    // Nor does the queue go on believing that somebody works on it.
    await expect
      .poll(async () => (await works.queues.counts()).page, { timeout: 20_000 })
      .toEqual({ waiting: 0, active: 0, delayed: 0 })
  })

  test('losing everything in the queue loses no order', async () => {
    const gate = Promise.withResolvers<void>()
    works.work([
      toyStage('gated', async (id) => {
        await gate.promise
        return done(id)
      }),
    ])
    const all = await house.place(house.first, 'gated', subjects(20))
    await expect.poll(async () => (await works.queues.counts()).page.active).toBe(2)
    await opened.lose()
    gate.resolve()
    await untilAll('done')
    for (const subject of all) expect(await house.effects(subject)).toEqual(['done'])
  })

  test('a small batch waits for the work at hand of a large one, and for nothing else of it', async () => {
    const finished: string[] = []
    await house.place(house.first, 'counted', subjects(120))
    const counted = toyStage('counted', async (id) => {
      await sleep(20)
      finished.push(id)
      return done(id)
    })
    works.work([counted], { concurrency: 1 })
    await expect.poll(() => finished.length, { timeout: 10_000 }).toBeGreaterThan(20)
    const small = await house.place(house.second, 'counted', subjects(4))
    const isDispatched = async (id: string) => (await house.orders(id))[0]?.state !== 'waiting'
    // How soon the dispatcher wakes is the machine's affair: what is finished until then is not counted.
    await expect
      .poll(async () => (await Promise.all(small.map(isDispatched))).every(Boolean), { interval: 5 })
      .toBe(true)
    const before = finished.length
    await untilAll('done')
    const delay = Math.max(...small.map((id) => finished.indexOf(id))) - before
    // The four themselves, one at work, and those that were in flight before them.
    expect(delay).toBeLessThan(4 + 8)
  })

  test('who filled the queue is not shut out by those who keep coming: what waited long goes first', async () => {
    const dispatch = (jobId: string, turn: number): Dispatch => ({
      ...{ jobId, turn, queue: 'document', organisationId: house.first.organisationId },
      outboxId: newId<OutboxId>(clock.now()),
    })
    await works.queues.enqueue([dispatch('late-turn.1', 40), dispatch('late-turn.2', 41)])
    await works.queues.hasten('document', 60_000)
    await works.queues.enqueue([dispatch('newcomer.1', 1)])
    await works.queues.hasten('document', 0)
    await works.queues.enqueue([dispatch('newcomer.2', 1)])
    const taken: string[] = []
    const deliver = async ({ jobId }: Delivery) => void taken.push(jobId)
    const worker = works.queues.startWorker('document', deliver, { concurrency: 1, report: () => {} })
    await expect.poll(() => taken, { timeout: 5_000 }).toHaveLength(4)
    expect(taken).toEqual(['newcomer.1', 'late-turn.1', 'late-turn.2', 'newcomer.2'])
    await worker.close(1_000)
  })

  test('a process told to stop gives back what does not finish, whether or not it listens', async () => {
    const worker = await startWorkerProcess(house, opened.backend, 2_000)
    const [endless] = await house.place(house.first, 'endless')
    const [deaf] = await house.place(house.first, 'deaf')
    await Promise.all([untilStarted(endless!), untilStarted(deaf!)])
    await sleep(300)
    await works.stop() // nobody dispatches what is given back
    const told = performance.now()
    worker.child.kill('SIGTERM')
    expect(await worker.exited).toEqual([0, null])
    expect(performance.now() - told).toBeLessThan(2_500)
    expect(await house.orders()).toMatchObject([
      { state: 'waiting', attempts: 0 },
      { state: 'waiting', attempts: 0 },
    ])
    works = await startWorks(house, opened.backend)
    works.work([quick('endless'), quick('deaf')])
    await untilAll('done')
    expect([await house.effects(endless!), await house.effects(deaf!)]).toEqual([['done'], ['done']])
  })

  test('a process told to stop finishes what it can', async () => {
    const worker = await startWorkerProcess(house, opened.backend, 4_000)
    const [subject] = await house.place(house.first, 'short')
    await untilStarted(subject!)
    worker.child.kill('SIGTERM')
    await worker.exited
    expect([['done'], []]).toContainEqual(await house.effects(subject!))
    works.work([quick('short')])
    await untilAll('done')
    expect(await house.effects(subject!)).toEqual(['done'])
  })

  test('a worker process ends with the parent that it was forked from', async () => {
    const worker = await startWorkerProcess(house, opened.backend, 2_000)
    worker.child.disconnect()
    expect(await worker.exited).toEqual([0, null])
  })

  test('rejecting a batch stops its work in every worker, and no other', async () => {
    const begun: string[] = []
    const aborted: string[] = []
    const gate = Promise.withResolvers<void>()
    works.work(
      [
        toyStage('long', async (id, { signal }) => {
          begun.push(id)
          signal.addEventListener('abort', () => aborted.push(id))
          await Promise.race([gate.promise, once(signal, 'abort')])
          return done(id)
        }),
      ],
      { concurrency: 4 },
    )
    const rejected = await house.place(house.first, 'long', subjects(2))
    const other = await house.place(house.second, 'long', subjects(1))
    await expect.poll(() => begun.length, { timeout: 5_000 }).toBe(3)
    const { organisationId, batchId } = house.first
    await house.truth.transaction(organisationId, ({ orders }) => orders.cancelAll(batchId))
    await expect.poll(() => [...aborted].sort(), { timeout: 8_000 }).toEqual([...rejected].sort())
    gate.resolve()
    await expect.poll(async () => (await house.orders(other[0]))[0]!.state, { timeout: 5_000 }).toBe('done')
    expect([await house.effects(rejected[0]!), await house.effects(other[0]!)]).toEqual([[], ['done']])
  })

  test('a worker shows that it lives', async () => {
    const worker = works.work([])
    const queues = async () => {
      const workers = await openPresence(house.database.system, clock).list()
      return workers.filter(({ pid }) => pid === process.pid).map(({ queue }) => queue)
    }
    await expect.poll(queues, { timeout: 5_000 }).toEqual(['page'])
    await worker.stop()
    expect(await queues()).toEqual([])
  })
}
