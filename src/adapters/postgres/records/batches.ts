import type { Batch } from '../../../domain/batch.ts'
import { Failure } from '../../../domain/failure.ts'
import { type BatchId, type BoxId, newId, type OrganisationId } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports.ts'
import type { BatchRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'

export function batchRecords(tx: Tx, organisationId: OrganisationId, clock: Clock): BatchRecords {
  const one = (id: BatchId) => tx.selectFrom('batches').selectAll().where('id', '=', id)

  const place = async (id: BatchId) => {
    const found = await tx
      .selectFrom('batches')
      .innerJoin('contracts', 'contracts.id', 'batches.contract_id')
      .innerJoin('hosts', 'hosts.id', 'contracts.host_id')
      .select(['hosts.id', 'hosts.storage'])
      .where('batches.id', '=', id)
      .executeTakeFirst()
    if (!found) throw new Failure('not-found', { kind: 'batch' })
    return found
  }

  return {
    async insert({ stagingKey, expected, ...batch }) {
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('batches')
        .values({
          ...toRow(batch),
          expected_folders: expected.folders,
          expected_documents: expected.documents,
          expected_pages: expected.pages,
          staging_key_wrapped: stagingKey.wrapped,
          staging_key_epoch: stagingKey.epoch,
          changed_at: clock.now(),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow()
      return numInsertedOrUpdatedRows === 1n
    },
    async find(id) {
      const row = await one(id).executeTakeFirst()
      return row && batchOf(row)
    },
    async byFingerprint(fingerprint) {
      const row = await tx
        .selectFrom('batches')
        .selectAll()
        .where('organisation_id', '=', organisationId)
        .where('fingerprint', '=', fingerprint)
        .where('state', '<>', 'rejected')
        .executeTakeFirst()
      return row && batchOf(row)
    },
    async lock(id) {
      const row = await one(id).forNoKeyUpdate().executeTakeFirst()
      return row && batchOf(row)
    },
    async change(id, { expected: _expected, ...change }) {
      await tx
        .updateTable('batches')
        .set({ ...toRow(change), changed_at: clock.now() })
        .where('id', '=', id)
        .execute()
    },
    async destroyStagingKey(id) {
      await tx.updateTable('batches').set({ staging_key_wrapped: null }).where('id', '=', id).execute()
    },
    hostOf: async (id) => (await place(id)).id,
    storageOf: async (id) => (await place(id)).storage,
    async box(label) {
      const row = await tx
        .insertInto('boxes')
        .values({
          id: newId<BoxId>(clock.now()),
          organisation_id: organisationId,
          label,
          created_at: clock.now(),
        })
        .onConflict((conflict) => conflict.columns(['organisation_id', 'label']).doUpdateSet({ label }))
        .returning('id')
        .executeTakeFirstOrThrow()
      return row.id
    },
  }
}

function batchOf(row: Row<'batches'>): Batch {
  const {
    expected_folders,
    expected_documents,
    expected_pages,
    staging_key_wrapped,
    staging_key_epoch,
    changed_at,
    orders_forgotten,
    file_bytes,
    ...rest
  } = row
  return {
    ...fromRow(rest),
    expected: { folders: expected_folders, documents: expected_documents, pages: expected_pages },
  }
}
