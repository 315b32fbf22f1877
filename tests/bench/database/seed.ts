import pg from 'pg'
import type { KeyProvider } from '../../../src/ports.ts'
import { fillArchive } from './seed-archive.ts'
import { fillEvidence } from './seed-evidence.ts'
import { layOut } from './seed-plan.ts'
import { fillRegisters } from './seed-registers.ts'

/**
 * Fills a migrated, empty database with that many documents: closed batches of three years, some that stand open for
 * documents held in them, and the last few in the middle of their work. Triggers and rules sleep and indexes are built
 * at the end; afterwards the database is as if the house had filled it.
 */
export async function seed(ownerUrl: string, keys: KeyProvider, documents: number): Promise<void> {
  const connections = new pg.Pool({
    connectionString: ownerUrl,
    max: 4,
    options: '-c session_replication_role=replica -c work_mem=128MB -c maintenance_work_mem=512MB -c jit=off',
  })
  try {
    await connections.query(`alter system set max_wal_size = '16GB'`)
    await connections.query('select pg_reload_conf()')
    const taken = await takeIndexes(connections)
    await fillRegisters(connections, keys, layOut(documents))
    await fillArchive(connections)
    await fillEvidence(connections)
    await putBack(connections, taken)
    await connections.query(`comment on database ${new URL(ownerUrl).pathname.slice(1)} is 'filled'`)
  } finally {
    await connections.end()
  }
}

type Taken = {
  readonly owner: string
  readonly name: string
  readonly make: string
  readonly kind: 'i' | 'f' | 'u' | 'p' | 'c'
}

/** Drops what would slow filling down, and tells how to make it again. */
async function takeIndexes(connections: pg.Pool): Promise<Taken[]> {
  const constraints = await connections.query<Taken>(`
    select t.relname as owner, c.conname as name, c.contype as kind,
           format('alter table %I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) as make
    from pg_constraint c join pg_class t on t.oid = c.conrelid
    where t.relnamespace = 'public'::regnamespace and c.contype in ('p', 'u', 'f', 'c')
    order by array_position(array['f', 'u', 'p', 'c']::"char"[], c.contype)`)
  for (const { owner, name } of constraints.rows)
    await connections.query(`alter table ${owner} drop constraint "${name}"`)
  const indexes = await connections.query<Taken>(`
    select tablename as owner, indexname as name, 'i' as kind, indexdef as make from pg_indexes where schemaname = 'public'`)
  for (const { name } of indexes.rows) await connections.query(`drop index "${name}"`)
  return [...constraints.rows.toReversed(), ...indexes.rows]
}

/** What is only asked of rows; the others are indexes. */
const isRule = (kind: Taken['kind']): boolean => kind === 'f' || kind === 'c'

/** Tables side by side; rules last, and taken as kept: what was made here is as it should be. */
async function putBack(connections: pg.Pool, taken: readonly Taken[]): Promise<void> {
  const byTable = Map.groupBy(
    taken.filter(({ kind }) => !isRule(kind)),
    ({ owner }) => owner,
  )
  await Promise.all(
    [...byTable].map(async ([table, ours]) => {
      for (const { make } of ours) await connections.query(make)
      await connections.query(`vacuum (analyze) ${table}`)
    }),
  )
  for (const { make } of taken.filter(({ kind }) => isRule(kind)))
    await connections.query(`${make} not valid`)
  await connections.query(
    `update pg_constraint set convalidated = true where contype in ('f', 'c') and not convalidated`,
  )
}
