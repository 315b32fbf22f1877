import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { inject } from 'vitest'
import { type Database, openDatabase } from '../src/adapters/postgres/database.ts'
import { roleUrl } from '../src/adapters/postgres/roles.ts'
import type { TestServer } from './global-postgres.ts'

export type TestDatabase = {
  /** Superuser: for looking at what row security hides, and for making faults. */
  readonly ownerUrl: string
  readonly appUrl: string
  readonly systemUrl: string
  readonly owner: Database
  readonly app: Database
  readonly system: Database
  /** Closes the three pools and removes the database. @throws when somebody left a connection open */
  drop(): Promise<void>
}

/** A database of its own with all tables, copied in a few milliseconds from the one that the run migrated. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServer()
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(server, `create database ${name} template ${server.template}`)
  const ownerUrl = databaseUrl(server, name)
  const appUrl = roleUrl(ownerUrl, 'scelle_app', server.passwords)
  const systemUrl = roleUrl(ownerUrl, 'scelle_system', server.passwords)
  const [owner, app, system] = [ownerUrl, appUrl, systemUrl].map((url) => openDatabase({ url })) as [
    Database,
    Database,
    Database,
  ]
  const drop = async () => {
    const left = await closeAll(server, name, [owner, app, system])
    await onServer(server, `drop database ${name} with (force)`)
    if (left.length > 0) throw new Error(`Connections left open: ${left.join(', ')}`)
  }
  return { ownerUrl, appUrl, systemUrl, owner, app, system, drop }
}

/** A database without tables, for tests of the migration itself. */
export async function createEmptyDatabase(): Promise<{
  url: string
  passwords: TestServer['passwords']
  drop(): Promise<void>
}> {
  const server = await testServer()
  const name = `test_${randomBytes(8).toString('hex')}`
  await onServer(server, `create database ${name}`)
  return {
    url: databaseUrl(server, name),
    passwords: server.passwords,
    drop: () => onServer(server, `drop database ${name} with (force)`),
  }
}

async function testServer(): Promise<TestServer> {
  const answer = await fetch(inject('testServer'))
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as TestServer
}

const databaseUrl = (server: TestServer, name: string): string => server.url.replace(/[^/]*$/, name)

async function onServer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(server.url)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** What is still connected a second after the pools were closed, by name. */
async function closeAll(server: TestServer, name: string, databases: readonly Database[]): Promise<string[]> {
  await Promise.all(databases.map((database) => database.destroy()))
  const watcher = openDatabase({ url: server.url, connections: 1 })
  try {
    for (let attempt = 0; ; attempt++) {
      const { rows } = await sql<{ who: string }>`
        select usename || ' ' || application_name as who from pg_stat_activity where datname = ${name}`.execute(
        watcher,
      )
      if (rows.length === 0 || attempt === 40) return rows.map(({ who }) => who)
      await sleep(25)
    }
  } finally {
    await watcher.destroy()
  }
}
