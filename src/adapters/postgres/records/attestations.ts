import { type Attestation, DepositFigures } from '../../../domain/deposit-attestation.ts'
import type { BatchId, OrganisationId } from '../../../domain/ids.ts'
import type { Clock } from '../../../ports.ts'
import type { AttestationRecords } from '../../../records.ts'
import type { Tx } from '../database.ts'
import type { Row } from '../schema.ts'
import { fromRow, toRow } from './columns.ts'

export function attestationRecords(tx: Tx, organisationId: OrganisationId, clock: Clock): AttestationRecords {
  const one = (batchId: BatchId) => tx.selectFrom('attestations').selectAll().where('batch_id', '=', batchId)
  return {
    async order(batchId, figures) {
      await tx
        .insertInto('attestations')
        .values({ batch_id: batchId, organisation_id: organisationId, figures, closed_at: clock.now() })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    },
    async find(batchId) {
      const row = await one(batchId).executeTakeFirst()
      return row && attestationOf(row)
    },
    async lock(batchId) {
      const row = await one(batchId).forNoKeyUpdate().executeTakeFirst()
      return row && attestationOf(row)
    },
    async change(batchId, change) {
      await tx.updateTable('attestations').set(toRow(change)).where('batch_id', '=', batchId).execute()
    },
  }
}

export const attestationOf = ({ organisation_id, ...row }: Row<'attestations'>): Attestation => {
  const { figures, ...rest } = fromRow(row)
  return { ...rest, figures: DepositFigures.parse(figures) }
}
