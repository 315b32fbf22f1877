import type { Document } from '../../../domain/document.ts'
import type { DocumentId } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports.ts'
import type { DocumentRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'

export function documentRecords(tx: Tx, clock: Clock): DocumentRecords {
  const one = (id: DocumentId) => tx.selectFrom('documents').selectAll().where('id', '=', id)
  const ordered = tx.selectFrom('documents').selectAll().orderBy('batch_id').orderBy('position')
  return {
    async insert(documents) {
      const rows = documents.map((document) => ({ ...toRow(document), changed_at: clock.now() }))
      if (rows.length > 0)
        await tx
          .insertInto('documents')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
    },
    async find(id) {
      const row = await one(id).executeTakeFirst()
      return row && documentOf(row)
    },
    async lock(id) {
      const row = await one(id).forUpdate().executeTakeFirst()
      return row && documentOf(row)
    },
    ofBatch: async (batchId) => (await ordered.where('batch_id', '=', batchId).execute()).map(documentOf),
    ofPatient: async (patientId) =>
      (await ordered.where('patient_id', '=', patientId).execute()).map(documentOf),
    async change(id, change) {
      await tx
        .updateTable('documents')
        .set({ ...toRow(change), changed_at: clock.now() })
        .where('id', '=', id)
        .execute()
    },
  }
}

export const documentOf = ({ changed_at, ...row }: Row<'documents'>): Document => fromRow(row)
