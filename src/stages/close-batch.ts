import { z } from 'zod'
import type { Batch, BatchFile } from '../domain/batch.ts'
import { custodyEvent } from '../domain/custody.ts'
import { type Document, isFinal } from '../domain/document.ts'
import type { BatchId } from '../domain/ids.ts'
import type { Records } from '../records.ts'
import { completed, defineStage, type StageContext } from './stage.ts'
import { failBatch, holdBatch } from './stopping.ts'

/** Orders the closing once every document has its final state and nothing staged is waited for. */
export async function closeWhenDone(
  batchId: BatchId,
  records: Records,
  { orderId }: Pick<StageContext, 'orderId'>,
): Promise<void> {
  const batch = await records.batches.lock(batchId)
  if (batch?.state !== 'composed') return
  const documents = await records.documents.ofBatch(batchId)
  if (documents.some((document) => !isFinal(document.state))) return
  if ((await records.orders.open(batchId, ['discard-pages'], orderId)) > 0) return
  await records.orders.place({ batchId, queue: 'batch', stage: 'close-batch', subjectId: batchId })
}

/** Reconciles, attests, and destroys what was staged: the batch key dies, and with it every copy that might be left. */
export const closeBatch = defineStage({
  name: 'close-batch',
  queue: 'batch',
  input: z.object({
    batch: z.custom<Batch>(),
    files: z.array(z.custom<BatchFile>()),
    documents: z.array(z.custom<Document>()),
  }),
  output: z.object({ batch: z.custom<Batch>(), objects: z.number() }),
  needs: ['staging'],

  async load(subjectId, records) {
    const batch = await records.batches.find(subjectId as BatchId)
    if (!batch || batch.closedAt !== null || (batch.state !== 'composed' && batch.state !== 'rejected'))
      return undefined
    const documents = await records.documents.ofBatch(batch.id)
    if (documents.some((document) => !isFinal(document.state))) return undefined
    return { batch, documents, files: await records.files.ofBatch(batch.id) }
  },

  async run({ batch, files, documents }, { staging }) {
    const count = (state: Document['state']) =>
      documents.filter((document) => document.state === state).length
    const objects = await staging.destroy(batch.id)
    const subject = { batchId: batch.id, boxId: batch.boxId, contractId: batch.contractId }
    return completed({ batch, objects }, [
      custodyEvent(
        'staging-destroyed',
        { batchId: batch.id },
        {
          details: { objects, method: 'cryptographic-erase', standard: 'nist-sp-800-88r2-purge' },
        },
      ),
      custodyEvent('batch-closed', subject, {
        details: {
          files: files.length,
          filesRejected: files.filter((file) => file.state === 'rejected' || file.state === 'duplicate')
            .length,
          pagesExpected: batch.expected.pages,
          pagesCounted: files.reduce(
            (total, file) => total + (file.state === 'split' ? (file.pages ?? 0) : 0),
            0,
          ),
          documents: documents.length,
          verified: count('verified'),
          refused: count('refused'),
          rejected: count('rejected'),
        },
      }),
    ])
  },

  async settle({ batch, objects }, records, { actor, now }) {
    await records.batches.destroyStagingKey(batch.id)
    await records.batches.change(batch.id, {
      closedAt: now,
      ...(batch.state === 'composed' ? { state: 'closed', reason: null, facts: {} } : {}),
    })
    await records.destructions.append({
      batchId: batch.id,
      documentId: null,
      what: 'staging',
      method: 'cryptographic erase: the batch key was destroyed, then the objects were deleted',
      standard: 'NIST SP 800-88r2 Purge',
      objects,
      orderedBy: actor,
      reason: batch.state === 'rejected' ? 'batch-rejected' : 'batch-closed',
      destroyedAt: now,
    })
  },

  hold: holdBatch,
  fail: failBatch,
})
