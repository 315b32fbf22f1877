import { sql } from 'kysely'
import type { LedgerStore } from '../../records.ts'
import type { Database } from './database.ts'

const most = 1_000

/** What is kept of sealed contents, compared with what was recorded when they were sealed. */
export const ledgerDeposits = (database: Database): Pick<LedgerStore, 'strayDeposits'> => ({
  async strayDeposits() {
    const { rows } = await sql<Awaited<ReturnType<LedgerStore['strayDeposits']>>[number]>`
      select document_id as "documentId", part, version from deposits d
      where not exists (
        select from custody_events e
        where e.document_id = d.document_id and e.type = 'document-sealed'
          and e.details @> jsonb_build_object('part', d.part, 'version', d.version)
          and e.digests = jsonb_build_object(
            'content', d.content_sha256, 'content512', d.content_sha512, 'sealed', d.sealed_sha256))
      order by document_id, part, version limit ${most}`.execute(database)
    return rows
  },
})
