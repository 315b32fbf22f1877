import { sql } from 'kysely'
import type { OrganisationId, OutboxId } from '../../domain/ids.ts'
import { type Dispatch, dispatchName, orderOf, type QueueName } from '../../domain/order.ts'
import type { Outbox } from '../../plumbing.ts'
import type { Clock } from '../../ports.ts'
import type { Database } from './database.ts'
import { forgetOrders } from './outbox-forget.ts'
import { countOrders, readTroubles } from './outbox-trouble.ts'

/** The outbox of all organisations. `database` connects as scelle_system. */
export function openOutbox(database: Database, clock: Clock): Outbox {
  return {
    claim: (queue, cap) => claim(database, queue, cap, clock.now()),
    giveBack: (dispatches) => giveBack(database, dispatches, clock.now()),

    async countLost(jobIds) {
      await sql`
        update outbox set attempts = attempts + 1, tries = tries + 1, failed_at = ${clock.now()},
                          error_code = 'unexpected', error_facts = '{"kind": "worker-lost"}'
        where id = any(${jobIds.map(orderOf)}::uuid[]) and ${isDispatchOf(jobIds)}`.execute(database)
    },

    async sweep(queue, before, alive) {
      const old = await dispatchedBefore(database, queue, before)
      if (old.length === 0) return 0
      const living = await alive(old.map(({ jobId }) => jobId))
      const lost = old.filter(({ jobId }) => !living.has(jobId))
      return giveBack(database, lost, clock.now())
    },

    async rebuild() {
      const { numAffectedRows } = await sql`
        update outbox set state = 'waiting', available_at = ${clock.now()} where state = 'dispatched'`.execute(
        database,
      )
      return Number(numAffectedRows)
    },

    forget: (before) => forgetOrders(database, before),
    counts: () => countOrders(database, clock.now()),
    troubles: (filter) => readTroubles(database, filter),
  }
}

type TurnlessDispatch = Omit<Dispatch, 'turn'>

/** For each order that is carried out another is ready. */
const perPlace = 2
/** A worker not heard of for so long works no more. */
const silentMs = 30_000

type Row = { id: OutboxId; organisationId: OrganisationId; dispatchedAt: Date }

/**
 * An organisation's turn counts what it has in flight already, so that one order of a quiet organisation goes before the
 * thousandth of a busy one. A later round waits for the earlier one of its subject. More are in flight than `cap` when more
 * workers live than it keeps busy.
 */
async function claim(database: Database, queue: QueueName, cap: number, now: Date): Promise<Dispatch[]> {
  const { rows } = await sql<Row & { turn: number }>`
    with flying as (
      select organisation_id, count(*)::int as orders from outbox
      where queue = ${queue} and state = 'dispatched' group by organisation_id
    ), room as (
      select greatest(greatest(${cap}::int, ${perPlace} * (
        select coalesce(sum(places), 0) from workers where queue = ${queue} and beat_at > ${new Date(now.getTime() - silentMs)}
      )) - coalesce(sum(orders), 0), 0)::int as orders from flying
    ), turns as (
      select first.id, first.available_at,
             coalesce(flying.orders, 0) + row_number() over (partition by o.id order by first.available_at, first.id) as turn
      from organisations o
      left join flying on flying.organisation_id = o.id
      cross join lateral (
        select w.id, w.available_at from outbox w
        where w.queue = ${queue} and w.organisation_id = o.id and w.state = 'waiting' and w.available_at <= ${now}
          and (w.round = 0 or not exists (
            select from outbox earlier
            where earlier.stage = w.stage and earlier.subject_id = w.subject_id and earlier.round < w.round
              and earlier.state in ('waiting', 'dispatched')))
        order by w.available_at, w.id limit (select orders from room)
      ) first
    ), chosen as materialized (
      select id, turn from turns order by turn, available_at, id limit (select orders from room)
    ), free as (
      select id from outbox where id = any(array(select id from chosen)) and state = 'waiting'
      for update skip locked
    )
    update outbox
    set state = 'dispatched', dispatched_at = greatest(${now}, outbox.dispatched_at + interval '1 millisecond')
    from chosen where outbox.id = any(array(select id from free)) and chosen.id = outbox.id
    returning outbox.id, outbox.organisation_id as "organisationId", outbox.dispatched_at as "dispatchedAt",
              chosen.turn::int as turn`.execute(database)
  return rows.sort((a, b) => a.turn - b.turn).map((row) => ({ ...dispatchOf(queue, row), turn: row.turn }))
}

async function dispatchedBefore(
  database: Database,
  queue: QueueName,
  before: Date,
): Promise<TurnlessDispatch[]> {
  const { rows } = await sql<Row>`
    select id, organisation_id as "organisationId", dispatched_at as "dispatchedAt" from outbox
    where queue = ${queue} and state = 'dispatched' and dispatched_at < ${before}`.execute(database)
  return rows.map((row) => dispatchOf(queue, row))
}

/** The name of a dispatch carries its time: a row that was dispatched anew meanwhile is left alone. */
async function giveBack(
  database: Database,
  dispatches: readonly TurnlessDispatch[],
  now: Date,
): Promise<number> {
  if (dispatches.length === 0) return 0
  const { numAffectedRows } = await sql`
    update outbox set state = 'waiting', available_at = ${now}
    where id = any(${dispatches.map(({ outboxId }) => outboxId)}::uuid[])
      and ${isDispatchOf(dispatches.map(({ jobId }) => jobId))}`.execute(database)
  return Number(numAffectedRows)
}

const isDispatchOf = (jobIds: readonly string[]) =>
  sql`state = 'dispatched' and id || '.' || (extract(epoch from dispatched_at) * 1000)::bigint = any(${[...jobIds]})`

const dispatchOf = (queue: QueueName, { id, organisationId, dispatchedAt }: Row): TurnlessDispatch => ({
  organisationId,
  outboxId: id,
  queue,
  jobId: dispatchName(id, dispatchedAt),
})
