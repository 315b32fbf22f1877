import { sql } from 'kysely'
import type { RecordedEvent } from '../../domain/custody.ts'
import type { EventId } from '../../domain/ids.ts'
import type { Clock } from '../../ports.ts'
import type { LedgerExtension, LedgerHead, LedgerRestoration, LedgerStore } from '../../records.ts'
import type { Database, Tx } from './database.ts'
import { ledgerDeposits } from './ledger-deposits.ts'
import { headOf, ledgerReading } from './ledger-reading.ts'
import { inPortions } from './records/portions.ts'

/** Any number of ours: whoever holds it in a transaction is the one writer. */
const writerLock = 7_342_551_095
const eventsAtOnce = 2_000
const entriesAtOnce = 5_000

/** What an event is to the ledger. */
const eventColumns = (['id', 'at', 'type', 'actor', 'subject', 'digests', 'details'] as const).map(
  (name) => `custody_events.${name}` as const,
)

/** The event that a column refers to. The limit keeps the planner from reading all events where it needs some thousands. */
const eventOf = (database: Pick<Database, 'selectFrom'>, column: string) =>
  database
    .selectFrom('custody_events')
    .select(eventColumns)
    .where('custody_events.id', '=', sql.ref<EventId>(column))
    .limit(1)
    .as('event')

/** The ledger in PostgreSQL. `database` connects as scelle_system: events of all organisations share one ledger. */
export function openLedger(database: Database, clock: Clock): LedgerStore {
  return {
    ...ledgerReading(database),
    ...ledgerDeposits(database),
    extend: (step) =>
      database.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${writerLock})`.execute(tx)
        const events = await takeWaiting(tx)
        if (events.length === 0) return 0
        const extension = await step(events, await latest(tx))
        await write(tx, extension)
        return extension.entries.length
      }),

    putBack: (step) =>
      database.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(${writerLock})`.execute(tx)
        await putBack(tx, await step(await latest(tx), await waitingEvents(tx)))
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
          .leftJoinLateral(eventOf(database, 'page.event_id'), (join) => join.onTrue())
          .selectAll()
          .orderBy('seq')
          .execute()
        for (const { seq, event_id, entry, leaf_hash, ...event } of rows)
          yield {
            ...{ seq, eventId: event_id, entry, leafHash: leaf_hash },
            event: event.id === null ? undefined : (event as RecordedEvent),
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

    async cosign({ keyId, ...cosignature }) {
      await database
        .insertInto('ledger_cosignatures')
        .values({ ...cosignature, key_id: keyId })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
  }
}

/** In the order in which they were recorded. */
const takeWaiting = (tx: Tx): Promise<RecordedEvent[]> =>
  tx
    .with('taken', (database) =>
      database
        .deleteFrom('custody_unsequenced')
        .where('event_id', 'in', (some) =>
          some.selectFrom('custody_unsequenced').select('event_id').orderBy('place').limit(eventsAtOnce),
        )
        .returning(['event_id', 'place']),
    )
    .selectFrom('taken')
    .innerJoinLateral(eventOf(tx, 'taken.event_id'), (join) => join.onTrue())
    .selectAll('event')
    .orderBy('place')
    .execute()

const waitingEvents = (tx: Tx): Promise<RecordedEvent[]> =>
  tx
    .selectFrom('custody_unsequenced')
    .innerJoin('custody_events', 'custody_events.id', 'custody_unsequenced.event_id')
    .select(eventColumns)
    .orderBy('place')
    .execute()

async function latest(tx: Tx): Promise<LedgerHead | undefined> {
  const row = await tx
    .selectFrom('ledger_checkpoints')
    .selectAll()
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && headOf(row)
}

async function write(tx: Tx, { entries, subtrees, checkpoint }: LedgerExtension): Promise<void> {
  await insertEntries(tx, entries)
  await insertSubtrees(tx, subtrees)
  await tx
    .insertInto('ledger_checkpoints')
    .values({ ...checkpoint, frontier: [...checkpoint.frontier], archived_at: null })
    .execute()
}

async function putBack(tx: Tx, { entries, subtrees, checkpoints }: LedgerRestoration): Promise<void> {
  await insertEntries(tx, entries)
  await insertSubtrees(tx, subtrees)
  for (const some of inPortions(checkpoints))
    await tx
      .insertInto('ledger_checkpoints')
      // The next publication sees what of them every archive has.
      .values(some.map((one) => ({ ...one, frontier: [...one.frontier], archived_at: null })))
      .execute()
  const found = entries.flatMap(({ eventId }) => (eventId ? [eventId] : []))
  for (const some of inPortions(found))
    await tx.deleteFrom('custody_unsequenced').where('event_id', 'in', some).execute()
}

/** As four arrays: a statement with a parameter for each value takes longer to be read than to be carried out. */
async function insertEntries(tx: Tx, entries: LedgerExtension['entries']): Promise<void> {
  for (const some of inPortions(entries))
    await sql`insert into ledger_entries (seq, event_id, entry, leaf_hash) select * from unnest(
      ${some.map(({ seq }) => seq)}::bigint[],
      ${some.map(({ eventId }) => eventId)}::uuid[],
      ${some.map(({ entry }) => entry)}::bytea[],
      ${some.map(({ leafHash }) => leafHash)}::bytea[])`.execute(tx)
}

async function insertSubtrees(tx: Tx, subtrees: LedgerExtension['subtrees']): Promise<void> {
  for (const some of inPortions(subtrees))
    await tx
      .insertInto('ledger_subtrees')
      .values([...some])
      .execute()
}
