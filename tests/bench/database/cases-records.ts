import { type BatchId, newId, type PageId } from '../../../src/domain/ids.ts'
import type { Records } from '../../../src/records.ts'
import { archived, type Case, live, some } from './cases.ts'
import type { Subject } from './subjects.ts'

const within = (name: string, work: (records: Records, subject: Subject) => Promise<unknown>): Case => ({
  name,
  ask: archived((works, s) => works.within(s.organisationId, (records) => work(records, s))),
})
const atWork = (
  name: string,
  work: (records: Records, subject: Subject) => Promise<unknown>,
  growsWith?: string,
): Case => ({
  name,
  ask: live((works, s) => works.within(s.organisationId, (records) => work(records, s))),
  ...(growsWith ? { growsWith } : {}),
})

/** What stages and commands read and write, each in a transaction of its organisation; what they write is taken back. */
export const recordCases: readonly Case[] = [
  within('batches.find', ({ batches }, s) => batches.find(s.batchId)),
  within('batches.byFingerprint', ({ batches }, s) => batches.byFingerprint(s.fingerprint)),
  within('batches.lock', ({ batches }, s) => batches.lock(s.batchId)),
  within('batches.change', ({ batches }, s) => batches.change(s.batchId, { reason: null })),
  within('batches.hostOf, storageOf', ({ batches }, s) => batches.storageOf(s.batchId)),
  within('batches.box', ({ batches }, s) => batches.box(s.box)),
  within('batches.insert', async ({ batches, now }, s) => {
    const batch = await batches.find(s.batchId)
    const stagingKey = { wrapped: Buffer.alloc(60), epoch: 1 }
    const fingerprint = newId<BatchId>(now).replaceAll('-', '').repeat(2)
    return batches.insert({ ...batch!, id: newId<BatchId>(now), fingerprint, stagingKey })
  }),
  within('files.find', ({ files }, s) => files.find(s.fileId)),
  within('files.ofBatch', ({ files }, s) => files.ofBatch(s.batchId)),
  within('files.ofDocument', ({ files }, s) => files.ofDocument(s.documentId)),
  within('files.doneWith', ({ files }, s) => files.doneWith(s.batchId)),
  within('files.twins', ({ files }, s) => files.twins(s.batchId)),
  within('files.change', ({ files }, s) => files.change(s.fileId, { pages: 3 })),
  within('pages.find', ({ pages }, s) => pages.find(s.pageId)),
  within('pages.ofBatch', ({ pages }, s) => pages.ofBatch(s.batchId)),
  within('pages.ofFile', ({ pages }, s) => pages.ofFile(s.fileId)),
  within('pages.ofDocument', ({ pages }, s) => pages.ofDocument(s.documentId)),
  within('pages.tally', ({ pages }, s) => pages.tally(s.batchId)),
  within('pages.change', ({ pages }, s) => pages.change([s.pageId], { state: 'recognised', confidence: 91 })),
  within('pages.assign', ({ pages }, s) =>
    pages.assign([{ id: s.pageId, documentId: s.documentId, position: 1 }]),
  ),
  within('pages.insert', async ({ pages, now }, s) => {
    const page = await pages.find(s.pageId)
    return pages.insert([{ ...page!, id: newId<PageId>(now), number: 999 }])
  }),
  within('documents.find', ({ documents }, s) => documents.find(s.documentId)),
  within('documents.lock', ({ documents }, s) => documents.lock(s.documentId)),
  within('documents.change', ({ documents }, s) => documents.change(s.documentId, { state: 'assembled' })),
  within('documents.ofBatch', ({ documents }, s) => documents.ofBatch(s.batchId)),
  within('documents.lockBatch', ({ documents }, s) => documents.lockBatch(s.batchId)),
  within('documents.lockPatient', ({ documents }, s) => documents.lockPatient(s.patientId)),
  within('documents.anyUnfinished', ({ documents }, s) => documents.anyUnfinished(s.batchId)),
  atWork('documents.anyUnfinished, live', ({ documents }, s) => documents.anyUnfinished(s.batchId)),
  within('deposits.ofDocument', ({ deposits }, s) => deposits.ofDocument(s.documentId)),
  within('deposits.latestOfBatch', ({ deposits }, s) => deposits.latestOfBatch(s.batchId)),
  within('deposits.anyOfBatch', ({ deposits }, s) => deposits.anyOfBatch(s.batchId)),
  within('deposits.change', ({ deposits }, s) =>
    deposits.change(s.documentId, 'access', 1, { verifiedAt: new Date() }),
  ),
  within('deposits.put', async ({ deposits }, s) => {
    const [deposit] = await deposits.ofDocument(s.documentId)
    return (
      deposit &&
      deposits.put([{ ...deposit, version: 2, objectKey: `${deposit.objectKey}.2`, depositedAt: null }])
    )
  }),
  within('consents.policy', ({ consents }) => consents.policy()),
  within('consents.current', ({ consents }, s) => consents.current(s.patientId, 'digitisation')),
  within('consents.append', ({ consents, now }, s) =>
    consents.append(
      s.patientId,
      {
        ...{
          purpose: 'digitisation',
          status: 'granted',
          noticeVersion: 'v1',
          channel: 'paper',
          evidenceSha256: null,
        },
        ...{ legalBasis: null, decidedBy: null, decidedAt: now, expiresAt: null },
      },
      'cli',
    ),
  ),
  atWork('orders.place, first time', ({ orders }, s) =>
    orders.place({ batchId: s.batchId, queue: 'document', stage: 'bench', subjectId: s.documentId }),
  ),
  atWork('orders.place, again', ({ orders }, s) =>
    orders.place({
      batchId: s.batchId,
      queue: 'document',
      stage: 'check-consent',
      subjectId: s.documentId,
      again: true,
    }),
  ),
  atWork('orders.anyOpen', ({ orders }, s) => orders.anyOpen(s.batchId, ['split-pages', 'examine-page'])),
  atWork('orders.anyOpen, some are', ({ orders }, s) => orders.anyOpen(s.batchId, ['recognise-page'])),
  atWork('orders.cancelAll', ({ orders }, s) => orders.cancelAll(s.batchId), 'open orders of the batch'),
  {
    name: 'orders.find',
    ask: ({ subjects, within: inside }, n) => {
      const order = some(subjects.dispatched, n)
      return inside(order.organisationId, ({ orders }) => orders.find(order.id))
    },
  },
  {
    name: 'orders.lock and finish',
    ask: ({ subjects, within: inside }, n) => {
      const order = some(subjects.dispatched, n)
      return inside(order.organisationId, async ({ orders }) => {
        await orders.lock(order.id)
        await orders.finish(order.id, 'done')
      })
    },
  },
  {
    name: 'orders.giveBack',
    ask: ({ subjects, within: inside }, n) => {
      const order = some(subjects.dispatched, n)
      return inside(order.organisationId, async ({ orders }) => {
        await orders.giveBack((await orders.find(order.id))!)
      })
    },
  },
  within('custody events, 2 appended', (records, { batchId, documentId }) =>
    records.append('stage.bench', [
      { type: 'document-sealed', subject: { batchId, documentId } },
      { type: 'document-deposited', subject: { batchId, documentId } },
    ]),
  ),
  within('destructions.append', ({ destructions, now }, { batchId, documentId }) =>
    destructions.append({
      ...{
        batchId,
        documentId,
        what: 'staged-pages',
        method: 'cryptographic-erase',
        standard: 'nist-sp-800-88r2',
      },
      ...{ objects: 1, orderedBy: 'cli', reason: 'consent-refused', destroyedAt: now },
    }),
  ),
]
