import { sql } from 'kysely'
import { openLedger } from '../../../src/adapters/postgres/ledger.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { extendLedger } from '../../../src/commands/extend-ledger.ts'
import { type LedgerGuard, contentOf } from '../../../src/commands/guard-ledger.ts'
import { type Publisher, publishLedger } from '../../../src/commands/publish-ledger.ts'
import { verifyLedger } from '../../../src/commands/verify-ledger.ts'
import { custodyEvent } from '../../../src/domain/custody.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { ObjectStore } from '../../../src/ports.ts'
import { startServer } from '../../contracts/object-store/development-s3.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { signerOf } from '../../unit/ledger/signers.ts'
import { addTestOrganisation } from '../postgres/full-organisation.ts'
import { testClock } from '../queue/house.ts'

export type LedgerHouse = Awaited<ReturnType<typeof openLedgerHouse>>

/** A ledger on real PostgreSQL, published into two buckets of the development S3 server. */
export async function openLedgerHouse() {
  const clock = testClock('2026-11-22T10:00:00.000Z')
  const database = await createTestDatabase()
  const s3 = await startServer({ clock })
  const bucket = (name: string) => openBucket({ ...s3, bucket: name, forcePathStyle: true, objectLock: true })
  const archives = { north: bucket('north'), south: bucket('south') }
  await Promise.all(Object.values(archives).map((one) => one.ensureBucket()))
  const signer = signerOf('ledger.example.fr')

  /** Everything that works on one database: another one is one that was restored. */
  const on = async (where: TestDatabase) => {
    const organisationId = await addTestOrganisation(where)
    const truth = openTruth(where.app, clock)
    const ledger = openLedger(where.system, clock)
    const publisher = (stores: Readonly<Record<string, ObjectStore>> = archives): Publisher => ({
      ...{ ledger, signer, clock, archives: stores, lockDays: 1 },
    })
    return {
      ledger,
      publisher,
      database: where,
      /** So many things happen, each at a moment of its own. */
      async happen(count: number, version = 1, digests: Record<string, string> = {}) {
        for (let done = 0; done < count; done += 1_000)
          await truth.transaction(organisationId, ({ append }) =>
            append(
              'cli',
              Array.from({ length: Math.min(1_000, count - done) }, (_, at) =>
                custodyEvent(
                  'batch-received',
                  { organisationId },
                  { digests, details: { number: done + at, version } },
                ),
              ),
            ),
          )
      },
      async extend(guard?: LedgerGuard) {
        let added = 0
        for (let some = -1; some !== 0; added += some)
          some = await extendLedger({ ledger, signer, clock, ...(guard && { guard }) })
        return added
      },
      publish: (stores?: Readonly<Record<string, ObjectStore>>) => publishLedger(publisher(stores)),
      verify: () => verifyLedger(ledger, signer, archives),
    }
  }
  return {
    ...(await on(database)),
    on,
    clock,
    signer,
    archives,
    /** Keys of an archive, each once. */
    async keys(archive: ObjectStore = archives.north): Promise<string[]> {
      const keys = new Set<string>()
      for await (const { key } of archive.versions('ledger/')) keys.add(key)
      return [...keys].sort()
    },
    read: (key: string, archive: ObjectStore = archives.north) => contentOf(archive, key),
    async close() {
      for (const one of Object.values(archives)) one.close()
      await s3.close()
      await database.drop()
    },
  }
}

/** The store, until it was written to so often; then the process is dead: nothing is written any more. */
export function dyingAfter(writes: number, store: ObjectStore): ObjectStore {
  let done = 0
  return {
    ...store,
    async put(...given) {
      if (done >= writes) throw new Failure('storage-away', { reason: 'killed' })
      done++
      return store.put(...given)
    },
  }
}

export const away = (store: ObjectStore): ObjectStore => {
  const refuse = async (): Promise<never> => {
    throw new Failure('storage-away', { reason: 'no-answer' })
  }
  return { ...store, get: refuse, put: refuse, head: refuse }
}

/**
 * Brings the database to where it was when it had so many entries. Of what was recorded afterwards, the first `waiting`
 * events were recorded before the backup, and had no place yet.
 */
export async function restoreOlder({ owner }: TestDatabase, size: number, waiting = 0): Promise<void> {
  await owner.connection().execute(async (session) => {
    await sql`set session_replication_role = replica`.execute(session)
    await sql`create temp table lost on commit preserve rows as
      select event_id as id, seq from ledger_entries where seq >= ${size}`.execute(session)
    await sql`delete from ledger_entries where seq >= ${size}`.execute(session)
    await sql`delete from ledger_cosignatures where size > ${size}`.execute(session)
    await sql`delete from ledger_checkpoints where size > ${size}`.execute(session)
    await sql`delete from ledger_subtrees where (index + 1) * 256 ^ level > ${size}`.execute(session)
    await sql`delete from custody_events where id in (select id from lost where seq >= ${size + waiting})`.execute(
      session,
    )
    await sql`insert into custody_unsequenced (event_id, organisation_id)
      select e.id, e.organisation_id from custody_events e join lost using (id)`.execute(session)
    await sql`drop table lost`.execute(session)
    await sql`set session_replication_role = origin`.execute(session)
  })
}
