import { describe, expect, test } from 'vitest'
import { alarmsOf, changesOf, type Observation, type OpenBatch } from '../../../src/domain/alarm.ts'
import type { BatchId } from '../../../src/domain/ids.ts'

const now = new Date('2026-03-02T12:00:00Z')
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const minutes = (count: number) => ago(count * 60)
const limits = { batchStallsAfterMinutes: 30, silentAfterSeconds: 60, lagsAfterSeconds: 120 }

const duty = (name: string, more: Partial<Observation['duties'][number]> = {}) => ({
  ...{ name, reportedAt: ago(2), succeededAt: ago(2), failingSince: null, code: null },
  ...more,
})
const batch = (more: Partial<OpenBatch> = {}): OpenBatch => ({
  batchId: 'b-1' as BatchId,
  ...{ state: 'composed', open: 3, flying: 1, movedAt: ago(5), held: 0, failed: 0, stage: null, code: null },
  ...more,
})
const well: Observation = {
  batches: [],
  isAnyFlying: true,
  dueSince: {},
  workers: ['clock', 'batch', 'page', 'document'].map((queue) => ({ queue, beatAt: ago(5) })),
  duties: [duty('dispatch'), duty('ledger'), duty('staging')],
  unsequencedSince: null,
}
const codes = (more: Partial<Observation>) =>
  alarmsOf({ ...well, ...more }, limits, now).map(({ code, subject }) => `${code} ${subject}`.trim())

describe('a batch', () => {
  test('that moved lately raises no alarm', () => {
    expect(codes({ batches: [batch({ movedAt: minutes(29) })] })).toEqual([])
  })

  test('with open orders of which none was settled for long is stalled, since then, with what its order failed of', () => {
    const stalled = batch({ movedAt: minutes(31), stage: 'deposit-document', code: 'storage-away' })
    expect(alarmsOf({ ...well, batches: [stalled] }, limits, now)).toEqual([
      {
        code: 'batch-stalled',
        subject: 'b-1',
        since: minutes(31),
        facts: { batchId: 'b-1', open: 3, stage: 'deposit-document', code: 'storage-away' },
      },
    ])
  })

  test.each([
    ['held documents', { held: 2 }],
    ['failed documents', { failed: 1 }],
    ['being held itself', { state: 'held' }],
  ])('that only waits for people is not stalled however long: %s', (_, more) => {
    expect(codes({ batches: [batch({ open: 0, movedAt: minutes(9_999), ...more })] })).toEqual([])
  })

  test('with held documents and open orders is stalled all the same', () => {
    expect(codes({ batches: [batch({ held: 2, movedAt: minutes(31) })] })).toEqual(['batch-stalled b-1'])
  })

  test('that waits for its first turn behind others is not stalled, however long', () => {
    expect(codes({ batches: [batch({ flying: 0, movedAt: minutes(600) })] })).toEqual([])
  })

  test.each([
    ['nothing at all is at work', { isAnyFlying: false }, {}],
    ['it failed before', {}, { code: 'storage-away' as const }],
  ])('that waits for its turn is stalled when %s', (_, seen, more) => {
    const waiting = batch({ flying: 0, movedAt: minutes(31), ...more })
    expect(codes({ ...seen, batches: [waiting] })).toEqual(['batch-stalled b-1'])
  })

  test('that neither workers nor people have anything to do for is stranded', () => {
    expect(codes({ batches: [batch({ open: 0, movedAt: minutes(31) })] })).toEqual(['batch-stranded b-1'])
  })
})

describe('workers', () => {
  const without = (queue: string) => well.workers.filter((worker) => worker.queue !== queue)

  test('of a queue that nobody works on are missed once orders wait for long', () => {
    expect(codes({ workers: without('page') })).toEqual([])
    expect(codes({ workers: without('page'), dueSince: { page: ago(30) } })).toEqual([])
    expect(codes({ workers: without('page'), dueSince: { page: ago(61) } })).toEqual(['workers-away page'])
  })

  test('that fell silent are as good as gone', () => {
    const workers = [...without('document'), { queue: 'document', beatAt: ago(61) }]
    expect(codes({ workers, dueSince: { document: ago(61) } })).toEqual(['workers-away document'])
  })

  test('that live are not missed however long orders wait', () => {
    expect(codes({ dueSince: { page: minutes(600) } })).toEqual([])
  })

  test('of the hot folder are missed when they fell silent, not when they said goodbye', () => {
    expect(codes({})).toEqual([])
    const workers = [...well.workers, { queue: 'inbox', beatAt: ago(90) }]
    expect(codes({ workers })).toEqual(['workers-away inbox'])
    expect(codes({ workers: [...workers, { queue: 'inbox', beatAt: ago(3) }] })).toEqual([])
  })
})

describe('the clock', () => {
  test('that dispatched lately is there', () => {
    expect(codes({ duties: [duty('dispatch', { reportedAt: ago(119) })] })).toEqual([])
  })

  test('that did not is away, and that says it all', () => {
    const duties = [duty('dispatch', { reportedAt: ago(121) }), duty('staging', { failingSince: ago(900) })]
    expect(codes({ duties, unsequencedSince: ago(900) })).toEqual(['clock-away'])
  })

  test('that never was is missed only once there is something to do', () => {
    expect(codes({ duties: [] })).toEqual([])
    expect(codes({ duties: [], dueSince: { batch: ago(121) } })).toEqual(['clock-away'])
    expect(codes({ duties: [], unsequencedSince: ago(121) })).toEqual(['clock-away'])
  })

  test('whose duty fails for long says which, and why', () => {
    const failing = (seconds: number) => duty('staging', { failingSince: ago(seconds), code: 'storage-away' })
    expect(codes({ duties: [duty('dispatch'), failing(119)] })).toEqual([])
    expect(alarmsOf({ ...well, duties: [duty('dispatch'), failing(121)] }, limits, now)).toMatchObject([
      { code: 'duty-failing', subject: 'staging', facts: { duty: 'staging', code: 'storage-away' } },
    ])
  })

  test('whose ledger is behind says so', () => {
    expect(codes({ unsequencedSince: ago(119) })).toEqual([])
    expect(codes({ unsequencedSince: ago(121) })).toEqual(['ledger-behind'])
  })
})

test('an alarm begins once and ends once, however its facts change meanwhile', () => {
  const alarm = (subject: string) =>
    ({ code: 'workers-away', subject, since: now, facts: { queue: subject } }) as const
  const { began, ended } = changesOf([alarm('page'), alarm('batch')], [alarm('page'), alarm('document')])
  expect(began.map(({ subject }) => subject)).toEqual(['document'])
  expect(ended.map(({ subject }) => subject)).toEqual(['batch'])
})
