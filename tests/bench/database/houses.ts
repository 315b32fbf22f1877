import { stat } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { createKeyFile, openLocalKeys } from '../../../src/adapters/keys/local-file.ts'
import { type Database, openDatabase } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { type RolePasswords, roleUrl } from '../../../src/adapters/postgres/roles.ts'
import type { KeyProvider } from '../../../src/ports.ts'
import { seed } from './seed.ts'

/** One database of a size, seen through the product's own roles. */
export type SizedDatabase = {
  readonly documents: number
  readonly app: Database
  readonly system: Database
  /** Superuser: for what the benchmark prepares and asks about itself. */
  readonly owner: pg.Pool
  readonly keys: KeyProvider
  /** How long filling it took; 0 when it was there already. */
  readonly seedSeconds: number
  readonly megabytes: number
  close(): Promise<void>
}

type Server = { readonly url: string; readonly directory: string; readonly passwords: RolePasswords }

/** The database of that many documents: made and filled, or the one that an earlier run left. */
export async function openSized(server: Server, documents: number): Promise<SizedDatabase> {
  const name = `bench_${documents}`
  const ownerUrl = server.url.replace(/[^/]*$/, name)
  const isNew = await createIfMissing(server.url, name)
  await migrate(ownerUrl, server.passwords)
  const keys = await openKeys(path.join(server.directory, 'bench-keys.json'))
  const started = performance.now()
  if (isNew) await seed(ownerUrl, keys, documents)
  const seedSeconds = isNew ? Math.round((performance.now() - started) / 1000) : 0

  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 })
  // Its end is not waited for to the last: the server may stop first.
  owner.on('error', () => undefined)
  const size = await owner.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes')
  const as = (role: 'scelle_app' | 'scelle_system') =>
    openDatabase({ url: roleUrl(ownerUrl, role, server.passwords), connections: 1, statementSeconds: 600 })
  const [app, system] = [as('scelle_app'), as('scelle_system')]
  return {
    ...{ documents, app, system, owner, keys, seedSeconds },
    megabytes: Math.round(Number(size.rows[0]!.bytes) / 1e6),
    async close() {
      await Promise.all([app.destroy(), system.destroy(), owner.end()])
    },
  }
}

/** A database that was not filled to its end is made anew. */
async function createIfMissing(serverUrl: string, name: string): Promise<boolean> {
  const client = new pg.Client(serverUrl)
  await client.connect()
  try {
    const { rowCount } = await client.query(
      `select from pg_database d join pg_shdescription s on s.objoid = d.oid where datname = $1`,
      [name],
    )
    if (rowCount) return false
    await client.query(`drop database if exists ${name} with (force)`)
    await client.query(`create database ${name}`)
    return true
  } finally {
    await client.end()
  }
}

async function openKeys(file: string): Promise<KeyProvider> {
  if (!(await stat(file).catch(() => undefined))) createKeyFile(file)
  return openLocalKeys(file)
}
