import { sql } from 'kysely'
import type { DutyReport, Observation, OpenBatch } from '../../domain/alarm.ts'
import type { QueueName } from '../../domain/order.ts'
import type { AlarmBook, Duties, Lookout } from '../../plumbing.ts'
import type { Clock } from '../../ports.ts'
import type { Database } from './database.ts'

/** Looks at all organisations. `database` connects as scelle_system. */
export const openLookout = (database: Database, clock: Clock): Lookout => ({
  async look(quietBefore) {
    return {
      batches: await openBatches(database, quietBefore),
      isAnyFlying: await isAnyFlying(database),
      dueSince: await dueSince(database, clock.now()),
      workers: await database.selectFrom('workers').select(['queue', 'beat_at as beatAt']).execute(),
      duties: await readDuties(database),
      unsequencedSince: await unsequencedSince(database),
    }
  },
})

/**
 * Open orders are found by jumping from batch to batch in their index. What is asked of a batch is asked only of those that
 * matter: thousands may wait for people.
 */
async function openBatches(database: Database, quietBefore: Date | undefined): Promise<OpenBatch[]> {
  const isQuiet = sql`not exists (select from outbox where batch_id = b.id and finished_at >= ${quietBefore})`
  const waitsForNobody = sql`
    state <> 'held' and not exists (select from documents where batch_id = b.id and state in ('held', 'failed'))`
  const { rows } = await sql<OpenBatch>`
    with recursive worked(id) as (
      (select batch_id from outbox where state in ('waiting', 'dispatched') order by batch_id limit 1)
      union all
      select (select batch_id from outbox
              where state in ('waiting', 'dispatched') and batch_id > worked.id order by batch_id limit 1)
      from worked where worked.id is not null
    ), looked_at as materialized (
      select id, state, changed_at, received_at from batches b
      where id in (select id from worked) and ${quietBefore ? isQuiet : sql`true`}
      union all
      select id, state, changed_at, received_at from batches b
      where closed_at is null and id not in (select id from worked where id is not null)
        and ${quietBefore ? waitsForNobody : sql`true`}
    )
    select b.id as "batchId", b.state, o.open, o.flying,
           greatest(settled.at, o.placed, case when o.open = 0 then b.changed_at end) as "movedAt",
           d.held, d.failed, last.stage, last.code
    from looked_at b
    cross join lateral (
      select (select finished_at from outbox where batch_id = b.id and finished_at is not null
              order by finished_at desc limit 1) as at
    ) settled
    cross join lateral (
      select count(*)::int as open, count(*) filter (where state = 'dispatched')::int as flying, min(created_at) as placed
      from outbox
      where batch_id = b.id and state in ('waiting', 'dispatched')
    ) o
    cross join lateral (
      select count(*) filter (where state = 'held')::int as held, count(*) filter (where state = 'failed')::int as failed
      from documents where batch_id = b.id and state in ('held', 'failed')
    ) d
    left join lateral (
      select stage, error_code as code from outbox
      where batch_id = b.id and state in ('waiting', 'dispatched')
      order by (error_code is not null) desc, failed_at desc nulls last, created_at limit 1
    ) last on true
    order by b.received_at`.execute(database)
  return rows
}

async function isAnyFlying(database: Database): Promise<boolean> {
  const { rows } = await sql<{ flying: boolean }>`
    select exists (select from outbox where state = 'dispatched') as flying`.execute(database)
  return rows[0]!.flying
}

/** The first order of each queue that could be at work: waiting and due, or given to the queue. */
async function dueSince(database: Database, now: Date): Promise<Observation['dueSince']> {
  const { rows } = await sql<{ queue: QueueName; since: Date | null }>`
    select queue, least(
      (select min(first.available_at) from organisations o
       cross join lateral (
         select available_at from outbox
         where queue = q.queue and organisation_id = o.id and state = 'waiting' and available_at <= ${now}
         order by available_at limit 1) first),
      (select min(dispatched_at) from outbox where queue = q.queue and state = 'dispatched')
    ) as since
    from (values ('batch'), ('page'), ('document')) q (queue)`.execute(database)
  return Object.fromEntries(rows.flatMap(({ queue, since }) => (since ? [[queue, since]] : [])))
}

const readDuties = (database: Database): Promise<DutyReport[]> =>
  database
    .selectFrom('duties')
    .select(['name', 'reported_at as reportedAt', 'succeeded_at as succeededAt'])
    .select(['failing_since as failingSince', 'error_code as code'])
    .orderBy('name')
    .execute()

async function unsequencedSince(database: Database): Promise<Date | null> {
  const { rows } = await sql<{ since: Date | null }>`
    select min(e.at) as since from (select event_id from custody_unsequenced limit 1000) u
    join custody_events e on e.id = u.event_id`.execute(database)
  return rows[0]?.since ?? null
}

export const openDuties = (database: Database, clock: Clock): Duties => ({
  async report(name, code) {
    const now = clock.now()
    await sql`
      insert into duties (name, reported_at, succeeded_at, failing_since, error_code)
      values (${name}, ${now}, ${code ? null : now}, ${code ? now : null}, ${code ?? null})
      on conflict (name) do update set
        reported_at = excluded.reported_at,
        succeeded_at = coalesce(excluded.succeeded_at, duties.succeeded_at),
        failing_since = case when excluded.error_code is null then null
                             else coalesce(duties.failing_since, excluded.failing_since) end,
        error_code = excluded.error_code`.execute(database)
  },
})

export const openAlarmBook = (database: Database): AlarmBook => ({
  standing: () => database.selectFrom('alarms').select(['code', 'subject', 'since', 'facts']).execute(),
  async began(alarms) {
    if (alarms.length === 0) return
    await database
      .insertInto('alarms')
      .values(
        alarms.map(({ code, subject, since, facts }) => ({ code, subject, since, facts: { ...facts } })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  },
  async ended(alarms) {
    for (const { code, subject } of alarms)
      await database.deleteFrom('alarms').where('code', '=', code).where('subject', '=', subject).execute()
  },
})
