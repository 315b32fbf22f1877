import { type Actor, custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { Trouble } from '../domain/trouble.ts'
import type { Truth } from '../records.ts'
import { releaseBatch } from './decide-batch.ts'
import { retryDocument } from './decide-document.ts'

/**
 * What became of a retry. `retried`: a new round was ordered, and recorded as a person's decision. `hurried`: it was
 * going to be tried again by itself, and is now. `moved-on`: somebody was faster. `scan`: only scanning again helps.
 */
export type Retried = 'retried' | 'hurried' | 'moved-on' | 'scan'

/**
 * Takes up again what an order failed to do, as many tries as the first time. Of the failed pages of one document the
 * first that is retried takes the document up; the others have moved on.
 */
export async function retryOrder(trouble: Trouble, actor: Actor, truth: Truth): Promise<Retried> {
  const { organisationId, remedy } = trouble
  if (remedy === 'scan' || remedy === 'none') return remedy === 'scan' ? 'scan' : 'moved-on'
  if (remedy === 'wait') return hurry(trouble, truth)
  try {
    if (remedy === 'order') await orderAnew(trouble, actor, truth)
    else if (remedy === 'batch') await releaseBatch(organisationId, trouble.batchId, actor, truth)
    else await retryDocument(organisationId, trouble.documentId as DocumentId, actor, truth)
    return 'retried'
  } catch (error) {
    if (error instanceof Failure && error.code === 'state-forbids') return 'moved-on'
    throw error
  }
}

/** Nothing is decided: it only comes sooner. */
const hurry = ({ organisationId, orderId, ...order }: Trouble, truth: Truth): Promise<Retried> =>
  truth.transaction(organisationId, async ({ orders }) => {
    if ((await orders.find(orderId))?.state !== 'waiting') return 'moved-on'
    const { batchId, queue, stage, subjectId } = order
    await orders.place({ batchId, queue, stage, subjectId, again: true })
    return 'hurried'
  })

/** What stopped without stopping its batch: closing a rejected one, deleting what nobody can read any more. */
const orderAnew = (
  { organisationId, batchId, queue, stage, subjectId }: Trouble,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    await records.orders.place({ batchId, queue, stage, subjectId, again: true })
    await records.append(actor, [custodyEvent('batch-resumed', { batchId }, { details: { stage } })])
  })
