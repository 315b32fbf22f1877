import { custodyEvent } from '../domain/custody.ts'
import type { Document, ResumeState } from '../domain/document.ts'
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
  context: StageContext,
) => Promise<void>

/** A held document keeps the state that it takes up again. */
export const holdDocument: Stop = async (subjectId, reason, facts, records, { actor }) => {
  const document = await records.documents.lock(subjectId as DocumentId)
  if (!document || document.state === 'held') return
  await records.documents.change(document.id, {
    state: 'held',
    resumeState: document.state as ResumeState,
    reason,
    facts,
  })
  await records.append(actor, [
    custodyEvent(
      'document-held',
      { batchId: document.batchId, documentId: document.id },
      { details: { reason } },
    ),
  ])
}

/** A failed document stays with its batch, which cannot close: nothing of it is released. */
export async function failDocument(
  document: Document,
  failure: Failure,
  records: Records,
  { actor }: StageContext,
): Promise<void> {
  await records.documents.change(document.id, {
    state: 'failed',
    resumeState: document.state as ResumeState,
    reason: failure.code,
    facts: failure.facts,
  })
  await records.append(actor, [
    custodyEvent(
      'document-failed',
      { batchId: document.batchId, documentId: document.id },
      { details: { reason: failure.code } },
    ),
  ])
}

export const failDocumentById = async (
  subjectId: string,
  failure: Failure,
  records: Records,
  context: StageContext,
): Promise<void> => {
  const document = await records.documents.lock(subjectId as DocumentId)
  if (document && document.state !== 'failed') await failDocument(document, failure, records, context)
}

export const holdBatch: Stop = async (subjectId, reason, facts, records, { actor }) => {
  const batch = await records.batches.lock(subjectId as BatchId)
  if (!batch || batch.state === 'held') return
  await records.batches.change(batch.id, { state: 'held', reason, facts })
  await records.append(actor, [custodyEvent('batch-held', { batchId: batch.id }, { details: { reason } })])
}

export const failBatch = (
  subjectId: string,
  failure: Failure,
  records: Records,
  context: StageContext,
): Promise<void> => holdBatch(subjectId, failure.code, failure.facts, records, context)
