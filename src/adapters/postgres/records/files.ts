import { sql } from 'kysely'
import type { BatchFile } from '../../../domain/batch.ts'
import type { FileId, OrganisationId } from '../../../domain/ids.ts'
import type { FileRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'
import { inPortions } from './portions.ts'

export const fileRecords = (tx: Tx, organisationId: OrganisationId): FileRecords => ({
  async insert(files) {
    const rows = files.map((file) => ({ ...toRow(file), organisation_id: organisationId }))
    for (const some of inPortions(rows)) await tx.insertInto('files').values(some).execute()
    const sums = Map.groupBy(files, ({ batchId }) => batchId)
    for (const [batchId, own] of sums) {
      const bytes = own.reduce((sum, file) => sum + file.bytes, 0)
      await tx
        .updateTable('batches')
        .set((one) => ({ file_bytes: one('file_bytes', '+', bytes) }))
        .where('id', '=', batchId)
        .execute()
    }
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
  async ofDocument(documentId) {
    const rows = await tx
      .selectFrom('files')
      .selectAll('files')
      .select((one) =>
        one
          .exists(
            one
              .selectFrom('pages')
              .select('pages.id')
              .whereRef('pages.file_id', '=', 'files.id')
              .where('pages.document_id', 'is distinct from', documentId),
          )
          .$castTo<boolean>()
          .as('is_shared'),
      )
      .where('files.id', 'in', (one) =>
        one.selectFrom('pages').select('file_id').where('document_id', '=', documentId),
      )
      .orderBy('position')
      .execute()
    return rows.map(({ is_shared, ...row }) => ({ ...fileOf(row), isShared: is_shared }))
  },
  async doneWith(batchId) {
    const { rows } = await sql<{ id: FileId }>`
      select files.id from files
      where files.batch_id = ${batchId} and files.state = 'split'
        and exists (select from pages where pages.file_id = files.id)
        and not exists (
          select from pages left join documents on documents.id = pages.document_id
          where pages.file_id = files.id and documents.state is distinct from 'verified'
            and documents.state is distinct from 'refused')`.execute(tx)
    return new Set(rows.map(({ id }) => id))
  },
  async twins(batchId) {
    // Of two batches that are taken up at once, the one that came first is the first; of two that came at once, one is.
    const { rows } = await sql<{ id: FileId }>`
      select own.id from files own
      join batches mine on mine.id = own.batch_id
      where own.batch_id = ${batchId} and exists (
        select from files twin join batches first on first.id = twin.batch_id
        where twin.organisation_id = ${organisationId} and twin.sha256 = own.sha256 and twin.batch_id <> own.batch_id
          and twin.state in ('received', 'split') and first.state <> 'rejected'
          and (first.state <> 'received' or (first.received_at, first.id) < (mine.received_at, mine.id)))`.execute(
      tx,
    )
    return new Set(rows.map(({ id }) => id))
  },
  async change(id, change) {
    await tx.updateTable('files').set(toRow(change)).where('id', '=', id).execute()
  },
})

const fileOf = ({ organisation_id, ...row }: Row<'files'>): BatchFile => fromRow(row)
