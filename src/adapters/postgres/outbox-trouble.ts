import { sql } from 'kysely'
import { remedyOf, type Trouble, type Whereabouts } from '../../domain/trouble.ts'
import type { OutboxCounts, TroubleFilter } from '../../plumbing.ts'
import type { Database } from './database.ts'

type Row = Omit<Trouble, 'remedy'> &
  Omit<Whereabouts, 'stage' | 'state' | 'code'> & { readonly filePosition: number | null }

/**
 * Orders that failed, or are tried again, the latest failure first. Failed ones that a later round has followed, or whose
 * subject has moved on, are history and left out.
 */
export async function readTroubles(
  database: Database,
  { limit, organisationId, batchId, stage, code, id }: TroubleFilter,
): Promise<Trouble[]> {
  const { rows } = await sql<Row>`
    select o.id as "orderId", o.organisation_id as "organisationId", o.batch_id as "batchId", o.queue, o.stage,
           o.subject_id as "subjectId", coalesce(d.id, p.document_id) as "documentId",
           case when o.state = 'failed' then 'failed' else 'retrying' end as state,
           o.error_code as code, o.error_facts as facts, o.tries, o.failed_at as "failedAt",
           case when o.state <> 'failed' then o.available_at end as "nextAt",
           coalesce(d.state, of_page.state) as "documentState", b.state as "batchState", b.reason as "batchReason",
           b.closed_at is not null as "isBatchClosed", f.position as "filePosition"
    from outbox o
    join batches b on b.id = o.batch_id
    left join documents d on d.id = o.subject_id and o.queue = 'document'
    left join pages p on p.id = o.subject_id and o.queue = 'page'
    left join documents of_page on of_page.id = p.document_id
    left join files f on f.id = coalesce(p.file_id, o.subject_id)
    where o.error_code is not null and o.state in ('waiting', 'dispatched', 'failed')
      and (o.state <> 'failed' or b.closed_at is null or o.stage = 'destroy-staging')
      and (o.state <> 'failed' or not exists (
        select from outbox later
        where later.stage = o.stage and later.subject_id = o.subject_id and later.round > o.round))
      and (${organisationId ?? null}::uuid is null or o.organisation_id = ${organisationId ?? null}::uuid)
      and (${batchId ?? null}::uuid is null or o.batch_id = ${batchId ?? null}::uuid)
      and (${stage ?? null}::text is null or o.stage = ${stage ?? null}::text)
      and (${code ?? null}::text is null or o.error_code = ${code ?? null}::text)
      and (${id ?? null}::uuid is null
           or ${id ?? null}::uuid in (o.id, o.subject_id, o.batch_id, coalesce(d.id, p.document_id)))
    order by o.failed_at desc nulls last, o.id desc`.execute(database)
  return rows.flatMap(toTrouble).slice(0, limit)
}

function toTrouble(row: Row): Trouble[] {
  const { documentState, batchState, batchReason, isBatchClosed, filePosition, ...order } = row
  const remedy = remedyOf(row)
  // What is said of a file names its place in the batch.
  const facts = filePosition === null ? order.facts : { position: filePosition, ...order.facts }
  return remedy === 'none' ? [] : [{ ...order, facts, remedy }]
}

/** Open orders by what they wait for, and what failed for good. */
export async function countOrders(database: Database, now: Date): Promise<OutboxCounts[]> {
  const { rows } = await sql<OutboxCounts>`
    select queue, state, count(*)::int as orders, min(since) as oldest
    from (
      select queue, 'waiting' as state, available_at as since from outbox
      where state = 'waiting' and not (error_code is not null and available_at > ${now})
      union all
      select queue, 'retrying', failed_at from outbox
      where state = 'waiting' and error_code is not null and available_at > ${now}
      union all
      select queue, 'dispatched', dispatched_at from outbox where state = 'dispatched'
    ) open
    group by queue, state`.execute(database)
  const failed = (await readTroubles(database, { limit: Number.POSITIVE_INFINITY })).filter(
    ({ state }) => state === 'failed',
  )
  return [...rows, ...failedByQueue(failed)].toSorted((a, b) => order(a) - order(b))
}

const queues: readonly string[] = ['batch', 'page', 'document']
const states: readonly string[] = ['waiting', 'retrying', 'dispatched', 'failed']
const order = ({ queue, state }: OutboxCounts): number =>
  queues.indexOf(queue) * states.length + states.indexOf(state)

const failedByQueue = (failed: readonly Trouble[]): OutboxCounts[] =>
  [...Map.groupBy(failed, ({ queue }) => queue)].map(([queue, some]) => ({
    ...{ queue, state: 'failed', orders: some.length },
    oldest: new Date(Math.min(...some.map(({ failedAt }) => failedAt?.getTime() ?? 0))),
  }))
