import { lstat, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import type { Database } from '../src/adapters/postgres/database.ts'
import { fixtures } from '../src/devstack/demo/fixtures.ts'

/** Names and NIRs that stand in the sample batches and nowhere else in the world: found in clear, they are a leak. */
export async function loadCanaries(): Promise<string[]> {
  const lists = JSON.parse(await readFile(path.join(fixtures, 'canaries.json'), 'utf8')) as Record<
    string,
    string[]
  >
  return [...new Set(Object.values(lists).flat())]
}

export type Leak = { readonly where: string; readonly canary: string }

/** Bytes as UTF-8 and as UTF-16, little endian: PDF strings and some logs are. */
function findCanaries(where: string, bytes: Buffer, canaries: readonly string[]): Leak[] {
  return canaries
    .filter((canary) => bytes.includes(canary) || bytes.includes(Buffer.from(canary, 'utf16le')))
    .map((canary) => ({ where, canary }))
}

/** Every file under a folder, but what is under `except`. Files that vanish while we look were not kept. */
export async function scanFolder(
  folder: string,
  canaries: readonly string[],
  except: readonly string[] = [],
): Promise<Leak[]> {
  const leaks: Leak[] = []
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const place = path.join(folder, entry.name)
    if (except.includes(place)) continue
    leaks.push(...findCanaries(`name of ${place}`, Buffer.from(entry.name), canaries))
    if (entry.isDirectory()) leaks.push(...(await scanFolder(place, canaries, except)))
    else if ((await lstat(place).catch(() => undefined))?.isFile()) {
      const bytes = await readFile(place).catch(() => Buffer.alloc(0))
      leaks.push(...findCanaries(place, bytes, canaries))
    }
  }
  return leaks
}

/** Every row of every table, as a dump would write it: also the queue's. */
export async function scanDatabase(owner: Database, canaries: readonly string[]): Promise<Leak[]> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select schemaname as schema, tablename as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`.execute(owner)
  const leaks: Leak[] = []
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ row: string }>`
      select row_to_json(t)::text as row from ${sql.table(`${schema}.${name}`)} t`.execute(owner)
    const text = Buffer.from(rows.map(({ row }) => row).join('\n'))
    leaks.push(...findCanaries(`table ${schema}.${name}`, text, canaries))
  }
  return leaks
}

/** What any user of the machine may read of any process: its arguments; and what its own user may: the environment. */
export async function scanProcesses(canaries: readonly string[]): Promise<Leak[]> {
  const leaks: Leak[] = []
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    for (const file of ['cmdline', 'environ']) {
      const bytes = await readFile(`/proc/${pid}/${file}`).catch(() => Buffer.alloc(0))
      leaks.push(...findCanaries(`/proc/${pid}/${file}`, bytes, canaries))
    }
  }
  return leaks
}
