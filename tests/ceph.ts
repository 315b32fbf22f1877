import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isInstalled, type Tool } from './tools.ts'

export type Radosgw = {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  stop(): Promise<void>
}

const programs = ['radosgw', 'ceph-mon', 'ceph-osd'] as const satisfies readonly Tool[]

/** Whether Debian's Ceph is there and may be started; when not, says on the terminal which suite is left out, and why. */
export function hasRadosgw(suite: string): boolean {
  const missing = programs.filter((program) => !isInstalled(program))
  const why =
    missing.length > 0
      ? `It needs ${missing.join(', ')} (apt-get install --no-install-recommends ${programs.join(' ')}).`
      : process.getuid?.() === 0
        ? undefined
        : 'Ceph is started as root only.'
  if (why) console.warn(`Left out: ${suite}. ${why}`)
  return why === undefined
}

/**
 * A real Ceph of its own on loopback: one monitor, one object store in memory, and the RADOS gateway that speaks S3, all
 * with their keys (cephx). Keeps nothing: all three end with this process, however it ends.
 */
export async function startRadosgw(): Promise<Radosgw> {
  const home = await mkdtemp(join(tmpdir(), 'scelle-ceph-'))
  const daemons: Daemon[] = []
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.stop()))
    await rm(home, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const [monitorPort, port] = [await freePort(), await freePort()]
    const fsid = randomUUID()
    const env = { ...process.env, CEPH_CONF: join(home, 'ceph.conf') }
    const run = async (program: string, ...args: string[]) =>
      (await promisify(execFile)(program, args, { env, timeout: 60_000 })).stdout
    const start = (program: string, ...args: string[]) => daemons.push(daemonOf(program, args, env))

    await writeFile(env.CEPH_CONF, configuration(home, fsid, monitorPort, port))
    await Promise.all(['mon', 'osd', 'rgw'].map((name) => mkdir(join(home, name))))
    await makeKeys(join(home, 'keyring'), run)
    const map = join(home, 'monmap')
    await run('monmaptool', '--create', '--addv', 'a', `[v2:127.0.0.1:${monitorPort}]`, '--fsid', fsid, map)
    await run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', join(home, 'keyring'))
    start('ceph-mon', '-f', '-i', 'a')
    const osd = randomUUID()
    await run('ceph', '--connect-timeout', '60', 'osd', 'new', osd)
    await run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd)
    start('ceph-osd', '-f', '-i', '0')
    start('radosgw', '-f', '-n', 'client.rgw')
    const endpoint = `http://127.0.0.1:${port}`
    await answering(endpoint, daemons)
    const account = { accessKeyId: 'test', secretAccessKey: 'not-a-secret' }
    const keys = ['--access-key', account.accessKeyId, '--secret-key', account.secretAccessKey]
    await run(
      ...(['radosgw-admin', '-n', 'client.rgw', 'user', 'create', '--uid', 'test'] as const),
      ...['--display-name', 'test', ...keys],
    )
    return { endpoint, region: 'default', ...account, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Small, quick and alone: one copy of everything, in memory; a commit of the monitor every 50 ms instead of every second. */
const configuration = (home: string, fsid: string, monitorPort: number, port: number): string => `
[global]
fsid = ${fsid}
mon host = [v2:127.0.0.1:${monitorPort}/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${home}/keyring
run dir = ${home}
admin socket =
pid file =
log file =
log to stderr = false
paxos propose interval = 0.05
paxos min wait = 0.02
mon data = ${home}/mon
mon data avail crit = 0
mon allow pool size one = true
mon max pg per osd = 1000
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd data = ${home}/osd
osd objectstore = memstore
memstore device bytes = 2147483648
rgw data = ${home}/rgw
rgw frontends = beast endpoint=127.0.0.1:${port}
`

async function makeKeys(keyring: string, run: (...command: [string, ...string[]]) => Promise<string>) {
  const holders: [string, ...string[]][] = [
    ['mon.', 'mon', 'allow *'],
    ['client.admin', 'mon', 'allow *', 'osd', 'allow *'],
    ['osd.0', 'mon', 'allow profile osd', 'osd', 'allow *'],
    ['client.rgw', 'mon', 'allow rw', 'osd', 'allow rwx'],
  ]
  await run('ceph-authtool', '--create-keyring', keyring)
  for (const [name, ...caps] of holders) {
    const flags = caps.flatMap((word, at) => (at % 2 === 0 ? ['--cap', word] : [word]))
    await run('ceph-authtool', keyring, '--gen-key', '-n', name, ...flags)
  }
}

type Daemon = { readonly hasEnded: () => boolean; stop(): Promise<void> }

/** The program waits for the end of its standard input beside its work, so that it dies when this process does, even by -9. */
const leashed = 'exec 3<&0; (read -r _ <&3; kill -9 $$) & exec "$@" 3<&- </dev/null'

function daemonOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Daemon {
  const child = spawn('sh', ['-c', leashed, program, program, ...args], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(child, 'exit')
  return {
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.stdin.end()
      await ended
    },
  }
}

async function answering(endpoint: string, daemons: readonly Daemon[]): Promise<void> {
  const before = Date.now() + 90_000
  for (;;) {
    const isUp = await fetch(endpoint).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isUp) return
    if (daemons.some(({ hasEnded }) => hasEnded())) throw new Error('a Ceph daemon ended before it was ready')
    if (Date.now() > before) throw new Error('the Ceph gateway did not answer within 90 seconds')
    await sleep(50)
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  return port
}
