import { sql } from 'kysely'
import { type Actor, CustodyEvent, ledgerEntryOf } from '../../../domain/custody.ts'
import { derivedId, type EventId, newId, type OrganisationId } from '../../../domain/ids.ts'
import { canonicalEntry } from '../../../ledger/entry.ts'
import { refuseTooLong } from '../../../ledger/tiles.ts'
import type { Clock } from '../../../ports.ts'
import type { Records, Truth } from '../../../records.ts'
import { type Database, inOrganisation, type Tx } from '../database.ts'
import { orderRecords } from '../outbox.ts'
import { attestationRecords } from './attestations.ts'
import { batchRecords } from './batches.ts'
import { consentRecords } from './consents.ts'
import { toRow } from './columns.ts'
import { depositRecords } from './deposits.ts'
import { documentRecords } from './documents.ts'
import { fileRecords } from './files.ts'
import { keyRecords } from './keys.ts'
import { pageRecords } from './pages.ts'
import { inPortions } from './portions.ts'

/** The truth in PostgreSQL, through the role that row-level security confines. */
export const openTruth = (database: Database, clock: Clock): Truth => ({
  transaction: (organisationId, work) =>
    inOrganisation(database, organisationId, (tx) => work(recordsOf(tx, organisationId, clock))),
})

/** The records of one organisation inside a transaction that is open already. */
const recordsOf = (tx: Tx, organisationId: OrganisationId, clock: Clock): Records => ({
  now: clock.now(),
  batches: batchRecords(tx, organisationId, clock),
  files: fileRecords(tx, organisationId),
  pages: pageRecords(tx, organisationId),
  documents: documentRecords(tx, clock),
  deposits: depositRecords(tx, organisationId),
  attestations: attestationRecords(tx, organisationId, clock),
  consents: consentRecords(tx, organisationId, clock),
  orders: orderRecords(tx, organisationId, clock),
  keys: keyRecords(tx, organisationId),
  destructions: {
    async append(destruction) {
      const row = { ...toRow(destruction), id: newId<string>(clock.now()), organisation_id: organisationId }
      await tx.insertInto('destructions').values(row).execute()
    },
  },
  async append(actor, events, occasion) {
    const at = clock.now()
    const idOf = (index: number) =>
      occasion === undefined ? newId<EventId>(at) : derivedId<EventId>(occasion, index)
    // Parsed on the way in: what reaches the ledger stays there for ever, so only ids, digests, codes and numbers pass.
    const rows = events.map((event, index) => ({
      ...CustodyEvent.parse(event),
      ...{ id: idOf(index), organisation_id: organisationId, at, actor },
    }))
    for (const row of rows) refuseTooLong(canonicalEntry(ledgerEntryOf(row, Number.MAX_SAFE_INTEGER)))
    for (const some of inPortions(rows)) await insertEvents(tx, some)
  },
})

type EventRow = CustodyEvent & {
  readonly id: EventId
  readonly organisation_id: OrganisationId
  readonly at: Date
  readonly actor: Actor
}

/** As one JSON text: a statement with a parameter for each value takes longer to be read than to be carried out. */
const insertEvents = (tx: Tx, rows: readonly EventRow[]) =>
  sql`insert into custody_events (id, organisation_id, at, type, actor, subject, digests, details)
    select id, organisation_id, at, type, actor, subject, coalesce(digests, '{}'), coalesce(details, '{}')
    from json_to_recordset(${JSON.stringify(rows)}) as event(id uuid, organisation_id uuid, at timestamptz,
      type text, actor text, subject jsonb, digests jsonb, details jsonb)
    on conflict do nothing`.execute(tx)
