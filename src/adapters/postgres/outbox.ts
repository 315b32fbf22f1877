import { sql } from 'kysely'
import type { OrganisationId, OutboxId } from '../../domain/ids.ts'
import { newId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Clock } from '../../ports.ts'
import type { OrderError, OrderKeeping, OrderRecords } from '../../records.ts'
import type { Tx } from './database.ts'

/** Channel on which workers learn that a batch was rejected; the payload is its id. */
export const cancelChannel = 'scelle_cancel'
/** Channel on which the dispatcher learns that orders are waiting. */
export const outboxChannel = 'scelle_outbox'

/** The orders of one organisation, inside its transaction. */
export function orderRecords(
  tx: Tx,
  organisationId: OrganisationId,
  clock: Clock,
): OrderRecords & OrderKeeping {
  return { ...placing(tx, organisationId, clock), ...keeping(tx, clock) }
}

function placing(tx: Tx, organisationId: OrganisationId, clock: Clock): OrderRecords {
  return {
    async place({ subjectId, again = false, ...order }) {
      const subjectIds = typeof subjectId === 'string' ? [subjectId] : subjectId
      const asked = await placeFirst(tx, organisationId, order, subjectIds, clock.now())
      if (!again) return
      for (const id of subjectIds)
        if (!asked.has(id)) await placeAgain(tx, organisationId, order, id, clock.now())
    },

    async anyOpen(batchId, stages, except) {
      const { rows } = await sql<{ any: boolean }>`
        select exists (
          select from outbox
          where batch_id = ${batchId} and stage = any(${[...stages]}) and state in ('waiting', 'dispatched')
            and id is distinct from ${except ?? null}::uuid) as any`.execute(tx)
      return rows[0]!.any
    },

    async cancelAll(batchId) {
      // Whoever settles an order meanwhile is waited for, and may have placed others: these are cancelled too.
      for (let open = 1; open > 0; ) {
        await sql`
          update outbox set state = 'cancelled', finished_at = ${clock.now()}
          where batch_id = ${batchId} and state in ('waiting', 'dispatched')`.execute(tx)
        const { rows } = await sql<{ open: number }>`
          select count(*)::int as open from outbox
          where batch_id = ${batchId} and state in ('waiting', 'dispatched')`.execute(tx)
        open = rows[0]!.open
      }
      await sql`select pg_notify(${cancelChannel}, ${batchId})`.execute(tx)
    },
  }
}

type Wanted = Omit<Parameters<OrderRecords['place']>[0], 'subjectId' | 'again'>

/** Orders for subjects that the stage was never asked for. Returns those subjects. */
async function placeFirst(
  tx: Tx,
  organisationId: OrganisationId,
  { batchId, queue, stage }: Wanted,
  subjectIds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const ids = subjectIds.map(() => newId<OutboxId>(now))
  const { rows } = await sql<{ subjectId: string }>`
    insert into outbox (id, organisation_id, batch_id, queue, stage, subject_id, round, created_at, available_at)
    select id, ${organisationId}, ${batchId}, ${queue}, ${stage}, subject_id, 0, ${now}, ${now}
    from unnest(${ids}::uuid[], ${[...subjectIds]}::uuid[]) as given (id, subject_id)
    on conflict (stage, subject_id, round) do nothing
    returning subject_id as "subjectId"`.execute(tx)
  return new Set(rows.map(({ subjectId }) => subjectId))
}

/** Another may ask at the same time: its order will do if it still waits, and then waits for this commit too. */
async function placeAgain(
  tx: Tx,
  organisationId: OrganisationId,
  { batchId, queue, stage }: Wanted,
  subjectId: string,
  now: Date,
): Promise<void> {
  for (let placed = 0n; placed === 0n; ) {
    const round = await nextRound(tx, stage, subjectId, now)
    if (round === undefined) return
    const { numAffectedRows } = await sql`
      insert into outbox (id, organisation_id, batch_id, queue, stage, subject_id, round, created_at, available_at)
      values (${newId<OutboxId>(now)}, ${organisationId}, ${batchId}, ${queue}, ${stage}, ${subjectId}, ${round}, ${now}, ${now})
      on conflict (stage, subject_id, round) do update
        set available_at = least(outbox.available_at, excluded.available_at)
      where outbox.state = 'waiting'`.execute(tx)
    placed = numAffectedRows ?? 0n
  }
}

/**
 * The round of an order asked for again; undefined when one that waits will do. One that is dispatched will not: it may
 * have read what has changed since. Locking the waiting one keeps it from being dispatched before this change commits; if
 * someone else holds it, it is being dispatched or settled, and waiting for that could end in a deadlock.
 */
async function nextRound(tx: Tx, stage: string, subjectId: string, now: Date): Promise<number | undefined> {
  const waiting = await sql<{ id: OutboxId }>`
    select id from outbox where stage = ${stage} and subject_id = ${subjectId} and state = 'waiting'
    for update skip locked`.execute(tx)
  const id = waiting.rows[0]?.id
  if (id) {
    await sql`update outbox set available_at = least(available_at, ${now}) where id = ${id}`.execute(tx)
    return undefined
  }
  const { rows } = await sql<{ round: number }>`
    select coalesce(max(round) + 1, 0)::int as round from outbox
    where stage = ${stage} and subject_id = ${subjectId}`.execute(tx)
  return rows[0]!.round
}

function keeping(tx: Tx, clock: Clock): OrderKeeping {
  return {
    async find(id) {
      const { rows } = await sql<Order>`select ${orderColumns} from outbox where id = ${id}`.execute(tx)
      return rows[0]
    },

    async lock(id) {
      const { rows } = await sql<Order>`
        select ${orderColumns} from outbox
        where id = ${id} and state in ('waiting', 'dispatched') for update`.execute(tx)
      return rows[0]
    },

    async finish(id, state, error) {
      await sql`
        update outbox set state = ${state}, finished_at = ${clock.now()}, ${failing(error, clock.now())}
        where id = ${id} and state in ('waiting', 'dispatched')`.execute(tx)
    },

    async postpone({ id, dispatchedAt }, { until, error, countsAsAttempt }) {
      const { numAffectedRows } = await sql`
        update outbox set state = 'waiting', attempts = attempts + ${countsAsAttempt ? 1 : 0}::int,
                          available_at = ${until}, ${failing(error, clock.now())}
        where id = ${id} and state = 'dispatched' and dispatched_at = ${dispatchedAt}`.execute(tx)
      return numAffectedRows === 1n
    },

    async giveBack({ id, dispatchedAt }) {
      const { numAffectedRows } = await sql`
        update outbox set state = 'waiting', available_at = ${clock.now()}
        where id = ${id} and state = 'dispatched' and dispatched_at = ${dispatchedAt}`.execute(tx)
      if (numAffectedRows === 1n) await sql`select pg_notify(${outboxChannel}, '')`.execute(tx)
      return numAffectedRows === 1n
    },
  }
}

/** What is remembered of a failed try; once an order is done, only how many there were. */
const failing = (error: OrderError | undefined, now: Date) =>
  error
    ? sql`error_code = ${error.code}, error_facts = ${JSON.stringify(error.facts)}::jsonb,
          tries = tries + ${error.tries ?? 1}::int, failed_at = ${now}`
    : sql`error_code = null, error_facts = '{}'`

const orderColumns = sql`
  id, organisation_id as "organisationId", batch_id as "batchId", queue, stage, subject_id as "subjectId",
  round, attempts, state, dispatched_at as "dispatchedAt"`
