import { Failure } from '../../domain/failure.ts'
import { type BatchId, batchKeyContext, type OrganisationId } from '../../domain/ids.ts'
import type { KeyProvider } from '../../ports.ts'
import type { Database } from './database.ts'

/** The key under which a batch is staged. @throws Failure not-found, staging-destroyed, key-mismatch, key-unavailable */
export async function batchKey(database: Database, keys: KeyProvider, batchId: BatchId): Promise<Buffer> {
  const row = await database
    .selectFrom('batches')
    .select(['organisation_id', 'staging_key_wrapped', 'staging_key_epoch'])
    .where('id', '=', batchId)
    .executeTakeFirst()
  if (!row) throw new Failure('not-found', { kind: 'batch' })
  if (!row.staging_key_wrapped) throw new Failure('staging-destroyed', { batchId })
  const wrapped = { wrapped: row.staging_key_wrapped, epoch: row.staging_key_epoch }
  return keys.unwrap(wrapped, batchKeyContext(row.organisation_id, batchId))
}

/** What became of the key under which a batch is staged. */
export async function fateOfBatchKey(
  system: Database,
  batchId: BatchId,
): Promise<'kept' | 'destroyed' | 'unknown'> {
  const row = await system
    .selectFrom('batches')
    .select('staging_key_wrapped')
    .where('id', '=', batchId)
    .executeTakeFirst()
  if (!row) return 'unknown'
  return row.staging_key_wrapped ? 'kept' : 'destroyed'
}

/** Whose batch it is; undefined while it is not recorded. */
export async function organisationOf(
  system: Database,
  batchId: BatchId,
): Promise<OrganisationId | undefined> {
  const row = await system
    .selectFrom('batches')
    .select('organisation_id')
    .where('id', '=', batchId)
    .executeTakeFirst()
  return row?.organisation_id
}
