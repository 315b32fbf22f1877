import { type Selectable, sql } from 'kysely'
import type { RecordedEvent } from '../../domain/custody.ts'
import type { Clock } from '../../ports.ts'
import type { LedgerExtension, LedgerHead, LedgerRestoration, LedgerStore } from '../../records.ts'
import type { Database, Tx } from './database.ts'
import { headOf, ledgerReading } from './ledger-reading.ts'
import { inPortions } from './records/portions.ts'
import type { Schema } from './schema.ts'

/** Any number of ours: whoever holds it in a transaction is the one writer. */
const writerLock = 7_342_551_095
const eventsAtOnce = 2_000
const entriesAtOnce = 5_000

/** The ledger in PostgreSQL. `database` connects as scelle_system: events of all organisations share one ledger. */
export function openLedger(database: Database, clock: Clock): LedgerStore {
  return {
    ...ledgerReading(database),
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
          .leftJoin('custody_events', 'custody_events.id', 'page.event_id')
          .selectAll()
          .orderBy('seq')
          .execute()
        for (const { seq, event_id, entry, leaf_hash, ...event } of rows) {
          const told = event.id === null ? undefined : eventOf(event as Selectable<Schema['custody_events']>)
          yield { seq, eventId: event_id, entry, leafHash: leaf_hash, event: told }
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
async function takeWaiting(tx: Tx): Promise<RecordedEvent[]> {
  const taken = await tx
    .deleteFrom('custody_unsequenced')
    .where('event_id', 'in', (some) =>
      some.selectFrom('custody_unsequenced').select('event_id').orderBy('place').limit(eventsAtOnce),
    )
    .returning(['event_id', 'place'])
    .execute()
  if (taken.length === 0) return []
  const placeOf = new Map(taken.map(({ event_id, place }) => [event_id, place]))
  const rows = await tx
    .selectFrom('custody_events')
    .selectAll()
    .where('id', 'in', [...placeOf.keys()])
    .execute()
  return rows.toSorted((one, other) => placeOf.get(one.id)! - placeOf.get(other.id)!).map(eventOf)
}

async function waitingEvents(tx: Tx): Promise<RecordedEvent[]> {
  const rows = await tx
    .selectFrom('custody_unsequenced')
    .innerJoin('custody_events', 'custody_events.id', 'custody_unsequenced.event_id')
    .selectAll('custody_events')
    .orderBy('place')
    .execute()
  return rows.map(eventOf)
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

async function insertEntries(tx: Tx, entries: LedgerExtension['entries']): Promise<void> {
  const rows = entries.map(({ seq, eventId, entry, leafHash }) => ({
    seq,
    event_id: eventId,
    entry,
    leaf_hash: leafHash,
  }))
  for (const some of inPortions(rows)) await tx.insertInto('ledger_entries').values(some).execute()
}

async function insertSubtrees(tx: Tx, subtrees: LedgerExtension['subtrees']): Promise<void> {
  for (const some of inPortions(subtrees))
    await tx
      .insertInto('ledger_subtrees')
      .values([...some])
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
