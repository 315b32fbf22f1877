import { sql } from 'kysely'
import { openDatabase } from './database.ts'

/**
 * What in the database needs key files that were made before: keys wrapped by a master key, checkpoints signed by a ledger
 * key. A new file in their place would open and prove nothing of it. `systemUrl` sees every organisation.
 */
export async function needsFormerKeys(systemUrl: string): Promise<{ master: boolean; ledger: boolean }> {
  const database = openDatabase({ url: systemUrl, connections: 1 })
  try {
    const { rows } = await sql<{ master: boolean; ledger: boolean }>`
      select exists (select from patients) or exists (select from batches) as master,
             exists (select from ledger_checkpoints) as ledger`.execute(database)
    return rows[0]!
  } finally {
    await database.destroy()
  }
}
