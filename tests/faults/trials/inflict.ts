import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRequest, Fault as StorageFault } from '../../../src/devstack/s3/faults.ts'
import { kinds } from './crew.ts'
import type { Fault, FaultKind } from './faults.ts'
import type { Site } from './site.ts'

/**
 * Lets one fault happen, from its beginning to its end, and puts right what somebody would put right afterwards. `reached`
 * resolves when the batch is so far.
 */
export async function inflict(fault: Fault, site: Site, reached: Reached): Promise<void> {
  await reached(fault.at)
  await deeds[fault.kind](fault, site, reached)
}

type Reached = (share: number) => Promise<void>
type Deed = (fault: Fault, site: Site, reached: Reached) => Promise<unknown>

const kill =
  (kind: (typeof kinds)[number]): Deed =>
  ({ lasts }, { crew }) =>
    crew.kill(kind, lasts * 1000)

const lasting = ({ lasts }: Fault) => sleep(lasts * 1000)

/** So long, and until the batch is a tenth further, so that some of its steps meet the fault; or half a minute. */
const lastingWhileItMoves = async (fault: Fault, reached: Reached): Promise<void> => {
  await lasting(fault)
  await Promise.race([reached(Math.min(fault.at + 0.1, 0.98)), sleep(30_000, undefined, { ref: false })])
}

/** Some of the requests that it concerns meet it while it lasts. */
const storage =
  (
    concerns: (request: FaultRequest) => boolean,
    as: (fault: Fault) => StorageFault,
    whileItLasts = lastingWhileItMoves,
  ): Deed =>
  async (fault, site, reached) => {
    site.s3Faults = (request) => (concerns(request) && Math.random() < fault.share ? as(fault) : undefined)
    await whileItLasts(fault, reached)
    site.s3Faults = () => undefined
  }
const any = () => true
const isGet = ({ method }: FaultRequest) => method === 'GET'
const isWrite = ({ method }: FaultRequest) => method !== 'GET' && method !== 'HEAD'
const carriesContent = ({ operation }: FaultRequest) =>
  operation === 'GetObject' || operation === 'PutObject' || operation === 'UploadPart'

const weather =
  (
    kind: 'slow' | 'lossy' | 'silent' | 'refusing',
    isCutAfter: (fault: Fault) => boolean = () => false,
  ): Deed =>
  async (fault, { wires }) => {
    const wire = wires[fault.service]!
    wire.weather = kind
    for (let spent = 0; spent < fault.lasts; spent += 0.7) {
      if (kind === 'refusing') wire.cut()
      await sleep(Math.min(0.7, fault.lasts - spent) * 1000)
    }
    // What was swallowed may come after all, or be lost with its connection.
    if (isCutAfter(fault)) wire.cut()
    wire.weather = 'clear'
  }

const fullDisk =
  (name: 's3' | 'inbox' | 'postgres'): Deed =>
  async (fault, site) => {
    const disk = site.disks[name]!
    await disk.fill()
    await lasting(fault)
    await disk.free()
    if (name === 'postgres') await site.startPostgres()
  }

const deeds: Record<FaultKind, Deed> = {
  'kill-clock': kill('clock'),
  'kill-inbox': kill('inbox'),
  'kill-batch': kill('batch'),
  'kill-page': kill('page'),
  'kill-document': kill('document'),
  'kill-parser': (_, { crew }) => killParsers(crew.pidOf('page')),
  'freeze-worker': ({ worker, lasts }, { crew }) => crew.freeze(worker, lasts * 1000),
  // It lies in the batch.
  'parser-memory': async () => {},
  'postgres-restart': async (fault, site) => {
    await site.stopPostgres('fast')
    await lasting(fault)
    await site.startPostgres()
  },
  'postgres-crash': async (fault, site) => {
    await site.stopPostgres('crash')
    await lasting(fault)
    await site.startPostgres()
  },
  'redis-flush': async (_, { redis }) => {
    const { Redis } = await import('ioredis')
    const client = new Redis(redis!.current.url, { lazyConnect: true, retryStrategy: () => null })
    client.on('error', () => {})
    await client.flushall().catch(() => {})
    client.disconnect()
  },
  'redis-restart': (fault, site) => site.restartRedis(fault.lasts * 1000),
  'redis-frozen': async (fault, { redis }) => {
    const { pid } = redis!.current
    process.kill(pid, 'SIGSTOP')
    await lasting(fault)
    process.kill(pid, 'SIGCONT')
  },
  's3-error': storage(any, ({ status }) => ({ status })),
  // Who is not answered waits for a minute by itself.
  's3-timeout': storage(any, () => 'timeout', lasting),
  's3-reset': storage(any, () => 'reset'),
  's3-lost-answer': storage(isWrite, () => 'lost-answer'),
  's3-half-body': storage(isGet, () => 'half-body'),
  's3-wrong-checksum': storage(carriesContent, () => 'wrong-checksum'),
  's3-slow': storage(any, () => ({ bytesPerSecond: 2_000 })),
  's3-restart': (fault, site) => site.restartS3(fault.lasts * 1000),
  'disk-full-s3': fullDisk('s3'),
  'disk-full-inbox': fullDisk('inbox'),
  'disk-full-postgres': fullDisk('postgres'),
  'clock-jump': async (fault, { crew }) => {
    const whose = fault.everyClock ? kinds : [fault.worker]
    crew.shiftClock(whose, fault.clockMs)
    await lasting(fault)
    crew.shiftClock(whose, 0)
  },
  'net-slow': weather('slow'),
  'net-lossy': weather('lossy'),
  'net-silent': weather('silent', ({ share }) => share > 0.65),
  'net-cut': weather('refusing'),
  'net-half-open': async (fault, { wires }) => wires[fault.service]!.forget(20_000),
}

/** The processes in which the page worker reads what came from outside. */
async function killParsers(parent: number | undefined): Promise<void> {
  for (const { pid } of await parsers()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
    if (/^PPid:\s+(\d+)$/m.exec(status)?.[1] === String(parent)) process.kill(pid, 'SIGKILL')
  }
}

/** Every confined process of this machine, and the process that it works for. */
export async function parsers(): Promise<{ pid: number; owner: number }[]> {
  const found: { pid: number; owner: number }[] = []
  for (const name of (await readdir('/proc').catch(() => [])).filter((one) => /^\d+$/.test(one))) {
    const words = (await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => ''))
      .split('\0')
      .filter(Boolean)
    const program = words.findIndex((word) => word.endsWith('/confinement/child.ts'))
    if (program > 0 && words[0] !== '/bin/sh')
      found.push({ pid: Number(name), owner: Number(words[program + 1]) })
  }
  return found
}
