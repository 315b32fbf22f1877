import type { BatchId, OrganisationId, OutboxId } from './ids.ts'

/** Queues are named by what they use: `page` is bound by the processor, the others by the outside. */
export const queueNames = ['batch', 'page', 'document'] as const
export type QueueName = (typeof queueNames)[number]

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
  /** When it was last given to the queue. */
  readonly dispatchedAt: Date | null
}

/** What a process has at work, by its own account. The elected clock is `elected`, without a subject. */
export type Doing = {
  readonly stage: string
  readonly orderId?: OutboxId
  readonly batchId?: BatchId
  readonly subjectId?: string
  /** RFC 3339, UTC. */
  readonly since: string
}

/** What the queue holds of an order: its id, and the name of this one dispatch. */
export type Dispatch = {
  readonly organisationId: OrganisationId
  readonly outboxId: OutboxId
  readonly queue: QueueName
  readonly jobId: string
  /** Which of its organisation's orders in flight it is: the queue delivers lower turns first. */
  readonly turn: number
}

/** Names one dispatch of an order, so that a job left over from an earlier dispatch is told from the current one. */
export const dispatchName = (id: OutboxId, dispatchedAt: Date): string => `${id}.${dispatchedAt.getTime()}`
/** The order of a dispatch's name. */
export const orderOf = (name: string): string => name.slice(0, name.indexOf('.'))
