import type { Batch } from '../domain/batch.ts'
import { type Actor, custodyEvent } from '../domain/custody.ts'
import { isDeposited } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { BatchId, OrganisationId } from '../domain/ids.ts'
import type { Records, Truth } from '../records.ts'

/**
 * Releases a held batch: a person answers for counts that do not reconcile, and its documents are taken as found.
 *
 * @throws Failure not-found, state-forbids
 */
export const releaseBatch = (
  organisationId: OrganisationId,
  batchId: BatchId,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    const batch = await lockBatch(batchId, records)
    if (batch.state !== 'held') throw new Failure('state-forbids', { subject: batchId, state: batch.state })
    const state = (await records.documents.ofBatch(batchId)).length > 0 ? 'composed' : 'registered'
    await records.batches.change(batchId, { state, reason: null, facts: {}, releasedBy: actor })
    await records.append(actor, [
      custodyEvent('batch-released', { batchId }, { details: { reason: batch.reason ?? 'none' } }),
    ])
    const stage = state === 'composed' ? 'close-batch' : 'compose-documents'
    await records.orders.place({ batchId, queue: 'batch', stage, subjectId: batchId, again: true })
  })

/**
 * Rejects a batch: work on it stops, what is staged is destroyed, and its source goes back to the operator. Not once a
 * document of it is in the archive: those are for a destruction order.
 *
 * @throws Failure not-found, state-forbids
 */
export const rejectBatch = (
  organisationId: OrganisationId,
  batchId: BatchId,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    const batch = await lockBatch(batchId, records)
    const documents = await records.documents.ofBatch(batchId)
    const deposits = await Promise.all(documents.map(({ id }) => records.deposits.ofDocument(id)))
    const isArchived = documents.some(({ state }) => isDeposited(state)) || deposits.flat().length > 0
    const isOver = batch.state === 'rejected' || batch.state === 'closed'
    if (isOver || isArchived) throw new Failure('state-forbids', { subject: batchId, state: batch.state })
    await records.orders.cancelAll(batchId)
    const reason = 'batch-rejected'
    for (const { id } of documents) {
      await records.documents.change(id, { state: 'rejected', resumeState: null, reason, facts: {} })
      await records.append(actor, [
        custodyEvent('document-rejected', { batchId, documentId: id }, { details: { reason } }),
      ])
    }
    await records.batches.change(batchId, { state: 'rejected', reason: 'rejected-by-operator', facts: {} })
    await records.append(actor, [custodyEvent('batch-rejected', { batchId })])
    await records.orders.place({
      batchId,
      queue: 'batch',
      stage: 'close-batch',
      subjectId: batchId,
      again: true,
    })
  })

async function lockBatch(batchId: BatchId, records: Records): Promise<Batch> {
  const batch = await records.batches.lock(batchId)
  if (!batch) throw new Failure('not-found', { kind: 'batch' })
  return batch
}
