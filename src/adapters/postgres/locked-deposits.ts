import { sql } from 'kysely'
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

/**
 * By the end of the lock: what was renewed meanwhile has moved on, and what could not be is not met twice. The page is
 * chosen before its documents are looked up. What was found spoilt, or gone, is left out once what was sealed in its place
 * was read back: it would be asked for, in vain perhaps, for ever.
 */
const pageAfter = async (
  database: Database,
  moment: Date,
  last: LockedDeposit | undefined,
): Promise<LockedDeposit[]> => {
  const isAfter = last
    ? sql`(retain_until, document_id, part, version)
          > (${last.retainUntil}, ${last.documentId}::uuid, ${last.part}, ${last.version}::int)`
    : sql`true`
  const { rows } = await sql<LockedDeposit>`
    select d.organisation_id as "organisationId", documents.batch_id as "batchId", d.document_id as "documentId",
           d.part, d.version, d.host_id as "hostId", hosts.storage, d.object_key as "objectKey",
           d.object_version as "objectVersion", d.sealed_sha256 as "sealedSha256", d.retain_until as "retainUntil"
    from (
      select * from deposits one
      where deposited_at is not null and retain_until < ${moment} and ${isAfter}
        and (verified_at is not null or not exists (
          select from deposits later
          where later.document_id = one.document_id and later.part = one.part and later.version > one.version
            and later.verified_at is not null))
      order by retain_until, document_id, part, version limit ${atOnce}
    ) d
    join documents on documents.id = d.document_id
    join hosts on hosts.id = d.host_id
    order by d.retain_until, d.document_id, d.part, d.version`.execute(database)
  return rows
}
