import type { Facts } from './failure.ts'
import type { FailureCode } from './failures.ts'
import type { BatchId } from './ids.ts'
import { type QueueName, queueNames } from './order.ts'

/** What is wrong with the house as a whole. A code is for ever: monitoring goes by it. */
export const alarmCodes = [
  'batch-stalled',
  'batch-stranded',
  'workers-away',
  'clock-away',
  'ledger-behind',
  'duty-failing',
] as const
export type AlarmCode = (typeof alarmCodes)[number]

/** An alarm is known by its code and its subject: a batch's id, the name of a queue or of a duty, or nothing. */
export type Alarm = {
  readonly code: AlarmCode
  readonly subject: string
  /** Since when things are as they should not be: before the alarm was raised. */
  readonly since: Date
  /** Ids, codes and numbers. */
  readonly facts: Facts
}

/** What the clock does over and over; `dispatch` is its heart. */
export const dutyNames = [
  'dispatch',
  'ledger',
  'publication',
  'locks',
  'timestamps',
  'attestations',
  'staging',
  'presence',
  'alarms',
] as const
export type DutyName = (typeof dutyNames)[number]

export type DutyReport = {
  readonly name: string
  /** Last heard of, well or not. */
  readonly reportedAt: Date
  readonly succeededAt: Date | null
  readonly failingSince: Date | null
  readonly code: FailureCode | null
}

/** A batch that is not closed, or that orders are open for. */
export type OpenBatch = {
  readonly batchId: BatchId
  readonly state: string
  /** Orders waiting or given to a worker. */
  readonly open: number
  /** Of these, those given to a worker. */
  readonly flying: number
  /** When one of its orders was last settled, or, where that is later, the oldest open one was placed. */
  readonly movedAt: Date
  /** What waits for a person. */
  readonly held: number
  readonly failed: number
  /** Of the open order that failed last: its stage, and why. */
  readonly stage: string | null
  readonly code: FailureCode | null
}

export type Observation = {
  readonly batches: readonly OpenBatch[]
  /** Is any order of any batch given to a worker? */
  readonly isAnyFlying: boolean
  /** Orders that could be at work, by queue: how long ago the first of them became so. None: nothing waits. */
  readonly dueSince: Readonly<Partial<Record<QueueName, Date>>>
  readonly workers: readonly { readonly queue: string; readonly beatAt: Date }[]
  readonly duties: readonly DutyReport[]
  /** When the oldest event was recorded that has no place in the ledger yet. */
  readonly unsequencedSince: Date | null
}

export type AlarmLimits = {
  readonly batchStallsAfterMinutes: number
  /** A process that was not heard of for so long is held for dead. */
  readonly silentAfterSeconds: number
  /** So long may dispatching, the ledger or a duty of the clock be behind. */
  readonly lagsAfterSeconds: number
}

/** Every alarm that stands: the one rule, for the clock and for whoever looks. */
export const alarmsOf = (seen: Observation, limits: AlarmLimits, now: Date): Alarm[] => {
  const isPast = (since: Date, seconds: number): boolean => now.getTime() - since.getTime() > seconds * 1000
  const alive = aliveOf(seen.workers, limits, now)
  return [
    ...clockAlarms(seen, limits, isPast),
    ...workerAlarms(seen, alive, limits, isPast),
    ...seen.batches.flatMap((batch) => {
      if (standingOf(batch) === 'waiting-for-people' || isQueueing(batch, seen)) return []
      return isPast(batch.movedAt, limits.batchStallsAfterMinutes * 60) ? [batchAlarm(batch)] : []
    }),
  ]
}

/** It waits behind others for its first turn. Were they stuck, they would be stalled themselves. */
const isQueueing = ({ open, flying, code }: OpenBatch, { isAnyFlying }: Observation): boolean =>
  open > 0 && flying === 0 && code === null && isAnyFlying

type IsPast = (since: Date, seconds: number) => boolean

/** Where a batch stands: with the workers, with people, or nowhere. */
export type Standing = 'moving' | 'waiting-for-people' | 'stranded'

