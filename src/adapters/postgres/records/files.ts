import type { BatchFile } from '../../../domain/batch.ts'
import type { OrganisationId } from '../../../domain/ids.ts'
import type { FileRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'

export const fileRecords = (tx: Tx, organisationId: OrganisationId): FileRecords => ({
  async insert(files) {
    if (files.length === 0) return
    const rows = files.map((file) => ({ ...toRow(file), organisation_id: organisationId }))
    await tx.insertInto('files').values(rows).execute()
  },
  async find(id) {
    const row = await tx.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst()
    return row && fileOf(row)
  },
  async ofBatch(batchId) {
    const rows = await tx
      .selectFrom('files')
      .selectAll()
      .where('batch_id', '=', batchId)
      .orderBy('position')
      .execute()
    return rows.map(fileOf)
  },
  async hasTwin(file) {
    const twin = await tx
      .selectFrom('files')
      .innerJoin('batches', 'batches.id', 'files.batch_id')
      .select('files.id')
      .where('files.organisation_id', '=', organisationId)
      .where('files.sha256', '=', file.sha256)
      .where('files.batch_id', '<>', file.batchId)
      .where('files.state', 'in', ['received', 'split'])
      .where('batches.state', '<>', 'rejected')
      // Of two batches under way at once, the one that came first is the first.
      .where('batches.received_at', '<=', (own) =>
        own.selectFrom('batches').select('received_at').where('id', '=', file.batchId),
      )
      .limit(1)
      .executeTakeFirst()
    return twin !== undefined
  },
  async change(id, change) {
    await tx.updateTable('files').set(toRow(change)).where('id', '=', id).execute()
  },
})

export const fileOf = ({ organisation_id, ...row }: Row<'files'>): BatchFile => fromRow(row)
