import { type SqlBool, sql } from 'kysely'
import type { OrganisationId } from '../../domain/ids.ts'
import type { LedgerEvidence } from '../../records.ts'
import type { Database } from './database.ts'

type Subject = Parameters<LedgerEvidence['entriesAbout']>[1]

/** What proof files are made of. `database` connects as scelle_system: what asks names the organisation itself. */
export const openLedgerEvidence = (database: Database): LedgerEvidence => ({
  async entriesAbout(organisationId, subject) {
    // Each event's entry is looked up: joined, all entries might be read where some hundreds are wanted.
    const { rows } = await sql<{ seq: number; entry: Buffer }>`
      select known.seq, known.entry from (${candidates(organisationId, subject)}) event
      cross join lateral (select seq, entry from ledger_entries where event_id = event.id limit 1) known
      order by known.seq`.execute(database)
    return rows
  },

  async tokensOf(kind, subjects) {
    const rows = await database
      .selectFrom('timestamps')
      .select(['subject', 'token'])
      .where('kind', '=', kind)
      .where(sql<SqlBool>`subject = any(${[...subjects]}::text[])`)
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

/**
 * More than belongs: what is about whole batches and patients is told apart by whoever reads the entries. Put together of
 * parts that are each found by an index, which is not to be had of one condition with « or » in it.
 */
function candidates(organisationId: OrganisationId, { kind, id }: Subject) {
  const owned = sql`custody_events where organisation_id = ${organisationId}`
  if (kind === 'batch') return sql`select id from ${owned} and batch_id = ${id}`
  const along = (
    column: 'document_id' | 'batch_id' | 'patient_id',
    without?: 'document_id' | 'batch_id',
  ) => sql`
    select found.id from (
      select distinct ${sql.ref(column)} as common from ${owned} and ${sql.ref(`${kind}_id`)} = ${id}
    ) own
    cross join lateral (
      select id from ${owned} and ${sql.ref(column)} = own.common
        and ${without ? sql`${sql.ref(without)} is null` : sql`true`} offset 0
    ) found`
  if (kind === 'patient')
    return sql`select id from ${owned} and patient_id = ${id} union ${along('document_id')}`
  return sql`select id from ${owned} and document_id = ${id}
    union ${along('batch_id', 'document_id')} union ${along('patient_id', 'batch_id')}`
}
