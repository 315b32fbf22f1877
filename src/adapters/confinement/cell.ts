import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { createFrameReader, type Frame, frameOf } from './frames.ts'
import { megabyte, type ParsingLimits } from './limits.ts'

/** Why a confined process is no more: which limit it broke, or that it broke down. */
export type Cause = 'memory' | 'seconds' | 'output' | 'crash' | 'ended'

export class Death extends Error {
  override readonly name = 'Death'
  readonly by: Cause
  constructor(by: Cause) {
    super(by)
    this.by = by
  }
}

/** A process that reads one file at a time for this one, and may do nothing else. */
export type Cell = {
  /** Says something and waits at most `seconds` for the answer. One question at a time. @throws Death */
  ask(head: unknown, body: Buffer | undefined, seconds: number): Promise<Frame>
  kill(): void
  /** It is of no more use: ends it, and says why most likely. */
  breakDown(): Cause
  readonly dead: boolean
  readonly pid: number | undefined
  /** Bytes it holds now, and the most that it was seen to hold; 0 where the system does not tell. */
  memory(): { now: number; peak: number }
}

const watchMs = 25
/** A watch that came late, because this machine slept or was busy, counts as so much at most. */
const countedMs = watchMs * 4
const longestHead = 4 * megabyte

/** Of its address space Node reserves so much that it never touches; the limit of the system counts it nevertheless. */
const reservedMegabytes = 512

/**
 * What the shell does before it becomes the process: if memory runs out on the whole machine, this one goes first; it
 * dumps no core and writes no file, for both would keep medical pages in clear; and the system itself bounds its memory.
 */
const restrain = [
  '{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null',
  'ulimit -c 0',
  'ulimit -f 0',
  'ulimit -d "$1" 2>/dev/null',
  'shift',
  'exec "$@"',
].join('\n')

const program = fileURLToPath(new URL('./child.ts', import.meta.url))
const readable = ['../../../node_modules/', '../../../src/', '../../../package.json'].map(
  (place) => `--allow-fs-read=${fileURLToPath(new URL(place, import.meta.url))}`,
)

/** Nothing of our own environment: no secret. Image formats that were never hardened are off; nothing goes to a disc. */
const environment = { VIPS_BLOCK_UNTRUSTED: '1', VIPS_DISC_THRESHOLD: '1000g', NODE_ENV: 'production' }

function start(memoryMegabytes: number): ChildProcess {
  return spawn(
    '/bin/sh',
    [
      ...['-c', restrain, 'sh', String((memoryMegabytes + reservedMegabytes) * 1024), process.execPath],
      ...['--permission', '--allow-addons', '--allow-worker', ...readable],
      ...['--no-warnings', `--max-old-space-size=${Math.round(memoryMegabytes / 2)}`, program],
      String(process.pid),
    ],
    // A session of its own: what a terminal sends to its foreground is for us to answer.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'], env: environment, cwd: '/', detached: true },
  )
}

export function startCell({ memoryMegabytes, pageMegabytes }: ParsingLimits): Cell {
  const child = start(memoryMegabytes)
  const limitBytes = memoryMegabytes * megabyte
  const channel = child.stdio[3] as Duplex & { ref(): void; unref(): void }
  let waiting: { resolve(frame: Frame): void; reject(death: Death): void } | undefined
  let death: Death | undefined
  let held = { now: 0, peak: 0 }

  const memory = (): { now: number; peak: number } => {
    // What has ended tells nothing any more: then what was last seen stands.
    const seen = memoryOf(child.pid)
    if (seen.now > 0) held = { now: seen.now, peak: Math.max(held.peak, seen.peak) }
    return held
  }
  const die = (by: Cause): void => {
    if (death) return
    memory()
    death = new Death(by)
    child.kill('SIGKILL')
    channel.destroy()
    waiting?.reject(death)
  }
  /** The engine aborts when its heap is full, the system when its bounds are: it was large when last seen. */
  const breakDown = (): Cause => {
    die(memory().now > limitBytes / 4 ? 'memory' : 'crash')
    return death!.by
  }
  const hear = createFrameReader({ headBytes: longestHead, bodyBytes: pageMegabytes * megabyte }, (frame) =>
    waiting?.resolve(frame),
  )
  child.on('error', breakDown)
  child.on('exit', breakDown)
  channel.on('error', breakDown)
  channel.on('close', breakDown)
  channel.on('data', (chunk: Buffer) => {
    try {
      hear(chunk)
    } catch {
      die('output')
    }
  })
  // An idle cell keeps nobody from ending.
  const hold = (busy: boolean): void => {
    for (const part of [child, channel])
      if (busy) part.ref()
      else part.unref()
  }
  hold(false)

  return {
    async ask(head, body, seconds) {
      if (death) throw death
      const answer = Promise.withResolvers<Frame>()
      waiting = answer
      hold(true)
      const stop = watch(
        () => {
          if (memory().now > limitBytes) die('memory')
        },
        seconds,
        () => die('seconds'),
      )
      try {
        for (const part of frameOf(head, body)) channel.write(part)
        return await answer.promise
      } finally {
        stop()
        memory()
        waiting = undefined
        if (!death) hold(false)
      }
    },
    kill: () => die('ended'),
    breakDown,
    memory,
    get dead() {
      return death !== undefined
    },
    get pid() {
      return child.pid
    },
  }
}

/** Looks every few milliseconds, and counts the time during which this process itself was awake. */
function watch(look: () => void, seconds: number, late: () => void): () => void {
  let spent = 0
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    spent += Math.min(now - last, countedMs)
    last = now
    look()
    if (spent > seconds * 1000) late()
  }, watchMs)
  return () => clearInterval(timer)
}

/** Resident memory of a process, as Linux tells it (proc(5), VmRSS and VmHWM). */
function memoryOf(pid: number | undefined): { now: number; peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    const bytes = (field: string) =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024
    return { now: bytes('VmRSS'), peak: bytes('VmHWM') }
  } catch {
    return { now: 0, peak: 0 }
  }
}
