import { answerable, type Batch, type BatchState } from '../domain/batch.ts'
import { type Actor, custodyEvent } from '../domain/custody.ts'
import { isDeposited, isFinal } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { BatchId, OrganisationId } from '../domain/ids.ts'
import type { Records, Truth } from '../records.ts'
import { closeWhenDone } from '../stages/close-batch.ts'
import { discardPagesOf } from '../stages/consent-gate.ts'

/**
 * Releases a held batch. Where it was held for counts that do not reconcile, a person answers for them and its documents
 * are taken as found; where a step failed, that step is done again, and nothing is passed over.
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
    if (batch.state !== 'held') throw forbidden(batch)
    const state = await stateBeforeHold(batchId, records)
    const isAnsweredFor = batch.reason !== null && answerable.includes(batch.reason)
    await records.batches.change(batchId, {
      ...{ state, reason: null, facts: {} },
      ...(isAnsweredFor ? { releasedBy: actor } : {}),
    })
    await records.append(actor, [
      custodyEvent('batch-released', { batchId }, { details: { reason: batch.reason ?? 'none' } }),
    ])
    await goOn(batchId, state, records)
  })

type OpenState = Extract<BatchState, 'received' | 'registered' | 'composed'>

/** What the steps leave behind tells how far the batch had come. */
async function stateBeforeHold(batchId: BatchId, records: Records): Promise<OpenState> {
  const files = await records.files.ofBatch(batchId)
  if (files.some(({ state }) => state === 'received')) return 'received'
  return (await records.documents.ofBatch(batchId)).length > 0 ? 'composed' : 'registered'
}

async function goOn(batchId: BatchId, state: OpenState, records: Records): Promise<void> {
  if (state !== 'composed') {
    const stage = state === 'received' ? 'register-batch' : 'compose-documents'
    return records.orders.place({ batchId, queue: 'batch', stage, subjectId: batchId, again: true })
  }
  for (const document of await records.documents.ofBatch(batchId))
    if (document.state === 'refused') await discardPagesOf(document, records)
  await closeWhenDone(batchId, records)
}

/**
 * Rejects a batch: work on it stops, what is staged is destroyed, and its source goes back to the operator. Not once
 * something of it is sealed: that may be in the archive already, and is for a destruction order.
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
    // Orders before documents before the batch: whoever settles an order takes them so, and is waited for.
    await records.orders.cancelAll(batchId)
    const documents = await records.documents.lockBatch(batchId)
    const batch = await lockBatch(batchId, records)
    const isArchived =
      documents.some(({ state }) => isDeposited(state)) || (await records.deposits.anyOfBatch(batchId))
    if (batch.closedAt !== null || isArchived) throw forbidden(batch)

    const open = documents.filter(({ state }) => !isFinal(state)).map(({ id }) => id)
    const reason = 'batch-rejected'
    await records.documents.change(open, { state: 'rejected', resumeState: null, reason, facts: {} })
    await records.batches.change(batchId, { state: 'rejected', reason: 'rejected-by-operator', facts: {} })
    await records.append(actor, [
      ...open.map((documentId) =>
        custodyEvent('document-rejected', { batchId, documentId }, { details: { reason } }),
      ),
      custodyEvent('batch-rejected', { batchId }),
    ])
    await closeWhenDone(batchId, records)
  })

const forbidden = ({ id, state }: Batch): Failure => new Failure('state-forbids', { subject: id, state })

async function lockBatch(batchId: BatchId, records: Records): Promise<Batch> {
  const batch = await records.batches.lock(batchId)
  if (!batch) throw new Failure('not-found', { kind: 'batch' })
  return batch
}
