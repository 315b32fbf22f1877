import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../../../src/devstack/postgres.ts'

let folder: string
let directory: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'scelle embedded '))
  // The folder is closed to every other account, as /root or a home often is.
  directory = path.join(folder, 'base de données')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const start = () => startEmbeddedPostgres({ directory, durable: false })

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

const ownerScript = `
  import { startEmbeddedPostgres } from ${JSON.stringify(pathToFileURL('src/devstack/postgres.ts').href)}
  const [directory, temporary] = process.argv.slice(1)
  const { url } = await startEmbeddedPostgres({ directory, durable: false, temporary: temporary !== undefined })
  process.stdout.write(url)
  setInterval(() => undefined, 60_000)`

/** Another process that starts the server; resolves once it takes connections. */
async function startElsewhere(
  ...more: string[]
): Promise<{ owner: { kill(signal: NodeJS.Signals): boolean } & NodeJS.EventEmitter; url: string }> {
  const owner = spawn(process.execPath, ['--input-type=module', '-e', ownerScript, directory, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(owner.stdout, 'data')) as [Buffer]
  return { owner, url: line.toString().trim() }
}

const serverPid = async (): Promise<number> =>
  Number.parseInt(await readFile(path.join(directory, 'cluster', 'postmaster.pid'), 'utf8'), 10)

async function eventually(isSo: () => Promise<boolean>): Promise<boolean> {
  for (let attempt = 0; attempt < 200; attempt++) {
    if (await isSo()) return true
    await sleep(25)
  }
  return false
}
const isGone = (pid: number) =>
  stat(`/proc/${pid}/cwd`).then(
    () => false,
    () => true,
  )

test('runs in a closed folder with spaces and accents, under UTF-8 and the C locale, on loopback only', async () => {
  const server = await start()
  const [found] = await query(
    server.url,
    `select current_setting('server_encoding') as encoding, datcollate as locale, current_setting('listen_addresses') as address
     from pg_database where datname = current_database()`,
  )
  expect(found).toEqual({ encoding: 'UTF8', locale: 'C', address: '127.0.0.1' })
  await server.stop()
})

test('asks for the password, also on the same machine', async () => {
  const server = await start()
  const url = new URL(server.url)
  url.password = 'guessed'
  await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  await server.stop()
})

test('keeps what was written, and leaves no process behind', async () => {
  const first = await start()
  await query(first.url, 'create table kept as select 42 as answer')
  const pid = await serverPid()
  await first.stop()
  await first.stop()
  expect(await isGone(pid)).toBe(true)
  const second = await start()
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  await second.stop()
})

test('refuses a directory whose server is in use, and does it no harm', async () => {
  const server = await start()
  await expect(start()).rejects.toThrow(`in use by process ${process.pid}`)
  expect(await query(server.url, 'select 1 as alive')).toEqual([{ alive: 1 }])
  await server.stop()
})

test('ends with its owner, also by SIGKILL, and starts again on the same files', async () => {
  const { owner, url } = await startElsewhere()
  await query(url, 'create table kept as select 42 as answer')
  const pid = await serverPid()
  owner.kill('SIGKILL')
  expect(await eventually(() => isGone(pid))).toBe(true)
  const server = await start()
  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  await server.stop()
})

test('takes over from a server whose owner and guardian are both gone', async () => {
  const { owner, url } = await startElsewhere()
  await query(url, 'create table kept as select 42 as answer')
  const orphan = await serverPid()
  await killGuardianOf(orphan)
  owner.kill('SIGKILL')
  await once(owner, 'exit')
  expect(await isGone(orphan)).toBe(false)
  const server = await start()
  expect(await isGone(orphan)).toBe(true)
  expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  await server.stop()
})

test('a temporary directory goes with its server, also when the owner is killed', async () => {
  const { owner } = await startElsewhere('temporary')
  owner.kill('SIGKILL')
  const isThere = () =>
    stat(directory).then(
      () => true,
      () => false,
    )
  expect(await eventually(async () => !(await isThere()))).toBe(true)
})

test('keeps what statements say out of its log', async () => {
  const server = await start()
  await query(server.url, `select 'CANARI'::uuid`).catch(() => undefined)
  await query(
    server.url,
    `create table one (name text primary key); insert into one values ('CANARI'), ('CANARI')`,
  ).catch(() => undefined)
  await server.stop()
  expect(await readFile(path.join(directory, 'server.log'), 'utf8')).toMatch(/^(?!.*CANARI).*shut down/s)
})

/** Finds the guardian by its arguments: its name and the server's id. */
async function killGuardianOf(server: number): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (words.includes('scelle-guardian') && words.includes(String(server)))
      process.kill(Number(pid), 'SIGKILL')
  }
}
