import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rejectBatch, releaseBatch } from '../../../src/commands/decide-batch.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { BatchId, PatientId } from '../../../src/domain/ids.ts'
import type { Order } from '../../../src/domain/order.ts'
import { dropOf, ofPatients, type Sheets } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

let works: Works
let refusing: PatientId
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
  await works.patient('SP-2')
  refusing = await works.patient('SP-3')
  await works.decide(refusing, 'refused')
})
afterAll(() => works.close())

let drops = 0
/** One page for each patient, in files of their own. */
const drop = (patients: readonly string[], more: Record<string, unknown> = {}) => {
  const names = patients.map((_, index) => `${index}.jpg`)
  const files = Object.fromEntries(
    names.map((name): [string, Sheets] => [name, [{ text: `drop ${++drops}` }]]),
  )
  const whose = Object.fromEntries(names.map((name, index) => [name, patients[index]!]))
  return dropOf(files, { ...ofPatients(whose), ...more })
}
const tooMany = { expected: { folders: 0, documents: 1, pages: 7 } }

const release = (id: BatchId) => releaseBatch(works.organisationId, id, 'boss', works.truth)
const reject = (id: BatchId) => rejectBatch(works.organisationId, id, 'boss', works.truth)
const failing = (name: string) => (order: Order) => {
  if (order.stage === name) throw new Failure('key-mismatch')
}

describe('a batch held because a step of its own failed', () => {
  test.each(['register-batch', 'compose-documents', 'close-batch'])(
    'does that step again when it is released: %s',
    async (name) => {
      const id = await works.submit(drop(['SP-1']))
      await works.run({ afterRun: failing(name) })
      expect(await works.batch(id)).toMatchObject({ state: 'held', reason: 'key-mismatch' })
      await release(id)
      await works.run()
      expect(await works.outcome(id)).toEqual({ batch: 'closed', files: ['split'], documents: ['verified'] })
      expect((await works.batch(id)).releasedBy).toBeNull()
    },
  )

  test.each(['register-batch', 'compose-documents'])('still has its counts compared: %s', async (name) => {
    const id = await works.submit(drop(['SP-1'], tooMany))
    await works.run({ afterRun: failing(name) })
    await release(id)
    await works.run()
    expect(await works.batch(id)).toMatchObject({ state: 'held', reason: 'counts-do-not-reconcile' })
    await release(id)
    await works.run()
    expect(await works.batch(id)).toMatchObject({ state: 'closed', releasedBy: 'boss' })
  })

  test('can fail and be released twice at the same step', async () => {
    const id = await works.submit(drop(['SP-1']))
    for (let time = 0; time < 2; time++) {
      await works.run({ afterRun: failing('close-batch') })
      await release(id)
    }
    await works.run()
    expect((await works.batch(id)).state).toBe('closed')
  })
})

describe('a rejected batch', () => {
  test('ends rejected with its documents, but for those that were refused', async () => {
    const id = await works.submit(drop(['SP-2', 'SP-3']))
    await works.run()
    expect((await works.outcome(id)).documents).toEqual(['held consent-pending', 'refused consent-refused'])
    await reject(id)
    await works.run()
    expect(await works.outcome(id)).toMatchObject({
      batch: 'rejected',
      documents: ['rejected batch-rejected', 'refused consent-refused'],
    })
    expect((await works.batch(id)).closedAt).not.toBeNull()
    expect(await works.staged(id)).toEqual([])
  })

  test('is taken up by nobody, whatever fails afterwards', async () => {
    const id = await works.submit(drop(['SP-1'], tooMany))
    await works.run()
    await reject(id)
    await works.run({ afterRun: failing('close-batch') })
    await release(id).catch(() => undefined)
    await works.run()
    expect((await works.batch(id)).state).toBe('rejected')
    expect(await works.documents(id)).toEqual([])
  })

  test('may be dropped again once it is put right', async () => {
    const wrong = drop(['SP-1'], tooMany)
    const id = await works.submit(wrong)
    await works.run()
    await reject(id)
    await works.run()
    const manifest = JSON.stringify({
      ...JSON.parse(wrong.manifest),
      expected: { folders: 0, documents: 1, pages: 1 },
    })
    const again = await works.submit({ ...wrong, manifest })
    expect(again).not.toBe(id)
    await works.run()
    expect(await works.outcome(again)).toEqual({ batch: 'closed', files: ['split'], documents: ['verified'] })
    await expect(reject(again)).rejects.toMatchObject({ code: 'state-forbids' })
  })

  test('waits for the order that is being settled, and never the other way round', async () => {
    const id = await works.submit(drop(['SP-1']))
    const [dispatch] = await works.outbox.claim('batch', 1)
    let rejecting: Promise<void> | undefined
    await works.records(async (records) => {
      await records.orders.lock(dispatch!.outboxId)
      rejecting = reject(id)
      await new Promise((resolve) => setTimeout(resolve, 200))
      await records.batches.lock(id)
    })
    await rejecting
    await works.run()
    expect((await works.batch(id)).state).toBe('rejected')
  })
})
