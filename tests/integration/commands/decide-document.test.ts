import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLockedDeposits } from '../../../src/adapters/postgres/locked-deposits.ts'
import { attributeDocument } from '../../../src/commands/attribute-document.ts'
import { rejectBatch } from '../../../src/commands/decide-batch.ts'
import { rejectDocument, retryDocument } from '../../../src/commands/decide-document.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { FailureCode } from '../../../src/domain/failures.ts'
import type { BatchId, DocumentId, PatientId } from '../../../src/domain/ids.ts'
import type { Order } from '../../../src/domain/order.ts'
import { dropOf, ofPatients } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

let works: Works
let granted: PatientId
beforeAll(async () => {
  works = await openWorks()
  granted = await works.patient('SP-1')
  await works.decide(granted, 'granted')
  await works.patient('SP-2')
})
afterAll(() => works.close())

let drops = 0
const submit = (...patients: string[]) => {
  const names = patients.map((_, index) => `${index}.jpg`)
  const sides = () => [{ text: `page ${++drops}` }, { text: `page ${++drops}` }]
  return works.submit(
    dropOf(
      Object.fromEntries(names.map((name) => [name, sides()])),
      ofPatients(Object.fromEntries(names.map((name, index) => [name, patients[index]!]))),
    ),
  )
}
const first = async (batch: BatchId) => (await works.documents(batch))[0]!
const retry = (id: DocumentId) => retryDocument(works.organisationId, id, 'boss', works.truth)
const reject = (id: DocumentId) => rejectDocument(works.organisationId, id, 'boss', works.truth)
const failing = (stage: string, code: FailureCode) => (order: Order) => {
  if (order.stage === stage) throw new Failure(code)
}

/** Of the objects of a document whose locks are renewed. */
async function lockedVersions(id: DocumentId): Promise<number[]> {
  const versions: number[] = []
  const deposits = openLockedDeposits(works.database.system)
  for await (const one of deposits.endingBefore(new Date('2100-01-01')))
    if (one.documentId === id) versions.push(one.version)
  return versions
}

describe('a failed document', () => {
  test.each([
    ['check-consent', 'key-mismatch'],
    ['recognise-page', 'assembly-failed'],
    ['confirm-identity', 'key-mismatch'],
    ['assemble-document', 'assembly-failed'],
    ['seal-document', 'key-mismatch'],
    ['deposit-document', 'storage-refused'],
    ['verify-deposit', 'key-mismatch'],
  ] as const)('is taken up where it failed, and its batch closes: %s', async (stage, code) => {
    const batch = await submit('SP-1')
    await works.run({ afterRun: failing(stage, code) })
    const { id, state, reason } = await first(batch)
    expect([state, reason]).toEqual(['failed', code])
    await retry(id)
    await works.run()
    expect(await works.outcome(batch)).toMatchObject({ batch: 'closed', documents: ['verified'] })
    expect((await works.archived()).filter((key) => key.includes(id))).toHaveLength(3)
    await expect(retry(id)).rejects.toMatchObject({ code: 'state-forbids' })
  })

  test('goes on although its last unread page is read while it is taken up again', async () => {
    const batch = await submit('SP-1')
    await works.run({ leave: ({ stage }) => stage === 'recognise-page' })
    const [one, two] = await works.pages(batch)
    const only = (id: string) => (order: { stage: string; subjectId: string }) =>
      order.stage === 'recognise-page' && order.subjectId !== id
    await works.run({ leave: only(one!.id), afterRun: failing('recognise-page', 'assembly-failed') })
    await retry((await first(batch)).id)
    // Page one is read while the gate is being asked, page two just before.
    await works.step({ leave: ({ stage }) => stage !== 'check-consent' })
    await works.run({ leave: only(two!.id) })
    await works.run()
    expect((await first(batch)).state).toBe('verified')
  })

  test.each(['deposit-conflict', 'deposit-differs', 'object-missing'] as const)(
    'whose place in the archive is spoilt is sealed anew, and what is there is locked no more: %s',
    async (code) => {
      const batch = await submit('SP-1')
      const stage = code === 'deposit-conflict' ? 'deposit-document' : 'verify-deposit'
      await works.run({ leave: (order) => order.stage === stage })
      const { id } = await first(batch)
      const [access] = await works.deposits(id)
      if (code === 'deposit-conflict')
        await works.archive.put(access!.objectKey, Buffer.from('foreign'), {
          bytes: 7,
          sha256: await sha256('foreign'),
        })
      await works.run(code === 'deposit-conflict' ? {} : { afterRun: failing('verify-deposit', code) })
      expect(await first(batch)).toMatchObject({ state: 'failed', reason: code })
      await retry(id)
      await works.run()
      expect(await works.outcome(batch)).toMatchObject({ batch: 'closed', documents: ['verified'] })
      const deposits = await works.deposits(id)
      expect(deposits.filter(({ verifiedAt }) => verifiedAt !== null).map(({ version }) => version)).toEqual([
        2, 2, 2,
      ])
      expect(await lockedVersions(id)).toEqual([2, 2, 2])
    },
  )
})

