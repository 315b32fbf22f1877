import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { batchKey } from '../../../src/adapters/postgres/batch-key.ts'
import { openStaging } from '../../../src/adapters/staging/staging.ts'
import { rejectBatch } from '../../../src/commands/decide-batch.ts'
import { type Door, submitBatch } from '../../../src/commands/submit-batch.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { type BatchId, newId } from '../../../src/domain/ids.ts'
import { dropOf, ofPatients, type Sheets } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

let works: Works
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
})
afterAll(() => works.close())

let drops = 0
const drop = (files: Record<string, Sheets> = { 'a.jpg': [{ text: `drop ${++drops}` }] }) =>
  dropOf(files, ofPatients(Object.fromEntries(Object.keys(files).map((name) => [name, 'SP-1']))))
const newBatchId = () => newId<BatchId>(works.clock.now())
const closed = { batch: 'closed', files: ['split'], documents: ['verified'] }

/** Another process: its own memory of keys. */
const otherDoor = (): Door => ({
  ...works.door,
  staging: openStaging({
    store: works.stagingBucket,
    batchKey: (id) => batchKey(works.database.system, works.keys, id),
    clock: works.clock,
  }),
})

describe('the same batch', () => {
  test('dropped at two places in one moment is one batch, and the other is answered with it', async () => {
    const same = drop()
    const ids = [newBatchId(), newBatchId()]
    const doors = [works.door, otherDoor()]
    const answers = await Promise.all(
      ids.map((id, index) => submitBatch(same, id, 'operator-1', doors[index]!)),
    )
    expect(answers.map(({ isNew }) => isNew).toSorted(byText)).toEqual([false, true])
    const [winner] = answers.filter(({ isNew }) => isNew)
    expect(answers.map(({ batchId }) => batchId)).toEqual([winner!.batchId, winner!.batchId])
    expect(await works.staged(ids.find((id) => id !== winner!.batchId)!)).toEqual([])
    await works.run()
    expect(await works.outcome(winner!.batchId)).toEqual(closed)
  })

  test('claimed by two processes under one id loses nothing of what the first has staged', async () => {
    const [same, id] = [drop(), newBatchId()]
    const answers = await Promise.all(
      [works.door, otherDoor()].map((door) => submitBatch(same, id, 'inbox', door)),
    )
    expect(answers.map(({ batchId, isNew }) => [batchId, isNew]).toSorted(byText)).toEqual([
      [id, false],
      [id, true],
    ])
    await works.run()
    expect(await works.outcome(id)).toEqual(closed)
  })

  test('is there when its commit went through and the answer was lost', async () => {
    const id = newBatchId()
    let lost = false
    const losing: Door = {
      ...works.door,
      truth: {
        async transaction(organisationId, work) {
          const done = await works.truth.transaction(organisationId, work)
          const isThere = (await works.records(({ batches }) => batches.find(id))) !== undefined
          if (!isThere || lost) return done
          lost = true
          throw new Failure('database-away')
        },
      },
    }
    expect(await submitBatch(drop(), id, 'inbox', losing)).toMatchObject({ batchId: id, isNew: true })
    expect(lost).toBe(true)
    await works.run()
    expect(await works.outcome(id)).toEqual(closed)
  })

  test('that could not be read to its end leaves nothing staged', async () => {
    const id = newBatchId()
    const broken = drop({ 'a.jpg': [{ text: `broken ${++drops}` }], 'b.jpg': [] })
    broken.files[1]!.read = () => Promise.reject(new Failure('batch-changed-while-read'))
    await expect(submitBatch(broken, id, 'inbox', works.door)).rejects.toMatchObject({
      code: 'batch-changed-while-read',
    })
    expect(await works.staged(id)).toEqual([])
  })
})

describe('a file that two batches have', () => {
  const states = async (id: BatchId) => (await works.outcome(id)).files

  test('is kept once, when both come in one moment', async () => {
    const shared: Sheets = [{ text: `shared ${++drops}` }]
    const submissions = await Promise.all(
      ['x', 'y'].map(async (own) =>
        submitBatch(
          drop({ 'a.jpg': shared, 'b.jpg': [{ text: `${own} ${++drops}` }] }),
          newBatchId(),
          'operator-1',
          works.door,
        ),
      ),
    )
    await works.run({ seed: 2 })
    const both = await Promise.all(submissions.map(({ batchId }) => states(batchId)))
    expect(both.map(([first]) => first).toSorted(byText)).toEqual(['duplicate file-duplicate', 'split'])
  })

  test('can be dropped again once the batch that had it first is rejected', async () => {
    const shared: Sheets = [{ text: `shared ${++drops}` }]
    const first = await works.submit(dropOf({ 'a.jpg': shared, 'z.jpg': [{ text: `z ${drops}` }] }))
    await works.run()
    const second = await works.submit(drop({ 'a.jpg': shared, 'b.jpg': [{ text: `b ${drops}` }] }))
    await works.run()
    expect(await states(second)).toEqual(['duplicate file-duplicate', 'split'])
    await rejectBatch(works.organisationId, first, 'boss', works.truth)
    await works.run()
    const again = await works.submit(drop({ 'a.jpg': shared }))
    await works.run()
    expect(await works.outcome(again)).toEqual(closed)
  })
})

const byText = (a: unknown, b: unknown): number => String(a).localeCompare(String(b))
