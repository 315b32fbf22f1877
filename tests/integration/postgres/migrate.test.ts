import { appendFile, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { roleUrl } from '../../../src/adapters/postgres/roles.ts'
import { createEmptyDatabase } from '../../database.ts'
import { addFullOrganisation } from './full-organisation.ts'

const migrations = path.resolve('src/adapters/postgres/migrations')
let database: Awaited<ReturnType<typeof createEmptyDatabase>>
let folder: string

beforeEach(async () => {
  database = await createEmptyDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'scelle migrations '))
  await cp(migrations, folder, { recursive: true })
})
afterEach(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const run = () => migrate(database.url, database.passwords, folder)

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

test('several that migrate at once apply each file once', async () => {
  const applied = await Promise.all([run(), run(), run(), run()])
  const files = await query<{ name: string }>(
    database.url,
    'select name from migrations.applied order by applied_at',
  )
  expect(files.map(({ name }) => name)).toEqual(files.map(({ name }) => name).toSorted())
  expect(applied.flat().toSorted()).toEqual(files.map(({ name }) => name))
  expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
})

test('a second run has nothing to do', async () => {
  await run()
  expect(await run()).toEqual([])
})

test('a house that is at work is migrated with all that it holds', async () => {
  const late = (await readdir(folder)).filter((name) => name > '0008').toSorted()
  expect(late.length).toBeGreaterThan(3)
  for (const name of late) await rm(path.join(folder, name))
  await run()
  const appUrl = roleUrl(database.url, 'scelle_app', database.passwords)
  const systemUrl = roleUrl(database.url, 'scelle_system', database.passwords)
  const [owner, app, system] = [database.url, appUrl, systemUrl].map((url) => openDatabase({ url })) as [
    Database,
    Database,
    Database,
  ]
  const held = async () => {
    const names = await query<{ name: string }>(
      database.url,
      "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
    )
    const counts = names
      .filter(({ name }) => !['alarms', 'duties'].includes(name))
      .map(({ name }) => `select '${name}' as name, count(*)::int as rows from ${name}`)
    return query<{ name: string; rows: number }>(database.url, `${counts.join(' union all ')} order by 1`)
  }
  try {
    const opened = {
      ownerUrl: database.url,
      appUrl,
      systemUrl,
      owner,
      app,
      system,
      drop: database.drop,
    }
    await addFullOrganisation(opened, { isBeforeEvidence: true })
    const before = await held()
    expect(before.find(({ name }) => name === 'outbox')!.rows).toBeGreaterThan(0)
    await cp(migrations, folder, { recursive: true })
    expect(await run()).toEqual(late)
    const tables = new Set(before.map(({ name }) => name))
    expect((await held()).filter(({ name }) => tables.has(name))).toEqual(before)
  } finally {
    await Promise.all([owner, app, system].map((one) => one.destroy()))
  }
})

test('refuses a file that changed since it was applied, and names it', async () => {
  await run()
  await appendFile(path.join(folder, '0001_registry.sql'), '-- a late thought\n')
  await expect(run()).rejects.toMatchObject({
    code: 'migration-changed',
    facts: { name: '0001_registry.sql' },
  })
})

test('refuses a database that a newer version made', async () => {
  await writeFile(path.join(folder, '9999_future.sql'), 'select 1')
  await run()
  await rm(path.join(folder, '9999_future.sql'))
  await expect(run()).rejects.toMatchObject({ code: 'migration-unknown', facts: { name: '9999_future.sql' } })
})

test('a file that fails leaves nothing of itself behind, and what came before stays', async () => {
  await writeFile(path.join(folder, '9999_broken.sql'), 'create table half_done (); select 1 / 0;')
  await expect(run()).rejects.toThrow('division by zero')
  const [found] = await query<object>(
    database.url,
    `select to_regclass('half_done') as half, to_regclass('batches')::text as earlier,
      (select count(*)::int from migrations.applied where name like '9999%') as recorded`,
  )
  expect(found).toEqual({ half: null, earlier: 'batches', recorded: 0 })
})

test('both roles can log in with their passwords and see the tables, but not the list of migrations', async () => {
  await run()
  for (const role of ['scelle_app', 'scelle_system'] as const) {
    const url = roleUrl(database.url, role, database.passwords)
    expect(await query(url, 'select current_user::text as role, count(*)::int from batches')).toEqual([
      { role, count: 0 },
    ])
    await expect(query(url, 'select from migrations.applied')).rejects.toMatchObject({ code: '42501' })
  }
})

test('the server keeps a verifier of the password that PostgreSQL itself accepts, never the password', async () => {
  await run()
  const [row] = await query<{ kept: string }>(
    database.url,
    `select rolpassword as kept from pg_authid where rolname = 'scelle_app'`,
  )
  expect(row?.kept).toMatch(/^SCRAM-SHA-256\$4096:/)
  expect(row?.kept).not.toContain(database.passwords.app)
})
