import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inOrganisation, openDatabase } from '../../../src/adapters/postgres/database.ts'
import { migrate } from '../../../src/adapters/postgres/migrate.ts'
import { openOneAtATime } from '../../../src/adapters/postgres/one-at-a-time.ts'
import type { OrganisationId } from '../../../src/domain/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { startProxy } from '../../faults/trials/proxy.ts'
import { addFullOrganisation, addTestOrganisation } from './full-organisation.ts'

let database: TestDatabase
let organisationId: OrganisationId
beforeAll(async () => {
  database = await createTestDatabase()
  organisationId = await addFullOrganisation(database)
})
afterAll(() => database.drop())

const select = (text: string) =>
  sql<{ value: unknown }>`${sql.raw(text)}`.execute(database.app).then(({ rows }) => rows[0]?.value)

test('reads days as text, moments as dates, counts as numbers, and refuses to round', async () => {
  expect(await select(`select '2026-03-29'::date as value`)).toBe('2026-03-29')
  expect(await select(`select '2026-03-29T02:30:00.123Z'::timestamptz as value`)).toEqual(
    new Date('2026-03-29T02:30:00.123Z'),
  )
  expect(await select(`select 9007199254740991::bigint as value`)).toBe(Number.MAX_SAFE_INTEGER)
  await expect(select(`select 9007199254740993::bigint as value`)).rejects.toThrow(RangeError)
  expect(await select(`select array['\\x00ff'::bytea] as value`)).toEqual([Buffer.from('00ff', 'hex')])
})

test('whoever waits for the work of another waits as long as that takes, not as long as a statement may', async () => {
  const impatient = openDatabase({ url: database.systemUrl, statementSeconds: 0.3 })
  const oneAtATime = openOneAtATime(impatient)
  const begun = Promise.withResolvers<void>()
  const done: string[] = []
  const first = oneAtATime('key', async () => {
    begun.resolve()
    await sleep(900)
    done.push('first')
  })
  await begun.promise
  await oneAtATime('key', async () => done.push('second'))
  await first
  expect(done).toEqual(['first', 'second'])
  await impatient.destroy()
})

test('a server that is not there is a database away, to be tried again', async () => {
  const nowhere = openDatabase({ url: 'postgresql://scelle_app:x@127.0.0.1:1/scelle' })
  await expect(sql`select 1`.execute(nowhere)).rejects.toMatchObject({
    code: 'database-away',
    retry: 'later',
  })
  await nowhere.destroy()
  const passwords = { app: 'a', system: 'b' }
  await expect(migrate('postgresql://postgres:x@127.0.0.1:1/scelle', passwords)).rejects.toMatchObject({
    code: 'database-away',
  })
})

test('a connection cut in the middle of a transaction is a database away, and the next one works', async () => {
  const cut = inOrganisation(database.app, organisationId, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.owner)
    await sql`select 1`.execute(tx)
  })
  await expect(cut).rejects.toMatchObject({ code: 'database-away' })
  expect(await select('select 1 as value')).toBe(1)
})

test.each([
  ['53100', 'the disk is full'],
  ['53200', 'memory is full'],
  ['58030', 'a file cannot be written'],
  ['25006', 'a standby that may only be read'],
])('a database in trouble is waited for: %s, %s', async (code) => {
  const raised = sql.raw(`do $$ begin raise exception 'in trouble' using errcode = '${code}'; end $$`)
  await expect(raised.execute(database.app)).rejects.toMatchObject({ code: 'database-away', retry: 'later' })
})

test.skipIf(process.platform !== 'linux')(
  'an idle connection asks within ten seconds whether the server still is there (Linux: proc_net_tcp)',
  async () => {
    const { rows } = await sql<{ port: number }>`select inet_client_port() as port`.execute(database.app)
    const port = rows[0]!.port.toString(16).toUpperCase().padStart(4, '0')
    const lines = (await readFile('/proc/net/tcp', 'latin1'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
    const [kind, jiffies] = lines.find(([, local]) => local?.endsWith(`:${port}`))![5]!.split(':')
    // 02 is keepalive; times are in hundredths of a second.
    expect(kind).toBe('02')
    expect(Number.parseInt(jiffies!, 16)).toBeLessThanOrEqual(1_000)
  },
)

test('a server that falls silent in the middle is a database away, and the next connection works', async () => {
  const url = new URL(database.appUrl)
  const wire = await startProxy(Number(url.port))
  url.port = String(wire.port)
  const beyond = openDatabase({ url: url.href, statementSeconds: 1 })
  try {
    await sql`select 1`.execute(beyond)
    wire.weather = 'silent'
    await expect(beyond.transaction().execute((tx) => sql`select 1`.execute(tx))).rejects.toMatchObject({
      code: 'database-away',
    })
    wire.weather = 'clear'
    expect((await sql<{ one: number }>`select 1 as one`.execute(beyond)).rows).toEqual([{ one: 1 }])
  } finally {
    await beyond.destroy()
    await wire.close()
  }
})

test('connections cut while idle are replaced without a word', async () => {
  await select('select 1')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and usename = 'scelle_app'`.execute(database.owner)
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await select('select 1 as value')).toBe(1)
})

test('no statement runs longer than its limit', async () => {
  const hasty = openDatabase({ url: database.appUrl, statementSeconds: 0.1 })
  await expect(sql`select pg_sleep(5)`.execute(hasty)).rejects.toMatchObject({ code: '57014' })
  await hasty.destroy()
})

test('a refused row does not tell its values', async () => {
  const { siret } = await database.owner.selectFrom('organisations').select('siret').executeTakeFirstOrThrow()
  const refusal = await sql`insert into organisations (id, kind, name, siret, created_at)
    values (gen_random_uuid(), 'host', 'x', ${siret}, now())`
    .execute(database.system)
    .catch((error: unknown) => error)
  expect(refusal).toMatchObject({ code: '23505' })
  expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toContain(siret)
})

test('what fails in a transaction leaves nothing', async () => {
  const failing = inOrganisation(database.app, organisationId, async (tx) => {
    await tx.updateTable('outbox').set({ attempts: 99 }).execute()
    throw new Error('after all')
  })
  await expect(failing).rejects.toThrow('after all')
  const left = await inOrganisation(database.app, organisationId, (tx) =>
    tx.selectFrom('outbox').select('attempts').execute(),
  )
  expect(left).toEqual([{ attempts: 0 }])
})

test('a connection forgets its organisation with the transaction', async () => {
  const other = await addTestOrganisation(database)
  const single = openDatabase({ url: database.appUrl, connections: 1 })
  const boxes = () => single.selectFrom('boxes').select('id').execute()
  expect(
    await inOrganisation(single, organisationId, (tx) => tx.selectFrom('boxes').select('id').execute()),
  ).toHaveLength(1)
  expect(await boxes()).toEqual([])
  expect(await inOrganisation(single, other, (tx) => tx.selectFrom('boxes').select('id').execute())).toEqual(
    [],
  )
  await single.destroy()
})
