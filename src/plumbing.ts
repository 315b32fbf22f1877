import type { Alarm, DutyName, Observation } from './domain/alarm.ts'
import type { Failure } from './domain/failure.ts'
import type { FailureCode } from './domain/failures.ts'
import type { BatchId, OrganisationId } from './domain/ids.ts'
import type { Dispatch, Doing, QueueName } from './domain/order.ts'
import type { Trouble } from './domain/trouble.ts'

export type QueueCounts = { readonly waiting: number; readonly active: number; readonly delayed: number }

/** One delivery of a dispatch. `starts` counts from 1: more means that a worker died, or froze, with it. */
export type Delivery = Omit<Dispatch, 'turn'> & { readonly starts: number }

/** The queue as dispatcher, workers and operator see it: a hint of what to do. @throws Failure queue-away, everywhere */
export interface Queues {
  /** Adds one job for each dispatch; a dispatch already there is left alone. */
  enqueue(dispatches: readonly Dispatch[]): Promise<void>
  /** Which of these jobs the queue still holds: in wait, or given to a worker, as far as it knows. */
  holding(queue: QueueName, jobIds: readonly string[]): Promise<ReadonlySet<string>>
  /** Jobs that were given to a worker, as far as the queue knows. */
  atWork(queue: QueueName): Promise<string[]>
  /** Forgets jobs that nobody works on, whoever may have locked them. */
  discard(queue: QueueName, jobIds: readonly string[]): Promise<void>
  /**
   * Whatever waits longer than `ms` milliseconds goes before all later turns from now on. An organisation that had filled
   * the queue would else wait, with its late turns, for as long as others keep coming with early ones.
   */
  hasten(queue: QueueName, ms: number): Promise<void>
  counts(): Promise<Record<QueueName, QueueCounts>>
  /** Per queue: when the job that waits longest was added, and when the one longest at work was taken. */
  oldest(): Promise<Record<QueueName, { readonly waiting?: Date; readonly active?: Date }>>
  pause(queue: QueueName): Promise<void>
  resume(queue: QueueName): Promise<void>
  /** Forgets what waits; the sweeper brings it back. */
  drain(queue: QueueName): Promise<void>
  /**
   * Takes jobs. What `deliver` throws is reported and the job is gone: the outbox still has the order, and the sweeper
   * finds it. `report` also hears of trouble with the queue itself; none of it ends the process.
   */
  startWorker(
    queue: QueueName,
    deliver: (delivery: Delivery) => Promise<void>,
    options: { concurrency: number; report: (failure: Failure) => void },
  ): QueueWorker
  close(): Promise<void>
}

export interface QueueWorker {
  /**
   * Takes no more jobs and waits at most `graceMs` for those at work, then ends its connections. True when all were
   * finished; a job left unfinished is delivered again.
   */
  close(graceMs: number): Promise<boolean>
}

/** Open and failed orders of a queue. What is done is not counted: that would be reading every order there ever was. */
export type OutboxCounts = {
  readonly queue: QueueName
  /** `retrying` failed before, and waits for its next try. `failed`: for good, and nothing followed. */
  readonly state: 'waiting' | 'retrying' | 'dispatched' | 'failed'
  readonly orders: number
  /** Since when the oldest is in that state. */
  readonly oldest: Date
}

/** Moves orders between the outbox and the queue, for all organisations. */
export interface Outbox {
  /**
   * Takes waiting orders, in turn from each organisation and never more than `cap` in flight for the queue, or than twice
   * what its living workers carry out at a time, and marks them dispatched. The caller gives them to the queue, or gives them back.
   */
  claim(queue: QueueName, cap: number): Promise<Dispatch[]>
  /** Dispatches that the queue did not take wait again. */
  giveBack(dispatches: readonly Omit<Dispatch, 'turn'>[]): Promise<number>
  /**
   * Counts a try of what was taken from the queue because nobody works on it, unless it was settled or dispatched anew: the
   * queue counts the workers that died with a job as long as it has it, and no longer.
   */
  countLost(jobIds: readonly string[]): Promise<void>
  /**
   * Orders dispatched before `before` whose job the queue no longer holds wait again. Returns how many.
   * `alive` tells which of some jobs the queue still holds.
   */
  sweep(
    queue: QueueName,
    before: Date,
    alive: (jobIds: readonly string[]) => Promise<ReadonlySet<string>>,
  ): Promise<number>
  /** Every dispatched order waits again: the queue was lost, or is not to be trusted. */
  rebuild(): Promise<number>
  /** Forgets what was carried out for batches closed before `before`: the table holds the work at hand. Returns how many. */
  forget(before: Date): Promise<number>
  counts(): Promise<OutboxCounts[]>
  /** What failed and what is tried again, the latest failure first. */
  troubles(filter: TroubleFilter): Promise<Trouble[]>
}

export type TroubleFilter = {
  readonly limit: number
  readonly organisationId?: OrganisationId | undefined
  readonly batchId?: BatchId | undefined
  readonly stage?: string | undefined
  readonly code?: string | undefined
  /** An order, or what it is about: a batch, a document, a page, a file. */
  readonly id?: string | undefined
}

/** Sees the house as a whole. */
export interface Lookout {
  /**
   * What alarms are judged by. With `quietBefore`, only batches that none may have moved since then, and that do not merely
   * wait for people; without it, every open one.
   */
  look(quietBefore?: Date): Promise<Observation>
}

/** Remembers how the clock's duties go. */
export interface Duties {
  /** A duty was done, or failed with `code`. */
  report(name: DutyName, code?: FailureCode): Promise<void>
}

/** Remembers which alarms stand, so that each beginning and each end is told once. */
export interface AlarmBook {
  standing(): Promise<Pick<Alarm, 'code' | 'subject' | 'since' | 'facts'>[]>
  began(alarms: readonly Alarm[]): Promise<void>
  ended(alarms: readonly Pick<Alarm, 'code' | 'subject'>[]): Promise<void>
}

/** What processes tell each other through the database. May be missed: whoever hears it also looks for itself at times. */
export type Announcement =
  | { readonly kind: 'orders-waiting' }
  | { readonly kind: 'batch-cancelled'; readonly batchId: BatchId }

export interface Announcements {
  /** Listens until closed; a lost connection is made again. */
  listen(heard: (announcement: Announcement) => void): { close(): Promise<void> }
}

/** Among processes that could do the same work, one does. */
export interface Election {
  /**
   * Waits until this process is elected, then runs `reign`; again each time that the office was lost. `over` is aborted
   * when the office is lost or `signal` is. Resolves when `signal` is aborted and `reign` has returned.
   */
  stand(signal: AbortSignal, reign: (over: AbortSignal) => Promise<void>): Promise<void>
}

export type WorkerPresence = {
  readonly id: string
  readonly queue: string
  readonly host: string
  readonly pid: number
  readonly startedAt: Date
  /** Orders that it carries out at a time. */
  readonly places: number
  readonly doing?: readonly Doing[]
}

/** Which worker processes live, for the operator's eyes: nothing depends on it. */
export interface Presence {
  beat(worker: WorkerPresence): Promise<void>
  leave(id: string): Promise<void>
  /** Forgets processes that have not been heard of since, and that another of their kind stands in for. */
  forget(before: Date): Promise<void>
  list(): Promise<(WorkerPresence & { beatAt: Date })[]>
}