test('what the pages say of somebody else does not hold a document that a person attributes while it is compared', async () => {
  const stranger = await works.patient('SP-5', { matricule: '253072A07300443' })
  await works.decide(stranger, 'granted')
  const batch = await works.submit(
    dropOf({ 'a.jpg': [{ text: 'N° SS : 295109912611193' }] }, ofPatients({ 'a.jpg': 'SP-5' })),
  )
  const attribute = async () => {
    const { id } = await first(batch)
    await attributeDocument(works.organisationId, id, granted, 'boss', works.truth)
  }
  let isCompared = false
  await works.run({
    async afterRun({ stage }, { kind }) {
      if (stage !== 'confirm-identity' || isCompared) return
      isCompared = kind === 'held'
      await works.decide(stranger, 'withdrawn')
      await attribute()
    },
  })
  expect(isCompared).toBe(true)
  expect(await first(batch)).toMatchObject({ state: 'verified', patientId: granted })
})

describe('a single document that is rejected', () => {
  test('lets its batch close, and says so of the file that was its own', async () => {
    const batch = await submit('SP-1', 'SP-2')
    await works.run()
    const held = (await works.documents(batch)).find(({ state }) => state === 'held')!
    await reject(held.id)
    await works.run()
    expect(await works.outcome(batch)).toEqual({
      batch: 'closed',
      files: ['split', 'rejected rejected-by-operator'],
      documents: ['verified', 'rejected rejected-by-operator'],
    })
    await expect(reject(held.id)).rejects.toMatchObject({ code: 'state-forbids' })
  })

  test('is not taken up again by a consent, nor by being attributed', async () => {
    const patient = await works.patient('SP-9')
    const batch = await submit('SP-9', 'SP-2')
    await works.run()
    const { id } = await first(batch)
    await reject(id)
    await works.decide(patient, 'granted')
    await expect(
      attributeDocument(works.organisationId, id, granted, 'boss', works.truth),
    ).rejects.toMatchObject({ code: 'state-forbids' })
    await works.run()
    expect((await first(batch)).state).toBe('rejected')
  })

  test('can be the last of its batch, which then was rejected whole, and may be dropped again', async () => {
    const drop = dropOf({ 'a.jpg': [{ text: 'only' }] }, ofPatients({ 'a.jpg': 'SP-2' }))
    const batch = await works.submit(drop)
    await works.run()
    await reject((await first(batch)).id)
    await works.run()
    expect(await works.batch(batch)).toMatchObject({ state: 'rejected', reason: 'nothing-accepted' })
    const again = await works.submit(drop)
    expect(again).not.toBe(batch)
    await works.run()
    expect((await first(again)).reason).toBe('consent-pending')
    await rejectBatch(works.organisationId, again, 'boss', works.truth)
    await works.run()
  })

  test('takes their common file along once all its documents are rejected', async () => {
    const batch = await works.submit(
      dropOf(
        { 'a.jpg': [{ text: 'common 1' }, { text: 'common 2' }] },
        {
          separation: 'manifest',
          expected: { folders: 0, documents: 2, pages: 2 },
          documents: [
            { file: 'a.jpg', patient: 'SP-2', from: 1, to: 1 },
            { file: 'a.jpg', patient: 'SP-2', from: 2, to: 2 },
          ],
        },
      ),
    )
    await works.run()
    const [one, two] = await works.documents(batch)
    await reject(one!.id)
    expect((await works.outcome(batch)).files).toEqual(['split'])
    await reject(two!.id)
    expect((await works.outcome(batch)).files).toEqual(['rejected rejected-by-operator'])
    await works.run()
  })

  test('may be sealed already, as long as nothing of it is in the archive', async () => {
    const batch = await submit('SP-1', 'SP-2')
    await works.run({ leave: ({ stage }) => stage === 'deposit-document' })
    await works.decide(granted, 'withdrawn')
    await works.run()
    const { id, state } = await first(batch)
    expect(state).toBe('held')
    await reject(id)
    await works.decide(granted, 'granted')
    await works.run()
    expect((await first(batch)).state).toBe('rejected')
    expect((await works.archived()).filter((key) => key.includes(id))).toEqual([])
  })

  test('may not be, once something of it may be in the archive', async () => {
    const batch = await submit('SP-1')
    await works.run({ afterRun: failing('deposit-document', 'storage-refused') })
    const { id } = await first(batch)
    await expect(reject(id)).rejects.toMatchObject({ code: 'state-forbids' })
    await retry(id)
    await works.run()
  })

  test('may not be, where it is sealed anew since what the archive has of it is spoilt', async () => {
    const batch = await submit('SP-1')
    await works.run({ afterRun: failing('verify-deposit', 'deposit-differs') })
    const { id } = await first(batch)
    await retry(id)
    for (const stage of ['seal-document', 'deposit-document']) {
      await works.run({ leave: (order) => order.stage === stage })
      await works.decide(granted, 'withdrawn')
      await works.run()
      expect((await first(batch)).state).toBe('held')
      await expect(reject(id)).rejects.toMatchObject({ code: 'state-forbids' })
      await expect(
        attributeDocument(works.organisationId, id, granted, 'boss', works.truth),
      ).rejects.toMatchObject({ code: 'state-forbids' })
      await works.decide(granted, 'granted')
    }
    await works.run()
    expect((await first(batch)).state).toBe('verified')
  })

  test('is only one that has stopped', async () => {
    const batch = await submit('SP-1')
    await works.run({ leave: ({ stage }) => stage === 'check-consent' })
    await expect(reject((await first(batch)).id)).rejects.toMatchObject({ code: 'state-forbids' })
    await works.run()
  })
})

const sha256 = async (text: string) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('hex')
