import { type Selectable, sql } from 'kysely'
import type { RecordedEvent } from '../../domain/custody.ts'
import type { Clock } from '../../ports.ts'
import type { LedgerHead, LedgerStore, SequencedEntry } from '../../records.ts'
import type { Database, Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** Any number of ours: whoever holds it in a transaction is the one writer. */
const writerLock = 7_342_551_095
const eventsAtOnce = 2_000
const entriesAtOnce = 5_000

/** The ledger in PostgreSQL. `database` connects as scelle_system: events of all organisations share one ledger. */
export function openLedger(database: Database, clock: Clock): LedgerStore {
  return {
    extend: (step) =>
      database.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${writerLock})`.execute(tx)
        const events = await takeWaiting(tx)
        if (events.length === 0) return 0
        const { entries, checkpoint } = await step(events, await latest(tx))
        await write(tx, entries, checkpoint)
        return entries.length
      }),

    async *entries() {
      for (let next = 0; ; ) {
        const rows = await database
          .selectFrom((page) =>
            page
              .selectFrom('ledger_entries')
              .selectAll()
              .where('seq', '>=', next)
              .orderBy('seq')
              .limit(entriesAtOnce)
              .as('page'),
          )
          .innerJoin('custody_events', 'custody_events.id', 'page.event_id')
          .selectAll()
          .orderBy('seq')
          .execute()
        for (const { seq, event_id, entry, leaf_hash, ...event } of rows) {
          yield { seq, eventId: event_id, entry, leafHash: leaf_hash, event: eventOf(event) }
        }
        if (rows.length < entriesAtOnce) return
        next = rows.at(-1)!.seq + 1
      }
    },

    async checkpoints() {
      const rows = await database.selectFrom('ledger_checkpoints').selectAll().orderBy('size').execute()
      return rows.map(headOf)
    },

    async waiting() {
      const row = await database
        .selectFrom('custody_unsequenced')
        .select((select) => select.fn.countAll<number>().as('events'))
        .executeTakeFirstOrThrow()
      return row.events
    },

    unarchived: () =>
      database
        .selectFrom('ledger_checkpoints')
        .select(['size', 'note'])
        .where('archived_at', 'is', null)
        .orderBy('size')
        .execute(),

    async markArchived(size) {
      await database
        .updateTable('ledger_checkpoints')
        .set({ archived_at: clock.now() })
        .where('size', '=', size)
        .execute()
    },
  }
}

/** UUIDv7 ids follow time; an event that commits late simply comes later. */
async function takeWaiting(tx: Tx): Promise<RecordedEvent[]> {
  const taken = await tx
    .deleteFrom('custody_unsequenced')
    .where('event_id', 'in', (some) =>
      some.selectFrom('custody_unsequenced').select('event_id').orderBy('event_id').limit(eventsAtOnce),
    )
    .returning('event_id')
    .execute()
  if (taken.length === 0) return []
  const ids = taken.map(({ event_id }) => event_id)
  return (
    await tx.selectFrom('custody_events').selectAll().where('id', 'in', ids).orderBy('id').execute()
  ).map(eventOf)
}

async function latest(tx: Tx): Promise<LedgerHead | undefined> {
  const row = await tx
    .selectFrom('ledger_checkpoints')
    .selectAll()
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && headOf(row)
}

async function write(tx: Tx, entries: readonly SequencedEntry[], head: LedgerHead): Promise<void> {
  const rows = entries.map(({ seq, eventId, entry, leafHash }) => ({
    seq,
    event_id: eventId,
    entry,
    leaf_hash: leafHash,
  }))
  await tx.insertInto('ledger_entries').values(rows).execute()
  await tx
    .insertInto('ledger_checkpoints')
    .values({ ...head, frontier: [...head.frontier], archived_at: null })
    .execute()
}

const eventOf = ({
  id,
  at,
  type,
  actor,
  subject,
  digests,
  details,
}: Selectable<Schema['custody_events']>): RecordedEvent => ({
  ...{ id, at, type, actor, subject, digests, details },
})

const headOf = ({
  size,
  root,
  note,
  frontier,
  at,
}: Selectable<Schema['ledger_checkpoints']>): LedgerHead => ({
  ...{ size, root, note, frontier, at },
})
