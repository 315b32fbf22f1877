import { custodyEvent } from '../domain/custody.ts'
import { isOnRoad } from '../domain/document.ts'
import type { Facts, Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { BatchId, DocumentId } from '../domain/ids.ts'
import type { Records } from '../records.ts'
import type { StageContext } from './stage.ts'

type Stop = (
  subjectId: string,
  reason: FailureCode,
  facts: Facts,
  records: Records,
  context: Pick<StageContext, 'actor'>,
) => Promise<void>

/**
 * A stopped document keeps the state that it takes up again. Somebody may have stopped it otherwise while the stage was at
 * work: then that stands.
 */
const stopDocument =
  (state: 'held' | 'failed'): Stop =>
  async (subjectId, reason, facts, records, { actor }) => {
    const document = await records.documents.lock(subjectId as DocumentId)
    if (!document || !isOnRoad(document.state)) return
    const { id: documentId, batchId } = document
    await records.documents.change(documentId, { state, resumeState: document.state, reason, facts })
    await records.append(actor, [
      custodyEvent(`document-${state}`, { batchId, documentId }, { details: { reason } }),
    ])
  }

/** An expected stop that a person, or a consent, can lift. */
export const holdDocument = stopDocument('held')

/** A failed document stays with its batch, which cannot close: nothing of it is released. */
export const failDocument = (
  subjectId: string,
  failure: Failure,
  records: Records,
  context: StageContext,
): Promise<void> => stopDocument('failed')(subjectId, failure.code, failure.facts, records, context)

export const holdBatch: Stop = async (subjectId, reason, facts, records, { actor }) => {
  const batch = await records.batches.lock(subjectId as BatchId)
  if (!batch || batch.closedAt !== null || batch.state === 'held' || batch.state === 'rejected') return
  await records.batches.change(batch.id, { state: 'held', reason, facts })
  await records.append(actor, [custodyEvent('batch-held', { batchId: batch.id }, { details: { reason } })])
}

export const failBatch = (
  subjectId: string,
  failure: Failure,
  records: Records,
  context: StageContext,
): Promise<void> => holdBatch(subjectId, failure.code, failure.facts, records, context)
