import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Account, serverAccount } from './postgres-account.ts'
import { type Binaries, findBinaries } from './postgres-binaries.ts'
import { endServer, stopOrphan } from './postgres-orphan.ts'

export type EmbeddedPostgres = {
  /** Connection URL of the superuser, password included. Loopback only. */
  readonly url: string
  readonly port: number
  /** Ends connections and server, and returns when no process is left. May be called again. */
  stop(): Promise<void>
}

/** Where one server lives, and under whose account. `inside` is how its own processes name `directory`. */
type Home = {
  readonly directory: string
  readonly inside: string
  readonly account: Account | undefined
  readonly binaries: Binaries
  /** Folders to remove when the server has ended. */
  readonly temporary: readonly string[]
}

/**
 * Starts a PostgreSQL server of its own in `directory`, made on first use and kept afterwards. For development, tests and
 * single machines. The server ends with this process, however that ends. For tests, `durable: false` trades safety after
 * a power cut for speed, and `temporary` removes the directory when the server ends.
 * @throws Error when the directory is in use, the server does not start, or this platform has no binaries
 */
export async function startEmbeddedPostgres(options: {
  directory: string
  port?: number
  durable?: boolean
  temporary?: boolean
}): Promise<EmbeddedPostgres> {
  const directory = path.resolve(options.directory)
  const durable = options.durable ?? true
  const home = await makeHome(directory, options.temporary ?? false)
  try {
    await stopOrphan(path.join(directory, 'cluster'), path.join(directory, 'owner.pid'))
    await createCluster(home, durable)
    await writeFile(path.join(directory, 'owner.pid'), `${process.pid}\n`)
    const { server, port } = await launch(home, options.port, durable)
    const guardian = startGuardian(server, home)
    const password = (await readFile(path.join(directory, 'password'), 'utf8')).trim()
    let stopping: Promise<void> | undefined
    return {
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      port,
      stop: () => (stopping ??= stop(server, guardian, home)),
    }
  } catch (error) {
    await removeTemporary(home)
    throw error
  }
}

async function makeHome(directory: string, temporary: boolean): Promise<Home> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const account = await serverAccount(path.join(directory, 'cluster'))
  if (account) await chmod(directory, 0o711)
  // Under another account the path may lead through folders closed to it (/root): an open descriptor passes them by.
  const isBehindDescriptor = account !== undefined && process.platform === 'linux'
  const binaries = await findBinaries(account)
  return {
    directory,
    inside: isBehindDescriptor ? '/proc/self/fd/3' : directory,
    account,
    binaries,
    temporary: [...(binaries.temporary ? [binaries.temporary] : []), ...(temporary ? [directory] : [])],
  }
}

/** Made under another name and renamed when whole, so that an interrupted creation leaves nothing half done. */
async function createCluster(home: Home, durable: boolean): Promise<void> {
  const cluster = path.join(home.directory, 'cluster')
  if (await stat(cluster).catch(() => undefined)) return
  const password = path.join(home.directory, 'password')
  await writeFile(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
  const unfinished = `${cluster}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  if (home.account) await giveTo(home.account, password, unfinished)
  const { initdb } = home.binaries
  const args = ['-D', `${home.inside}/cluster.unfinished`, '-U', 'postgres', '-A', 'scram-sha-256']
  args.push(`--pwfile=${home.inside}/password`, '-E', 'UTF8', '--locale=C', '--no-instructions')
  const child = await spawnInside(home, initdb, durable ? args : [...args, '--no-sync'])
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${await lastWords(home)}`)
  await rename(unfinished, cluster)
}

async function giveTo({ uid, gid }: Account, ...paths: string[]): Promise<void> {
  for (const each of paths) await chown(each, uid, gid)
}

async function launch(
  home: Home,
  port: number | undefined,
  durable: boolean,
): Promise<{ server: ChildProcess; port: number }> {
  // Between finding a free port and taking it, another may: then it is looked for again.
  for (let attempt = 1; ; attempt++) {
    const chosen = port ?? (await freePort())
    const args = ['-D', `${home.inside}/cluster`, ...serverSettings(chosen, durable)]
    const server = await spawnInside(home, home.binaries.postgres, args)
    if (await isReady(home, server)) return { server, port: chosen }
    const words = await lastWords(home)
    if (server.exitCode === null && server.pid) await endServer(server.pid)
    if (port !== undefined || attempt === 3 || !words.includes('could not bind')) {
      throw new Error(`PostgreSQL did not start: ${words}`)
    }
  }
}

function serverSettings(port: number, durable: boolean): string[] {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    // Refused statements quote what they were given: they stay out of the log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    // A commit outlives the server's own end all the same: what is published of the ledger must not be ahead of it.
    ...(durable ? {} : { fsync: 'off', full_page_writes: 'off' }),
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

/** The server writes `ready` as the eighth line of its lock file once it takes connections. */
async function isReady(home: Home, server: ChildProcess): Promise<boolean> {
  const lockFile = path.join(home.directory, 'cluster', 'postmaster.pid')
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    if (server.exitCode !== null || server.signalCode !== null) return false
    const lines = (await readFile(lockFile, 'utf8').catch(() => '')).split('\n')
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return true
  }
  return false
}

async function spawnInside(home: Home, program: string, args: readonly string[]): Promise<ChildProcess> {
  const log = await open(path.join(home.directory, 'server.log'), 'w', 0o600)
  const folder = await open(home.directory)
  try {
    // Detached: a Ctrl-C in the terminal reaches the owner, who stops the server after its own work.
    const options: SpawnOptions = { cwd: '/', detached: true, ...home.account }
    options.env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
    options.stdio = ['ignore', 'ignore', log.fd, folder.fd]
    const child = spawn(program, args, options)
    await once(child, 'spawn')
    return child
  } finally {
    await log.close()
    await folder.close()
  }
}

/**
 * A shell that reads from this process until it is gone, even by SIGKILL, then ends the server and removes what is temporary.
 * The server itself has no way to notice.
 */
function startGuardian(server: ChildProcess, { temporary }: Home): ChildProcess {
  const wait = 'n=0; while [ $n -lt 100 ] && kill -0 "$1"; do sleep 0.1; n=$((n + 1)); done'
  const script = `read -r _; kill -INT "$1"; ${wait}; shift; [ $# = 0 ] || rm -rf -- "$@"`
  const guardian = spawn('/bin/sh', ['-c', script, 'scelle-guardian', String(server.pid), ...temporary], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  server.once('exit', () => guardian.kill('SIGKILL'))
  for (const child of [server, guardian]) child.unref()
  ;(guardian.stdin as unknown as { unref(): void }).unref()
  return guardian
}

async function stop(server: ChildProcess, guardian: ChildProcess, home: Home): Promise<void> {
  if (server.pid && server.exitCode === null && server.signalCode === null) {
    const ended = once(server, 'exit')
    await endServer(server.pid)
    await ended
  }
  guardian.kill('SIGKILL')
  await rm(path.join(home.directory, 'owner.pid'), { force: true })
  await removeTemporary(home)
}

async function removeTemporary({ temporary }: Home): Promise<void> {
  for (const folder of temporary) await rm(folder, { recursive: true, force: true })
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const lastWords = async ({ directory }: Home): Promise<string> =>
  (await readFile(path.join(directory, 'server.log'), 'utf8').catch(() => '')).slice(-2000).trim()
