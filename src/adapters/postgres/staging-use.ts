import { sql } from 'kysely'
import type { OrganisationId } from '../../domain/ids.ts'
import { type StagingUse, stagedPerByte } from '../../domain/staging-room.ts'
import type { Database } from './database.ts'

/** What the batches take in staging whose key is not destroyed, reckoned from their files. `system`: scelle_system. */
export async function stagingUse(system: Database, organisationId?: OrganisationId): Promise<StagingUse> {
  const { rows } = await sql<{ own: string | null; total: string | null }>`
    select sum(file_bytes) filter (where organisation_id = ${organisationId ?? null}) as own, sum(file_bytes) as total
    from batches where staging_key_wrapped is not null`.execute(system)
  const [row] = rows
  return { own: Number(row?.own ?? 0) * stagedPerByte, total: Number(row?.total ?? 0) * stagedPerByte }
}
