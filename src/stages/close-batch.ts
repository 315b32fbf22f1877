import { z } from 'zod'
import type { Batch, BatchFile } from '../domain/batch.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { Deposit } from '../domain/deposit.ts'
import {
  DepositFigures,
  depositFigures,
  figureFaults,
  type PageTally,
} from '../domain/deposit-attestation.ts'
import type { Document } from '../domain/document.ts'
import type { BatchId } from '../domain/ids.ts'
import type { Records } from '../records.ts'
import { completed, defineStage, held, type StageContext } from './stage.ts'
import { failBatch, holdBatch } from './stopping.ts'

const isClosable = ({ state, closedAt }: Batch): boolean =>
  closedAt === null && (state === 'composed' || state === 'rejected')

/** Orders the closing once every document has its final state and what was refused is discarded. */
export async function closeWhenDone(
  batchId: BatchId,
  records: Records,
  { orderId }: Partial<Pick<StageContext, 'orderId'>> = {},
): Promise<void> {
  const batch = await records.batches.lock(batchId)
  if (!batch || !isClosable(batch)) return
  if (await records.documents.anyUnfinished(batchId)) return
  if (await records.orders.anyOpen(batchId, ['discard-pages'], orderId)) return
  await records.orders.place({
    ...{ batchId, queue: 'batch', stage: 'close-batch', subjectId: batchId },
    again: true,
  })
}

/**
 * Reconciles, orders the attestation, and destroys the staging key: from that moment nothing staged can be read by anyone.
 * The objects are then deleted. What does not add up from the box to the object is not attested, and nothing of it is
 * destroyed: the batch is held. A batch of which no file was accepted is not called closed: it was rejected.
 */
export const closeBatch = defineStage({
  name: 'close-batch',
  queue: 'batch',
  input: z.object({
    batch: z.custom<Batch>(),
    files: z.array(z.custom<BatchFile>()),
    documents: z.array(z.custom<Document>()),
    pages: z.array(z.custom<PageTally>()),
    deposits: z.array(z.custom<Deposit>()),
  }),
  output: z.object({ batch: z.custom<Batch>(), isAccepted: z.boolean(), figures: DepositFigures.nullable() }),
  needs: [],

  async load(subjectId, records) {
    const batch = await records.batches.find(subjectId as BatchId)
    if (!batch || !isClosable(batch) || (await records.documents.anyUnfinished(batch.id))) return undefined
    return {
      batch,
      documents: await records.documents.ofBatch(batch.id),
      files: await records.files.ofBatch(batch.id),
      pages: await records.pages.tally(batch.id),
      deposits: await records.deposits.latestOfBatch(batch.id),
    }
  },

  async run(closing) {
    const { batch, files, documents } = closing
    const count = (state: Document['state']) =>
      documents.filter((document) => document.state === state).length
    const accepted = files.filter((file) => file.state === 'split')
    const isAttested = batch.state === 'composed' && accepted.length > 0
    const faults = isAttested ? figureFaults(closing) : []
    if (faults.length > 0)
      return held('attestation-figures-differ', { batchId: batch.id, faults: faults.join(', ') })
    const figures = isAttested ? depositFigures(closing) : null
    const subject = { batchId: batch.id, boxId: batch.boxId, contractId: batch.contractId }
    return completed({ batch, isAccepted: accepted.length > 0, figures }, [
      custodyEvent('batch-closed', subject, {
        details: {
          files: files.length,
          filesRejected: files.length - accepted.length,
          pagesExpected: batch.expected.pages,
          pagesCounted: accepted.reduce((total, file) => total + (file.pages ?? 0), 0),
          documents: documents.length,
          verified: count('verified'),
          refused: count('refused'),
          rejected: count('rejected'),
        },
      }),
      custodyEvent('staging-key-destroyed', { batchId: batch.id }, { details: erasure }),
    ])
  },

  async settle({ batch, isAccepted, figures }, records, { actor, now }) {
    const { id: batchId } = batch
    await records.batches.destroyStagingKey(batchId)
    await records.batches.change(batchId, { closedAt: now, ...verdictOn(batch, isAccepted) })
    if (figures) await records.attestations.order(batchId, figures)
    await records.destructions.append({
      batchId,
      documentId: null,
      what: 'staging',
      method: 'cryptographic erase: the batch key was destroyed',
      standard: 'NIST SP 800-88r2 Purge',
      objects: 0,
      orderedBy: actor,
      reason: batch.state === 'rejected' ? 'batch-rejected' : 'batch-closed',
      destroyedAt: now,
    })
    await records.orders.place({ batchId, queue: 'batch', stage: 'destroy-staging', subjectId: batchId })
  },

  hold: holdBatch,
  fail: failBatch,
})

const erasure = { method: 'cryptographic-erase', standard: 'nist-sp-800-88r2-purge' }

function verdictOn({ state }: Batch, isAccepted: boolean): Partial<Batch> {
  if (state === 'rejected') return {}
  return isAccepted
    ? { state: 'closed', reason: null, facts: {} }
    : { state: 'rejected', reason: 'nothing-accepted', facts: {} }
}
