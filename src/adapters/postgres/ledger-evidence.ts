import { type ExpressionBuilder, sql } from 'kysely'
import type { OrganisationId } from '../../domain/ids.ts'
import type { LedgerEvidence } from '../../records.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'

type Subject = Parameters<LedgerEvidence['entriesAbout']>[1]
type Events = ExpressionBuilder<Schema, 'custody_events'>

/** What proof files are made of. `database` connects as scelle_system: what asks names the organisation itself. */
export const openLedgerEvidence = (database: Database): LedgerEvidence => ({
  entriesAbout: (organisationId, subject) =>
    database
      .selectFrom('custody_events')
      .innerJoin('ledger_entries', 'ledger_entries.event_id', 'custody_events.id')
      .select(['ledger_entries.seq', 'ledger_entries.entry'])
      .where('organisation_id', '=', organisationId)
      .where((events) => candidates(events, organisationId, subject))
      .orderBy('ledger_entries.seq')
      .execute(),

  async tokensOf(kind, subjects) {
    const rows = await database
      .selectFrom('timestamps')
      .select(['subject', 'token'])
      .where('kind', '=', kind)
      .where('subject', 'in', [...subjects, ''])
      .orderBy('subject')
      .orderBy('generation')
      .execute()
    return new Map(
      [...Map.groupBy(rows, ({ subject }) => subject)].map(([subject, of]) => [
        subject,
        of.map(({ token }) => token),
      ]),
    )
  },
})

/** More than belongs: what is about whole batches and patients is told apart by whoever reads the entries. */
function candidates(events: Events, organisationId: OrganisationId, { kind, id }: Subject) {
  const is = (column: 'document_id' | 'batch_id' | 'patient_id') => sql<boolean>`${sql.ref(column)} = ${id}`
  if (kind === 'batch') return is('batch_id')
  const own = (column: 'document_id' | 'batch_id' | 'patient_id') =>
    sql<boolean>`${sql.ref(column)} in (
      select own.${sql.ref(column)} from custody_events own
      where own.organisation_id = ${organisationId} and own.${sql.ref(`${kind}_id`)} = ${id})`
  if (kind === 'patient') return events.or([is('patient_id'), own('document_id')])
  return events.or([
    is('document_id'),
    events.and([events('document_id', 'is', null), own('batch_id')]),
    events.and([events('batch_id', 'is', null), own('patient_id')]),
  ])
}
