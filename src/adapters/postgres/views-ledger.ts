import type { LedgerEntry } from '../../domain/custody.ts'
import type { Database } from './database.ts'

export type LedgerHeadView = {
  readonly size: number
  /** In hexadecimal. */
  readonly root: string
  readonly note: string
  readonly at: Date
  /** When a copy of this checkpoint reached every archive. */
  readonly archivedAt: Date | null
}

/** The latest signed checkpoint; undefined while nothing has happened. */
export async function ledgerHead(system: Database): Promise<LedgerHeadView | undefined> {
  const row = await system
    .selectFrom('ledger_checkpoints')
    .select(['size', 'root', 'note', 'at', 'archived_at as archivedAt'])
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { ...row, root: row.root.toString('hex') }
}

/** The last entries, the latest first, as they were hashed. */
export async function latestEntries(system: Database, count: number): Promise<LedgerEntry[]> {
  const rows = await system
    .selectFrom('ledger_entries')
    .select('entry')
    .orderBy('seq', 'desc')
    .limit(count)
    .execute()
  return rows.map(({ entry }) => JSON.parse(entry.toString()) as LedgerEntry)
}
