import { sql } from 'kysely'
import type { Database } from './database.ts'

/** One batch a statement, so that none takes long; so many a call. */
const batchesAtOnce = 200

/**
 * Forgets what was carried out for batches closed before `before`, the earliest first. Their custody events tell what
 * happened; orders that failed are kept for whoever looks into it, and a batch with an open order is left for later.
 * @returns how many orders were forgotten
 */
export async function forgetOrders(database: Database, before: Date): Promise<number> {
  let forgotten = 0
  for (let batches = 0; batches < batchesAtOnce; batches++) {
    const { rows } = await sql<{ orders: number }>`
      with closed as (
        select id from batches b
        where closed_at is not null and not orders_forgotten and closed_at < ${before}
          and not exists (select from outbox where batch_id = b.id and state in ('waiting', 'dispatched'))
        order by closed_at limit 1
        for no key update skip locked
      ), gone as (
        delete from outbox using closed
        where batch_id = closed.id and finished_at is not null and state in ('done', 'cancelled')
        returning 1
      ), noted as (
        update batches set orders_forgotten = true from closed where batches.id = closed.id
      )
      select (select count(*) from gone)::int as orders from closed`.execute(database)
    if (!rows[0]) break
    forgotten += rows[0].orders
  }
  return forgotten
}
