import { type Expression, type SqlBool, sql } from 'kysely'
import type { AttestationBook, AttestationTask, ClosingEntry } from '../../evidence-ports.ts'
import type { Database } from './database.ts'
import { attestationOf } from './records/attestations.ts'

/** `database` connects as scelle_system. */
export function openAttestationBook(database: Database): AttestationBook {
  const tasks = (
    that: Expression<SqlBool>,
    by: 'closed_at' | 'retain_until',
    limit: number,
  ): Promise<AttestationTask[]> =>
    database
      .selectFrom('attestations')
      .innerJoin('batches', 'batches.id', 'attestations.batch_id')
      .innerJoin('contracts', 'contracts.id', 'batches.contract_id')
      .innerJoin('hosts', 'hosts.id', 'contracts.host_id')
      .select([
        'attestations.organisation_id as organisationId',
        'attestations.batch_id as batchId',
        'hosts.storage',
      ])
      .where(that)
      .orderBy(`attestations.${by}`)
      .limit(limit)
      .execute()

  return {
    waiting: (what, limit) => tasks(conditions[what], 'closed_at', limit),
    lockEndingBefore: (moment, limit) =>
      tasks(sql<SqlBool>`attestations.retain_until < ${moment}`, 'retain_until', limit),
    async particulars(task) {
      const batch = await attestedBatch(database, task)
      return batch && { batch, closing: await closingOf(database, task) }
    },
  }
}

const conditions = {
  deposit: sql<SqlBool>`attestations.draft is not null`,
  writing: sql<SqlBool>`attestations.version = 0 and attestations.draft is null`,
  timestamp: sql<SqlBool>`not attestations.stamped and attestations.version > 0 and attestations.draft is null`,
} as const

async function attestedBatch(database: Database, { batchId }: AttestationTask) {
  const row = await database
    .selectFrom('attestations')
    .innerJoin('batches', 'batches.id', 'attestations.batch_id')
    .innerJoin('contracts', 'contracts.id', 'batches.contract_id')
    .innerJoin('hosts', 'hosts.id', 'contracts.host_id')
    .innerJoin('organisations as controller', 'controller.id', 'batches.organisation_id')
    .innerJoin('organisations as processor', 'processor.id', 'contracts.processor_id')
    .selectAll('attestations')
    .select(['batches.box_id', 'batches.contract_id', 'batches.fingerprint', 'batches.received_at'])
    .select(['hosts.id as host_id', 'hosts.name as host_name', 'hosts.hds_certificate'])
    .select(['controller.name as controller_name', 'controller.siret as controller_siret'])
    .select(['processor.name as processor_name', 'processor.siret as processor_siret'])
    .where('attestations.batch_id', '=', batchId)
    .executeTakeFirst()
  if (!row) return undefined
  const { figures, closedAt } = attestationOf(row)
  return {
    ...{ batchId, boxId: row.box_id, contractId: row.contract_id, hostId: row.host_id },
    ...{ fingerprint: row.fingerprint, receivedAt: row.received_at, closedAt, figures },
    controller: { name: row.controller_name, siret: row.controller_siret },
    processor: { name: row.processor_name, siret: row.processor_siret },
    host: { name: row.host_name, hdsCertificate: row.hds_certificate },
  }
}

/** Among the events of the whole batch. The limit keeps the planner from reading all entries where it needs one. */
const closingOf = (
  database: Database,
  { organisationId, batchId }: AttestationTask,
): Promise<ClosingEntry | undefined> =>
  database
    .selectFrom('custody_events')
    .innerJoinLateral(
      (entries) =>
        entries
          .selectFrom('ledger_entries')
          .select(['seq', 'entry', 'leaf_hash as leafHash'])
          .whereRef('event_id', '=', 'custody_events.id')
          .limit(1)
          .as('closing'),
      (join) => join.onTrue(),
    )
    .selectAll('closing')
    .where('organisation_id', '=', organisationId)
    .where(sql<SqlBool>`batch_id = ${batchId} and document_id is null`)
    .where('type', '=', 'batch-closed')
    .executeTakeFirst()
