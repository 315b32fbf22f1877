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
