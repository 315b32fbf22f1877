import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { OneAtATime } from '../../ports.ts'
import type { Database, Tx } from './database.ts'

/** Any number of ours: keeps these locks apart from those of other duties. */
const family = 7_342_551
const askAgainMs = 100

/**
 * An advisory lock held by a transaction: PostgreSQL frees it when the work is done, or when its process or connection ends.
 * Two keys may share a lock by chance; they then only wait for each other.
 */
export const openOneAtATime =
  (database: Database): OneAtATime =>
  (key, work) =>
    database.transaction().execute(async (tx) => {
      // Large objects take their time; a connection that vanished frees the key after so long.
      await sql`set local idle_in_transaction_session_timeout = '15min'`.execute(tx)
      // Asked for again and again: a statement that waits would be ended long before a large object is there.
      while (!(await isTaken(tx, key))) await sleep(askAgainMs)
      return work()
    })

async function isTaken(tx: Tx, key: string): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(${family}::int, hashtext(${key})) as taken`.execute(tx)
  return rows[0]!.taken
}
