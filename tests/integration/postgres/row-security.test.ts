import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, inOrganisation } from '../../../src/adapters/postgres/database.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addFullOrganisation, addTestOrganisation } from './full-organisation.ts'

let database: TestDatabase
let owning: OrganisationId
let other: OrganisationId

beforeAll(async () => {
  database = await createTestDatabase()
  owning = await addFullOrganisation(database)
  other = await addTestOrganisation(database)
})
afterAll(() => database.drop())

/** Tables that belong to organisations, as the catalogue knows them. */
async function ownedTables(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and a.attname = 'organisation_id' and not a.attisdropped order by 1`.execute(database.owner)
  return rows.map(({ name }) => name)
}

const eachOwnedTable = async (check: (table: string) => Promise<void>): Promise<void> => {
  const tables = await ownedTables()
  expect(tables.length).toBeGreaterThan(10)
  for (const table of tables) await check(table)
}

const count = async (session: Database, table: string) =>
  (await sql<{ rows: number }>`select count(*)::int as rows from ${sql.table(table)}`.execute(session))
    .rows[0]?.rows

describe('every table that belongs to organisations', () => {
  test('has row security, forced upon its owner too, with a rule for each of both roles', () =>
    eachOwnedTable(async (table) => {
      const { rows } = await sql<object>`
        select relrowsecurity as enabled, relforcerowsecurity as forced,
          (select array_agg(r.rolname::text || coalesce(' ' || pg_get_expr(p.polqual, p.polrelid), '') order by r.rolname)
           from pg_policy p join pg_roles r on r.oid = any(p.polroles) where p.polrelid = c.oid) as rules
        from pg_class c where oid = ${table}::regclass`.execute(database.owner)
      expect(rows[0], table).toEqual({
        enabled: true,
        forced: true,
        // Asked once in a statement: as a function call it would be asked once in a row.
        rules: [
          'scelle_app (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))',
          'scelle_system true',
        ],
      })
    }))

  test('shows its rows to their organisation, none to another, none to a session that names no organisation', () =>
    eachOwnedTable(async (table) => {
      const own = await inOrganisation(database.app, owning, (tx) => count(tx, table))
      expect(
        own,
        `${table} needs a row in full-organisation.ts, else this test proves nothing`,
      ).toBeGreaterThan(0)
      expect(await inOrganisation(database.app, other, (tx) => count(tx, table)), table).toBe(0)
      expect(await count(database.app, table), table).toBe(0)
      expect(await count(database.system, table), table).toBeGreaterThan(0)
    }))

  test('points only at rows of its own organisation: foreign keys pass under row security', async () => {
    const tables = await ownedTables()
    const { rows } = await sql<{ constraint: string; named: boolean }>`
      select conrelid::regclass || ' → ' || confrelid::regclass as constraint,
        (select attnum from pg_attribute where attrelid = conrelid and attname = 'organisation_id') = any(conkey) as named
      from pg_constraint where contype = 'f'
        and conrelid = any(${tables}::regclass[]) and confrelid = any(${tables}::regclass[])`.execute(
      database.owner,
    )
    expect(rows.length).toBeGreaterThan(10)
    expect(rows.filter(({ named }) => !named)).toEqual([])
  })

  test('takes no row that another organisation writes in its name', () =>
    eachOwnedTable(async (table) => {
      const { rows } = await sql<{ row: object }>`
        select to_jsonb(t) as row from ${sql.table(table)} t limit 1`.execute(database.owner)
      const { rows: written } = await sql<{ name: string }>`
        select attname as name from pg_attribute
        where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = ''`.execute(
        database.owner,
      )
      const columns = sql.join(written.map(({ name }) => sql.ref(name)))
      const insertion = inOrganisation(database.app, other, (tx) =>
        sql`insert into ${sql.table(table)} (${columns}) overriding user value
          select ${columns} from jsonb_populate_record(null::${sql.table(table)}, ${JSON.stringify(rows[0]?.row)}::jsonb)`.execute(
          tx,
        ),
      )
      await expect(insertion, table).rejects.toThrow(/row-level security/)
    }))

  test('keeps its rows when another organisation changes or deletes all it can', () =>
    eachOwnedTable(async (table) => {
      const before = await count(database.owner, table)
      const deletion = inOrganisation(database.app, other, (tx) =>
        sql`delete from ${sql.table(table)}`.execute(tx),
      )
      // Nothing was there to delete; from what is only added to, nobody may.
      expect(await deletion.then(({ numAffectedRows }) => numAffectedRows, codeOf), table).toBeOneOf([
        0n,
        '42501',
      ])
      const change = inOrganisation(database.app, other, (tx) =>
        sql`update ${sql.table(table)} set organisation_id = ${other}`.execute(tx),
      )
      expect(await change.then(({ numAffectedRows }) => numAffectedRows, codeOf), table).toBeOneOf([
        0n,
        '42501',
      ])
      expect(await count(database.owner, table), table).toBe(before)
    }))
})

test('what all organisations share can be read by each and changed by none', async () => {
  const { rows } = await sql<{ name: string; writable: boolean }>`
    select c.relname as name,
      has_table_privilege('scelle_app', c.oid, 'insert') or has_table_privilege('scelle_app', c.oid, 'update')
        or has_table_privilege('scelle_app', c.oid, 'delete') as writable
    from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id')
    order by 1`.execute(database.owner)
  expect(rows).toEqual([
    // Those of the house itself: no organisation so much as reads alarms, duties and workers.
    { name: 'alarms', writable: false },
    { name: 'duties', writable: false },
    { name: 'hosts', writable: false },
    { name: 'key_checks', writable: false },
    { name: 'key_epochs', writable: false },
    { name: 'ledger_checkpoints', writable: false },
    { name: 'ledger_cosignatures', writable: false },
    { name: 'ledger_entries', writable: false },
    { name: 'ledger_subtrees', writable: false },
    { name: 'organisations', writable: false },
    { name: 'workers', writable: false },
  ])
})

test('neither role may pass by row security, own a table or make one', async () => {
  const { rows } = await sql`
    select rolname as role, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as powerful,
      exists (select from pg_class where relowner = r.oid) as owning,
      has_schema_privilege(r.oid, 'public', 'create') as making
    from pg_roles r where rolname like 'scelle\\_%' order by 1`.execute(database.owner)
  expect(rows).toEqual([
    { role: 'scelle_app', powerful: false, owning: false, making: false },
    { role: 'scelle_system', powerful: false, owning: false, making: false },
  ])
})

const codeOf = (error: { code?: string }) => error.code
