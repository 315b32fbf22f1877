import type { Command } from 'commander'
import { asFailure } from '../domain/failure.ts'
import { failures } from '../domain/failures.ts'
import { queueNames } from '../domain/order.ts'
import type { Desk } from './desk.ts'
import { type Frame, noun } from './frame.ts'
import { sayFailure } from './refusal.ts'
import { type Cell, indented, table } from './table.ts'
import { moment } from './typography.ts'

/** A process that was not heard of for so long is said to be silent. */
const silenceMs = 60_000

export function addQueue(program: Command, { help: { queue: help }, act }: Frame): void {
  const queue = noun(program, 'queue', help.noun)
  queue.command('status').description(help.status).action(act(status))
  queue.command('rebuild').description(help.rebuild).action(act(rebuild))
}

/** What the database knows is shown even when the queue does not answer. */
async function status(desk: Desk): Promise<number> {
  const house = await desk.house()
  const now = house.clock.now()
  const orders = await house.outbox().counts()
  const workers = await house.presence().list()
  const asked = await askQueues(desk)
  const { queue: say, queues, orderStates } = desk.say
  const name = (queue: string): string => (queues as Readonly<Record<string, string>>)[queue] ?? queue
  const since = (date: Date | undefined): string =>
    date ? ageOf(now.getTime() - date.getTime(), say.days) : ''

  const value = { queues: asked.queues ?? null, failure: asked.failure?.code ?? null, orders, workers }
  desk.answer(value, () =>
    [
      asked.queues
        ? table(
            say.columns,
            asked.queues.map(({ queue, waiting, active, delayed, oldest }): Cell[] => [
              ...[name(queue), waiting, active, delayed],
              since(oldest),
            ]),
          )
        : sayFailure(asked.failure, desk.language),
      `${say.orders}\n${indented(
        orders.length === 0
          ? desk.say.none
          : table(
              say.orderColumns,
              orders.map((one) => [name(one.queue), orderStates[one.state], one.orders, since(one.oldest)]),
            ),
      )}`,
      `${say.workers}\n${indented(
        workers.length === 0
          ? say.noWorkers
          : table(
              say.workerColumns,
              workers.map(({ queue, host, pid, startedAt, beatAt }) => [
                ...[name(queue), host, pid, moment(startedAt)],
                `${say.ago(since(beatAt))}${now.getTime() - beatAt.getTime() > silenceMs ? ` (${say.silent})` : ''}`,
              ]),
            ),
      )}`,
    ].join('\n\n'),
  )
  return asked.failure ? failures[asked.failure.code].exit : 0
}

async function askQueues(desk: Desk) {
  try {
    const queues = await (await desk.house()).queues()
    const counts = await queues.counts()
    const oldest = await queues.oldest()
    return { queues: queueNames.map((queue) => ({ queue, ...counts[queue], oldest: oldest[queue] })) }
  } catch (error) {
    return { failure: asFailure(error) }
  }
}

/** `45 s`, `12 min`, `3 h`, `5 d`; `days` is the letter for days. */
export function ageOf(ms: number, days: string): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 6_000) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} ${days}`
}

async function rebuild(desk: Desk): Promise<void> {
  const orders = await (await desk.house()).outbox().rebuild()
  desk.answer({ orders }, () => desk.say.queue.rebuilt(orders))
}
