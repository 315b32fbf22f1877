import type { Actor, CustodyEvent } from './domain/custody.ts'
import type { BatchId, OrganisationId } from './domain/ids.ts'
import type { QueueName } from './domain/order.ts'

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
