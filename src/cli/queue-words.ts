import type { Alarm, DutyReport, OpenBatch } from '../domain/alarm.ts'
import type { Failure } from '../domain/failure.ts'
import type { Doing, QueueName } from '../domain/order.ts'
import type { OutboxCounts, QueueCounts, WorkerPresence } from '../plumbing.ts'
import type { Desk } from './desk.ts'
import { ageOf } from './queue-age.ts'
import { sayFailure } from './refusal.ts'
import { type Cell, indented, pairs, table } from './table.ts'
import { moment, number } from './typography.ts'

/** Everything that `queue status` shows. */
export type Observed = {
  readonly now: Date
  readonly alarms: readonly Alarm[]
  readonly queues?: readonly (QueueCounts & {
    readonly queue: QueueName
    readonly oldest: { readonly waiting?: Date; readonly active?: Date }
  })[]
  readonly failure?: Failure
  readonly orders: readonly OutboxCounts[]
  /** Bytes that the open batches may fill, and that they may fill at most; null: no limit. */
  readonly staging: { readonly held: number; readonly capacity: number | null }
  readonly batches: {
    readonly moving: number
    readonly stalled: readonly OpenBatch[]
    readonly waitingForPeople: readonly OpenBatch[]
  }
  readonly duties: readonly DutyReport[]
  readonly workers: readonly (WorkerPresence & { readonly beatAt: Date; readonly silent: boolean })[]
}

/** Most batches that are shown of those that wait for people; --json has all. */
const shownBatches = 20

/** Alarms first; then what waits, who works, and what the clock did. */
export function sayStatus(desk: Desk, observed: Observed): string {
  const { queue: say } = desk.say
  return [
    sayAlarms(desk, observed),
    observed.queues ? sayQueues(desk, observed) : sayFailure(observed.failure!, desk.language),
    `${say.orders}\n${indented(sayOrders(desk, observed))}`,
    `${say.batches}\n${indented(sayBatches(desk, observed))}`,
    `${say.workers}\n${indented(sayWorkers(desk, observed))}`,
    ...(observed.duties.length > 0 ? [`${say.clock}\n${indented(sayDuties(desk, observed))}`] : []),
  ].join('\n\n')
}

function sayAlarms(desk: Desk, { alarms, now }: Observed): string {
  const { queue: say } = desk.say
  if (alarms.length === 0) return `✓ ${say.noAlarm}`
  return [
    `✗ ${say.alarmCount(alarms.length)}`,
    ...alarms.flatMap((alarm) => {
      const [what, todo] = sayAlarm(desk, alarm, now)
      return [`  ✗ ${what}`, `  → ${todo}`, `    ${desk.say.code(alarm.code)}`]
    }),
  ].join('\n')
}

/** What is wrong and what to do, with queues, stages and duties in words. */
function sayAlarm(
  { say: { queue: say, queues } }: Desk,
  { code, since, facts }: Alarm,
  now: Date,
): readonly [what: string, todo: string] {
  const words = {
    ...facts,
    worker: facts['queue'] ?? '',
    ...inWords(facts, 'queue', queues),
    ...inWords(facts, 'stage', say.stages),
    ...inWords(facts, 'duty', say.duties),
  }
  return say.alarms[code](words, ageOf(now.getTime() - since.getTime(), say.days))
}

function inWords(facts: Alarm['facts'], key: string, words: Readonly<Record<string, string>>) {
  const value = facts[key]
  return value === undefined ? {} : { [key]: words[value] ?? value }
}

const nameOf = ({ say: { queues } }: Desk, queue: string): string =>
  (queues as Readonly<Record<string, string>>)[queue] ?? queue

const age = ({ say: { queue: say } }: Desk, now: Date, since: Date | null | undefined): string =>
  since ? ageOf(now.getTime() - since.getTime(), say.days) : ''

const sayQueues = (desk: Desk, { queues, now }: Observed): string =>
  table(
    desk.say.queue.columns,
    queues!.map(({ queue, waiting, active, delayed, oldest }): Cell[] => [
      ...[nameOf(desk, queue), waiting, age(desk, now, oldest.waiting)],
      ...[active, age(desk, now, oldest.active), delayed],
    ]),
  )

function sayOrders(desk: Desk, { orders, now }: Observed): string {
  if (orders.length === 0) return desk.say.none
  const { queue: say, orderStates } = desk.say
  const rows = orders.map((one): Cell[] => [
    ...[nameOf(desk, one.queue), orderStates[one.state], one.orders, age(desk, now, one.oldest)],
  ])
  const troubled = orders.some(({ state }) => state === 'failed' || state === 'retrying')
  return [table(say.orderColumns, rows), ...(troubled ? [`→ ${say.seeFailed}`] : [])].join('\n')
}

/** When it is nearly full, folders wait outside. */
function sayStaging(
  { say: { queue: say }, language }: Desk,
  { held, capacity }: Observed['staging'],
): string {
  const gigabytes = (bytes: number): string => number(Math.round(bytes / 1e8) / 10, language)
  return say.gigabytes(gigabytes(held), capacity === null ? undefined : gigabytes(capacity))
}

function sayBatches(desk: Desk, { batches, staging, now }: Observed): string {
  const { queue: say, states } = desk.say
  const { moving, stalled, waitingForPeople } = batches
  const rows = waitingForPeople
    .slice(0, shownBatches)
    .map(({ batchId, state, held, failed, movedAt }): Cell[] => [
      ...[batchId, (states as Readonly<Record<string, string>>)[state] ?? state],
      ...[held, failed, age(desk, now, movedAt)],
    ])
  return [
    pairs([
      [say.moving, moving],
      [say.stalled, stalled.length],
      [say.waitingForPeople, waitingForPeople.length],
      [say.staging, sayStaging(desk, staging)],
    ]),
    ...(rows.length > 0 ? [table(say.peopleColumns, rows)] : []),
    ...(waitingForPeople.length > shownBatches ? [say.firstOnly(shownBatches)] : []),
  ].join('\n')
}

function sayWorkers(desk: Desk, { workers, now }: Observed): string {
  const { queue: say } = desk.say
  if (workers.length === 0) return say.noWorkers
  const rows = workers.map(({ queue, host, pid, startedAt, beatAt, silent, doing = [] }): Cell[] => [
    ...[nameOf(desk, queue), host, pid, moment(startedAt)],
    `${say.ago(age(desk, now, beatAt))}${silent ? ` (${say.silent})` : ''}`,
    doing.length === 0 ? say.idle : doing.map((one) => sayDoing(desk, one, now)).join(' ; '),
  ])
  return table(say.workerColumns, rows)
}

const sayDoing = (desk: Desk, { stage, since, subjectId }: Doing, now: Date): string => {
  const { queue: say } = desk.say
  const words = [say.stages[stage] ?? stage, ...(subjectId ? [subjectId] : [])].join(' ')
  return `${words}, ${say.since(age(desk, now, new Date(since)))}`
}

function sayDuties(desk: Desk, { duties, now }: Observed): string {
  const { queue: say } = desk.say
  const rows = duties.map(({ name, succeededAt, failingSince, code }): Cell[] => [
    (say.duties as Readonly<Record<string, string>>)[name] ?? name,
    succeededAt ? say.ago(age(desk, now, succeededAt)) : '',
    age(desk, now, failingSince),
    code,
  ])
  return table(say.dutyColumns, rows)
}
