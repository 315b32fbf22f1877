import { sql } from 'kysely'
import type { OneAtATime } from '../../ports.ts'
import type { Database } from './database.ts'

/** Any number of ours: keeps these locks apart from those of other duties. */
const family = 7_342_551

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
      await sql`select pg_advisory_xact_lock(${family}::int, hashtext(${key}))`.execute(tx)
      return work()
    })
