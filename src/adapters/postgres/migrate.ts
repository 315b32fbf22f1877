import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { Failure } from '../../domain/failure.ts'
import { refused } from './refusals.ts'
import { ensureRoles, type RolePasswords } from './roles.ts'

const ownFolder = fileURLToPath(new URL('migrations/', import.meta.url))
/** Any number of ours: whoever migrates a database waits for the one who does. */
const lock = 7_342_551_093

type Migration = { readonly name: string; readonly sql: string; readonly sha256: string }

/**
 * Brings the database to this version's tables, as its owner: a superuser, or a role that may create roles. Each file is
 * applied in one transaction with the row that records it. May be run at any time, by several at once.
 * @returns names of the files that were applied
 * @throws Failure migration-changed, migration-unknown, role-too-powerful, database-away
 */
export async function migrate(
  ownerUrl: string,
  passwords: RolePasswords,
  folder: string = ownFolder,
): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'scelle migrate' })
  // A connection lost between two statements is told by the next one.
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('select pg_advisory_lock($1)', [lock])
    await ensureRoles(client, passwords)
    return await applyMissing(client, migrations)
  } catch (error) {
    throw refused(error)
  } finally {
    // The lock ends with the session.
    await client.end()
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_[a-z0-9_]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(path.join(folder, name), 'utf8')
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  // In a schema of its own: rights on « all tables in schema public » must not reach it.
  await client.query('create schema if not exists migrations')
  await client.query(`create table if not exists migrations.applied (
    name text primary key, sha256 text not null, applied_at timestamptz not null default now())`)
  const applied = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from migrations.applied',
  )
  for (const { name, sha256 } of applied.rows) {
    const ours = migrations.find((migration) => migration.name === name)
    if (!ours) throw new Failure('migration-unknown', { name })
    if (ours.sha256 !== sha256) throw new Failure('migration-changed', { name })
  }
  const missing = migrations.filter(({ name }) => !applied.rows.some((row) => row.name === name))
  for (const migration of missing) await apply(client, migration)
  return missing.map(({ name }) => name)
}

async function apply(client: pg.Client, { name, sql, sha256 }: Migration): Promise<void> {
  await client.query('begin')
  try {
    await client.query(sql)
    await client.query('insert into migrations.applied (name, sha256) values ($1, $2)', [name, sha256])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
