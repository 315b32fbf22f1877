import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { migrate } from '../src/adapters/postgres/migrate.ts'
import { drawPasswords, type RolePasswords } from '../src/adapters/postgres/roles.ts'
import { startEmbeddedPostgres } from '../src/devstack/postgres.ts'

/** Name of the migrated database that test databases are copied from. */
const template = 'scelle_template'

export type TestServer = {
  readonly url: string
  readonly template: string
  readonly passwords: RolePasswords
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for the database server: it is started for the first who asks. */
    testServer: string
  }
}

type Shared = { users: number; started?: Promise<{ server: TestServer; stop(): Promise<void> }> }
/** Each project loads this file anew, in one process: what they share lies outside of it. */
const shared = ((globalThis as { scelleTestServer?: Shared }).scelleTestServer ??= { users: 0 })

/** One database server for a run, started when a test first asks for it and gone after the run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const address = `/${randomBytes(16).toString('hex')}`
  const door = createServer((request, response) => {
    if (request.url !== address) return void response.writeHead(404).end()
    shared.started ??= start()
    shared.started.then(
      ({ server }) => response.end(JSON.stringify(server)),
      (error: Error) => response.writeHead(500).end(error.message),
    )
  }).listen(0, '127.0.0.1')
  await once(door, 'listening')
  shared.users++
  project.provide('testServer', `http://127.0.0.1:${(door.address() as { port: number }).port}${address}`)
  return async () => {
    door.close()
    if (--shared.users === 0) await (await shared.started)?.stop()
  }
}

async function start() {
  const directory = await mkdtemp(path.join(tmpdir(), 'scelle-test-'))
  const { url, stop } = await startEmbeddedPostgres({ directory, durable: false, temporary: true })
  const passwords = drawPasswords()
  await makeTemplate(url, passwords)
  return { server: { url, template, passwords }, stop }
}

async function makeTemplate(url: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`create database ${template}`)
  await client.end()
  await migrate(url.replace(/[^/]*$/, template), passwords)
}
