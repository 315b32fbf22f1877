import { sql } from 'kysely'
import type { Deposit } from '../../../domain/deposit.ts'
import type { OrganisationId } from '../../../domain/ids.ts'
import type { DepositRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'

export const depositRecords = (tx: Tx, organisationId: OrganisationId): DepositRecords => ({
  async put(deposits) {
    for (const deposit of deposits) {
      const row = { ...toRow(deposit), organisation_id: organisationId }
      await tx
        .insertInto('deposits')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['document_id', 'part', 'version'])
            .doUpdateSet(sealing(row))
            .where('deposits.deposited_at', 'is', null),
        )
        .execute()
    }
  },
  async ofDocument(documentId) {
    const rows = await tx
      .selectFrom('deposits')
      .selectAll()
      .where('document_id', '=', documentId)
      .orderBy('version')
      .orderBy('part')
      .execute()
    return rows.map(depositOf)
  },
  async latestOfBatch(batchId) {
    // A correction of the words counts from when it was read back; until then the words before it do.
    const rows = await tx
      .selectFrom('deposits')
      .innerJoin('documents', 'documents.id', 'deposits.document_id')
      .selectAll('deposits')
      .distinctOn(['deposits.document_id', 'deposits.part'])
      .where('documents.batch_id', '=', batchId)
      .orderBy('deposits.document_id')
      .orderBy('deposits.part')
      .orderBy(sql`deposits.part = 'words' and deposits.verified_at is null`)
      .orderBy('deposits.version', 'desc')
      .execute()
    return rows.map(depositOf)
  },
  async anyOfBatch(batchId) {
    const found = await tx
      .selectFrom('deposits')
      .innerJoin('documents', 'documents.id', 'deposits.document_id')
      .select('deposits.part')
      .where('documents.batch_id', '=', batchId)
      .limit(1)
      .executeTakeFirst()
    return found !== undefined
  },
  async change(documentId, part, version, change) {
    const { documentId: _id, part: _part, version: _version, ...rest } = change
    await tx
      .updateTable('deposits')
      .set(toRow(rest))
      .where('document_id', '=', documentId)
      .where('part', '=', part)
      .where('version', '=', version)
      .execute()
  },
})

/** Sealed anew before anything was deposited: the later seal stands. */
const sealing = <
  Value extends { document_id: unknown; part: unknown; version: unknown; organisation_id: unknown },
>(
  row: Value,
) => {
  const { document_id, part, version, organisation_id, ...rest } = row
  return rest
}

const depositOf = ({ organisation_id, ...row }: Row<'deposits'>): Deposit => fromRow(row)
