import type { Document } from '../../../domain/document.ts'
import { finalStates } from '../../../domain/document.ts'
import type { DocumentId } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports.ts'
import type { DocumentRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'
import { inPortions, isOneOf } from './portions.ts'

export function documentRecords(tx: Tx, clock: Clock): DocumentRecords {
  const one = (id: DocumentId) => tx.selectFrom('documents').selectAll().where('id', '=', id)
  const ordered = tx.selectFrom('documents').selectAll().orderBy('batch_id').orderBy('position')
  return {
    async insert(documents) {
      const rows = documents.map((document) => ({ ...toRow(document), changed_at: clock.now() }))
      for (const some of inPortions(rows))
        await tx
          .insertInto('documents')
          .values(some)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
    },
    async find(id) {
      const row = await one(id).executeTakeFirst()
      return row && documentOf(row)
    },
    async lock(id) {
      const row = await one(id).forNoKeyUpdate().executeTakeFirst()
      return row && documentOf(row)
    },
    ofBatch: async (batchId) => (await ordered.where('batch_id', '=', batchId).execute()).map(documentOf),
    lockBatch: async (batchId) =>
      (await ordered.where('batch_id', '=', batchId).forNoKeyUpdate().execute()).map(documentOf),
    lockPatient: async (patientId) =>
      (await ordered.where('patient_id', '=', patientId).forNoKeyUpdate().execute()).map(documentOf),
    async anyUnfinished(batchId) {
      const found = await tx
        .selectFrom('documents')
        .select('id')
        .where('batch_id', '=', batchId)
        .where('state', 'not in', finalStates)
        .limit(1)
        .executeTakeFirst()
      return found !== undefined
    },
    async change(ids, change) {
      if (ids.length === 0) return
      await tx
        .updateTable('documents')
        .set({ ...toRow(change), changed_at: clock.now() })
        .where(isOneOf(typeof ids === 'string' ? [ids] : ids))
        .execute()
    },
  }
}

const documentOf = ({ changed_at, ...row }: Row<'documents'>): Document => fromRow(row)
