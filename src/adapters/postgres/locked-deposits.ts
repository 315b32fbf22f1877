import type { LockedDeposit, LockedDeposits } from '../../ports.ts'
import type { Database } from './database.ts'

const atOnce = 500

/** Locks of all organisations, page by page. `database` connects as scelle_system. */
export const openLockedDeposits = (database: Database): LockedDeposits => ({
  async *endingBefore(moment) {
    for (let last: LockedDeposit | undefined; ; ) {
      const page = await pageAfter(database, moment, last)
      yield* page
      last = page.at(-1)
      if (page.length < atOnce) return
    }
  },
})

/** By the end of the lock: what was renewed meanwhile has moved on, and what could not be is not met twice. */
const pageAfter = (
  database: Database,
  moment: Date,
  last: LockedDeposit | undefined,
): Promise<LockedDeposit[]> =>
  database
    .selectFrom('deposits')
    .innerJoin('documents', 'documents.id', 'deposits.document_id')
    .innerJoin('hosts', 'hosts.id', 'deposits.host_id')
    .select([
      'deposits.organisation_id as organisationId',
      'documents.batch_id as batchId',
      'deposits.document_id as documentId',
      'deposits.part',
      'deposits.version',
      'deposits.host_id as hostId',
      'hosts.storage',
      'deposits.object_key as objectKey',
      'deposits.object_version as objectVersion',
      'deposits.sealed_sha256 as sealedSha256',
    ])
    .select((select) => select.ref('deposits.retain_until').$notNull().as('retainUntil'))
    .where('deposits.deposited_at', 'is not', null)
    .where('deposits.retain_until', '<', moment)
    .$if(last !== undefined, (query) =>
      query.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('deposits.retain_until', 'deposits.document_id', 'deposits.part', 'deposits.version'),
          '>',
          tuple(last!.retainUntil, last!.documentId, last!.part, last!.version),
        ),
      ),
    )
    .orderBy('deposits.retain_until')
    .orderBy('deposits.document_id')
    .orderBy('deposits.part')
    .orderBy('deposits.version')
    .limit(atOnce)
    .execute()
