import { type Random, seeded } from '../../../fixtures/generator/random.ts'
import type { WorkerKind } from '../../../src/devstack/processes.ts'
import { kinds as workerKinds } from './crew.ts'

export type Backend = 'postgres' | 'redis'
export type Service = 'postgres' | 'redis' | 's3'
export type Disk = 's3' | 'inbox' | 'postgres'

/** Every kind of fault, with what it does. */
export const faultKinds = {
  'kill-clock': 'dispatcher killed (-9), another later',
  'kill-inbox': 'hot folder watcher killed (-9)',
  'kill-batch': 'batch worker killed (-9)',
  'kill-page': 'page worker killed (-9)',
  'kill-document': 'document worker killed (-9)',
  'kill-parser': 'confined parser killed (-9)',
  'freeze-worker': 'a worker frozen past its lock, then awake',
  'parser-memory': 'a file that eats the memory of its parser',
  'postgres-restart': 'PostgreSQL stopped fast, started',
  'postgres-crash': 'PostgreSQL killed (-9), started',
  'redis-flush': 'Redis emptied',
  'redis-restart': 'Redis killed, started empty',
  'redis-frozen': 'Redis frozen',
  's3-error': 'storage answers 500 or 503',
  's3-timeout': 'storage does not answer',
  's3-reset': 'storage resets connections',
  's3-lost-answer': 'storage writes, its answer is lost',
  's3-half-body': 'storage breaks off in the content',
  's3-wrong-checksum': 'storage gives and takes wrong bytes',
  's3-slow': 'storage trickles (slow loris)',
  's3-restart': 'storage stopped, started',
  'disk-full-s3': "the storage's disk is full",
  'disk-full-inbox': "the hot folder's disk is full",
  'disk-full-postgres': "PostgreSQL's disk is full",
  'clock-jump': 'the clock of workers jumps',
  'net-slow': 'network to one service slow',
  'net-lossy': 'network to one service loses packets',
  'net-silent': 'network to one service swallows all',
  'net-cut': 'network to one service is cut, again and again',
  'net-half-open': 'a service forgets its connections',
} as const
export type FaultKind = keyof typeof faultKinds

export type Fault = {
  readonly kind: FaultKind
  /** How far the batch is when it begins, from 0 to 1: machines differ in speed. */
  readonly at: number
  /** Seconds. */
  readonly lasts: number
  readonly worker: WorkerKind
  readonly service: Service
  /** Of the requests that it concerns, that share. */
  readonly share: number
  readonly status: 500 | 503
  readonly clockMs: number
  /** One worker's, or every worker's. */
  readonly everyClock: boolean
}

export type Able = { readonly backend: Backend; readonly disks: boolean }

export const kindsFor = ({ backend, disks }: Able): FaultKind[] =>
  (Object.keys(faultKinds) as FaultKind[]).filter(
    (kind) => (backend === 'redis' || !kind.startsWith('redis-')) && (disks || !kind.startsWith('disk-')),
  )

/** Faults of one trial: the kinds take turns to be the first, so that all are met; one or two others are drawn. */
export function drawFaults(seed: string, turn: number, able: Able): Fault[] {
  const random = seeded(`faults/${seed}`)
  const known = kindsFor(able)
  const first = known[turn % known.length]!
  const others = Array.from({ length: random.whole(0, 2) }, () => random.pick(known))
  const taken = new Set<FaultKind>()
  return [first, ...others]
    .filter((kind) => !taken.has(kind) && taken.add(kind))
    .map((kind) => drawFault(kind, random, able))
    .sort((a, b) => a.at - b.at)
}

const drawFault = (kind: FaultKind, random: Random, { backend }: Able): Fault => ({
  kind,
  at: kind === 'parser-memory' ? 0 : Math.round(random.between(0, 95)) / 100,
  lasts: kind === 'parser-memory' ? 0 : round(random.between(...(longer[kind] ?? [0.5, 4]))),
  worker: random.pick(workerKinds),
  service: random.pick(backend === 'redis' ? ['postgres', 'redis', 's3'] : ['postgres', 's3']),
  share: round(random.between(0.3, 1)),
  status: random.pick([500, 503]),
  clockMs: random.pick([-86_400_000, -3_600_000, -90_000, 90_000, 3_600_000, 86_400_000]),
  everyClock: random.next() < 0.3,
})

/** Seconds, where a few would prove little. */
const longer: Partial<Record<FaultKind, [number, number]>> = {
  'freeze-worker': [6, 10],
  'clock-jump': [5, 12],
  's3-slow': [3, 8],
  'net-slow': [3, 8],
  'net-lossy': [3, 8],
  'net-silent': [3, 12],
  'redis-frozen': [2, 9],
}

const round = (number: number): number => Math.round(number * 10) / 10

/** As one word for the line of a trial. */
export function sayFault({ kind, at, lasts, worker, service, clockMs, everyClock }: Fault): string {
  const what = kind.startsWith('net-')
    ? `(${service})`
    : kind === 'freeze-worker'
      ? `(${worker})`
      : kind === 'clock-jump'
        ? `(${everyClock ? 'all' : worker} ${clockMs > 0 ? '+' : ''}${clockMs / 1000}s)`
        : ''
  return kind === 'parser-memory' ? kind : `${kind}${what}@${Math.round(at * 100)}%+${lasts}s`
}
