import type { Facts } from './failure.ts'
import type { FailureCode } from './failures.ts'
import type { BatchId, DocumentId, OrganisationId, OutboxId } from './ids.ts'
import type { QueueName } from './order.ts'

/** An order that failed for good and that nothing followed, or one that is tried again. */
export type Trouble = {
  readonly orderId: OutboxId
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  readonly queue: QueueName
  readonly stage: string
  readonly subjectId: string
  /** The document that the order is about: its subject, or the one that its page belongs to. */
  readonly documentId: DocumentId | null
  readonly state: 'failed' | 'retrying'
  readonly code: FailureCode
  /** Ids, codes and numbers. */
  readonly facts: Facts
  /** Failed tries of this round, outages counted too. */
  readonly tries: number
  readonly failedAt: Date | null
  /** When it is tried again by itself: past when that is under way. */
  readonly nextAt: Date | null
  readonly remedy: Remedy
}

/**
 * What takes a failed order up again. `document`, `batch` and `order`: trying again does. `scan`: its file was given back
 * to the operator, whose batch goes on without it. `wait`: it is tried again by itself. `none`: what failed has moved on.
 */
export type Remedy = 'document' | 'batch' | 'order' | 'scan' | 'wait' | 'none'

/** Where the subjects of an order are. */
export type Whereabouts = {
  readonly stage: string
  readonly state: 'failed' | 'retrying'
  readonly code: FailureCode
  readonly documentState: string | null
  readonly batchState: string
  readonly batchReason: string | null
  readonly isBatchClosed: boolean
}

const ofFile: readonly string[] = ['split-pages', 'examine-page']
const ofBatch: readonly string[] = ['register-batch', 'compose-documents', 'discard-pages', 'close-batch']

export function remedyOf(where: Whereabouts): Remedy {
  if (where.state === 'retrying') return 'wait'
  if (where.stage === 'destroy-staging') return 'order'
  if (where.isBatchClosed) return 'none'
  if (ofFile.includes(where.stage)) return 'scan'
  if (!ofBatch.includes(where.stage)) return where.documentState === 'failed' ? 'document' : 'none'
  if (where.batchState === 'held' && where.batchReason === where.code) return 'batch'
  // A rejected batch is not held when its closing fails.
  return where.stage === 'close-batch' && where.batchState === 'rejected' ? 'order' : 'none'
}

export const isRetryable = (remedy: Remedy): boolean =>
  remedy === 'document' || remedy === 'batch' || remedy === 'order'