/** One with open orders is in our hands, whatever else of it waits for people. */
export const standingOf = ({ open, state, held, failed }: OpenBatch): Standing => {
  if (open > 0) return 'moving'
  return state === 'held' || held + failed > 0 ? 'waiting-for-people' : 'stranded'
}

const batchAlarm = ({ batchId, open, movedAt, stage, code }: OpenBatch): Alarm => ({
  code: open > 0 ? 'batch-stalled' : 'batch-stranded',
  subject: batchId,
  since: movedAt,
  facts: { batchId, open, ...(stage ? { stage } : {}), ...(code ? { code } : {}) },
})

/** Queues that a living process works on, and `clock` and `inbox` with them. */
export const aliveOf = (
  workers: Observation['workers'],
  { silentAfterSeconds }: Pick<AlarmLimits, 'silentAfterSeconds'>,
  now: Date,
): ReadonlySet<string> =>
  new Set(
    workers
      .filter(({ beatAt }) => now.getTime() - beatAt.getTime() <= silentAfterSeconds * 1000)
      .map(({ queue }) => queue),
  )

/** Nobody works while orders wait; or who watched the hot folder fell silent without a word. */
function workerAlarms(
  { workers, dueSince }: Observation,
  alive: ReadonlySet<string>,
  { silentAfterSeconds }: AlarmLimits,
  isPast: IsPast,
): Alarm[] {
  const away = (queue: string, since: Date): Alarm => ({
    ...{ code: 'workers-away', subject: queue },
    ...{ since, facts: { queue } },
  })
  const idle = queueNames.flatMap((queue) => {
    const since = dueSince[queue]
    return since && !alive.has(queue) && isPast(since, silentAfterSeconds) ? [away(queue, since)] : []
  })
  const watched = workers.filter(({ queue }) => queue === 'inbox')
  if (alive.has('inbox') || watched.length === 0) return idle
  return [...idle, away('inbox', latest(watched.map(({ beatAt }) => beatAt)))]
}

function clockAlarms(
  { duties, dueSince, unsequencedSince }: Observation,
  { lagsAfterSeconds }: AlarmLimits,
  isPast: IsPast,
): Alarm[] {
  const heart = duties.find(({ name }) => name === 'dispatch')?.reportedAt
  // A house where no clock ever worked lacks one as soon as there is something to do.
  const needed = [...Object.values(dueSince), ...(unsequencedSince ? [unsequencedSince] : [])]
  const missing = heart ?? (needed.length > 0 ? earliest(needed) : undefined)
  if (missing && isPast(missing, lagsAfterSeconds))
    return [{ code: 'clock-away', subject: '', since: missing, facts: {} }]

  const failing = duties.flatMap(({ name, failingSince, code }): Alarm[] =>
    failingSince && isPast(failingSince, lagsAfterSeconds)
      ? [
          {
            ...{ code: 'duty-failing', subject: name, since: failingSince },
            facts: { duty: name, ...(code ? { code } : {}) },
          },
        ]
      : [],
  )
  const isBehind = unsequencedSince && isPast(unsequencedSince, lagsAfterSeconds)
  return isBehind
    ? [...failing, { code: 'ledger-behind', subject: '', since: unsequencedSince, facts: {} }]
    : failing
}

const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map((date) => date.getTime())))
const earliest = (dates: readonly Date[]): Date => new Date(Math.min(...dates.map((date) => date.getTime())))

const keyOf = ({ code, subject }: Pick<Alarm, 'code' | 'subject'>): string => `${code} ${subject}`

/** What began and what ended between two looks. */
export function changesOf<Known extends Pick<Alarm, 'code' | 'subject'>>(
  known: readonly Known[],
  present: readonly Alarm[],
): { readonly began: readonly Alarm[]; readonly ended: readonly Known[] } {
  const before = new Set(known.map(keyOf))
  const now = new Set(present.map(keyOf))
  return {
    began: present.filter((alarm) => !before.has(keyOf(alarm))),
    ended: known.filter((alarm) => !now.has(keyOf(alarm))),
  }
}
