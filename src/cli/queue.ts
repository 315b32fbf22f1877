import type { Command } from 'commander'
import { Failure } from '../domain/failure.ts'
import { isFailureCode } from '../domain/failures.ts'
import type { BatchId } from '../domain/ids.ts'
import type { Trouble } from '../domain/trouble.ts'
import { type Retried, retryOrder } from '../commands/retry-order.ts'
import type { Desk } from './desk.ts'
import { anyId, batchId, count, type Frame, misuse, noun } from './frame.ts'
import { sayTroubles } from './queue-failed.ts'
import { status } from './queue-status.ts'

type Filter = { stage?: string; batch?: BatchId; code?: string }

export function addQueue(program: Command, { help: { queue: help }, act }: Frame): void {
  const queue = noun(program, 'queue', help.noun)
  const filtered = (command: Command) =>
    command
      .option('--stage <STAGE>', help.stage)
      .option('--batch <ID>', help.batch, batchId)
      .option('--code <CODE>', help.code)
  queue
    .command('status')
    .description(help.status)
    .option('--check', help.check)
    .action(act((desk, { check }: { check?: true }) => status(desk, check === true)))
  filtered(queue.command('failed').description(help.failed))
    .option('--limit <N>', help.limit, count, 50)
    .action(act(failed))
  filtered(
    queue.command('retry').description(help.retry).argument('[ID]', help.id, anyId).option('--all', help.all),
  ).action(act(retry))
  queue.command('rebuild').description(help.rebuild).action(act(rebuild))
}

async function troubles(desk: Desk, { stage, batch, code }: Filter, limit: number, id?: string) {
  if (stage !== undefined && !Object.hasOwn(desk.say.queue.stages, stage))
    throw misuse('not-a-choice', '--stage', { choices: stagesOf(desk).join(', ') })
  if (code !== undefined && !isFailureCode(code)) throw misuse('not-allowed', '--code')
  const organisationId = desk.onlyOrganisation
  return (await desk.house()).outbox().troubles({ organisationId, batchId: batch, stage, code, limit, id })
}

const stagesOf = (desk: Desk): string[] =>
  Object.keys(desk.say.queue.stages).filter((stage) => stage !== 'elected')

async function failed(desk: Desk, { limit, ...filter }: Filter & { limit: number }): Promise<void> {
  const found = await troubles(desk, filter, limit)
  const now = (await desk.house()).clock.now()
  desk.answer(found, () => {
    if (found.length === 0) return desk.say.queue.nothingFailed
    const more = found.length === limit ? [desk.say.more(limit)] : []
    return [sayTroubles(desk, found, now), ...more].join('\n\n')
  })
}

/** Everything that failed is taken up again; what waits for its next try is brought forward. Nothing is asked. */
async function retry(desk: Desk, { all, ...filter }: Filter & { all?: true }, id?: string): Promise<void> {
  if ((id === undefined) === (all === undefined)) throw misuse('id-or-all')
  const found = await troubles(desk, filter, Number.POSITIVE_INFINITY, id)
  if (id !== undefined && found.length === 0) throw new Failure('not-found', { kind: 'order' })
  const truth = (await desk.house()).truth()
  const outcomes: { orderId: Trouble['orderId']; outcome: Retried }[] = []
  const progress = desk.progress(desk.say.queue.retrying)
  try {
    for (const one of found) {
      outcomes.push({ orderId: one.orderId, outcome: await retryOrder(one, desk.actor, truth) })
      progress.at(outcomes.length, found.length)
    }
  } finally {
    progress.end()
  }
  const kinds: readonly Retried[] = ['retried', 'hurried', 'moved-on', 'scan']
  const counts = Object.fromEntries(
    kinds.map((kind) => [kind, outcomes.filter(({ outcome }) => outcome === kind).length]),
  ) as Record<Retried, number>
  desk.answer({ ...counts, orders: outcomes }, () =>
    found.length === 0
      ? desk.say.queue.nothingToRetry
      : kinds
          .flatMap((kind) => (counts[kind] > 0 ? [desk.say.queue.retried[kind](counts[kind])] : []))
          .join('\n'),
  )
}

async function rebuild(desk: Desk): Promise<void> {
  const orders = await (await desk.house()).outbox().rebuild()
  desk.answer({ orders }, () => desk.say.queue.rebuilt(orders))
}
