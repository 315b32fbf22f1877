import type { Actor, CustodyEvent } from './domain/custody.ts'
import type { BatchId, OrganisationId, OutboxId } from './domain/ids.ts'
import type { QueueName } from './stages/stage.ts'

/** An order to run one stage on one subject: the outbox row, and all that the queue ever knows is its id. */
export type Order = {
  readonly id: OutboxId
  readonly organisationId: OrganisationId
  readonly batchId: BatchId
  readonly queue: QueueName
  readonly stage: string
  readonly subjectId: string
  readonly round: number
  readonly attempts: number
  readonly state: 'waiting' | 'dispatched' | 'done' | 'failed' | 'cancelled'
}

/** What the rules read and write of the truth, inside one transaction of one organisation. */
export interface Records {
  readonly orders: {
    /** Asks for a stage. Asking twice for the same round is asking once. */
    place(order: {
      batchId: BatchId
      queue: QueueName
      stage: string
      subjectId: string
      again?: boolean
    }): Promise<void>
  }
  /** Appends custody events to this transaction. */
  append(actor: Actor, events: readonly CustodyEvent[]): Promise<void>
}

/** Opens transactions. Row-level security confines each to its organisation. */
export interface Truth {
  transaction<Result>(
    organisationId: OrganisationId,
    work: (records: Records) => Promise<Result>,
  ): Promise<Result>
}
