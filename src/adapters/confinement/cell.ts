import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Ranges } from '../../ports.ts'
import { createFrameReader, type Frame, frameOf } from './frames.ts'
import { createLending } from './lending.ts'
import { megabyte, type ParsingLimits } from './limits.ts'

/** Why a confined process is no more: which limit it broke, that it broke down, or that its file could not be had. */
export type Cause = 'memory' | 'seconds' | 'output' | 'input' | 'crash' | 'source' | 'ended'

export class Death extends Error {
  override readonly name = 'Death'
  readonly by: Cause
  constructor(by: Cause, cause?: unknown) {
    super(by, { cause })
    this.by = by
  }
}

type Channel = Duplex & { ref(): void; unref(): void }

/** A process that reads one file at a time for this one, and may do nothing else. */
export type Cell = {
  /**
   * Says something and waits at most `seconds` for the answer, not counting those that it waits for its file. One question
   * at a time. `seconds`: what it took. @throws Death
   */
  ask(head: unknown, body: Buffer | undefined, seconds: number): Promise<Frame & { seconds: number }>
  /** Lets it ask for parts of that file, until it is taken back. */
  lend(file: Ranges): void
  takeBack(): void
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
/** Processor time that no file can have needed, beyond all that one may: for starting, and for files before. */
const spareSeconds = 600

/**
 * What the shell does before it becomes the process: if memory runs out on the whole machine, this one goes first; it
 * dumps no core and writes no file, for both would keep medical pages in clear; the system itself bounds its memory and
 * its processor time; and where it can (Linux, prctl(2) PR_SET_PDEATHSIG) the system ends it with its parent.
 */
const restrain = [
  '{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null',
  'ulimit -c 0',
  'ulimit -f 0',
  'ulimit -d "$1" 2>/dev/null',
  'ulimit -t "$2" 2>/dev/null',
  'shift 2',
  'setpriv --pdeathsig KILL true 2>/dev/null && set -- setpriv --pdeathsig KILL "$@"',
  'exec "$@"',
].join('\n')

const program = fileURLToPath(new URL('./child.ts', import.meta.url))
/** The program and its libraries, by the path that names them and the one where they really are. */
const readable = ['../../../node_modules', '../../../src', '../../../package.json']
  .map((place) => fileURLToPath(new URL(place, import.meta.url)))
  .flatMap((place) => [place, realOf(place)])
  .map((place) => `--allow-fs-read=${place}`)

/** Nothing of our own environment: no secret. Image formats that were never hardened are off; nothing goes to a disc. */
const environment = { VIPS_BLOCK_UNTRUSTED: '1', VIPS_DISC_THRESHOLD: '1000g', NODE_ENV: 'production' }

function realOf(place: string): string {
  try {
    return realpathSync(place)
  } catch {
    return place // not there: the proof of each reader will say so
  }
}

function start({ memoryMegabytes, secondsPerFile }: ParsingLimits): ChildProcess {
  return spawn(
    '/bin/sh',
    [
      ...['-c', restrain, 'sh', String((memoryMegabytes + reservedMegabytes) * 1024)],
      ...[String(Math.ceil(secondsPerFile * availableParallelism()) + spareSeconds), process.execPath],
      ...['--permission', '--allow-addons', '--allow-worker', ...readable],
      // Its threads would take from other processes what they give to this one, and more.
      ...[
        '--single-threaded-gc',
        '--no-warnings',
        '--expose-gc',
        `--max-old-space-size=${Math.round(memoryMegabytes / 2)}`,
        program,
      ],
      String(process.pid),
    ],
    // A session of its own: what a terminal sends to its foreground is for us to answer.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], env: environment, cwd: '/', detached: true },
  )
}

export function startCell(limits: ParsingLimits): Cell {
  const { memoryMegabytes, pageMegabytes } = limits
  const child = start(limits)
  const limitBytes = memoryMegabytes * megabyte
  const [channel, questions] = child.stdio.slice(3) as [Channel, Channel]
  let waiting: { resolve(frame: Frame): void; reject(death: Death): void } | undefined
  let death: Death | undefined
  let held = { now: 0, peak: 0 }

  const memory = (): { now: number; peak: number } => {
    // What has ended tells nothing any more: then what was last seen stands.
    const seen = memoryOf(child.pid)
    if (seen.now > 0) held = seen
    return held
  }
  const die = (by: Cause, cause?: unknown): void => {
    if (death) return
    memory()
    death = new Death(by, cause)
    child.kill('SIGKILL')
    channel.destroy()
    questions.destroy()
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
  for (const each of [channel, questions]) {
    each.on('error', breakDown)
    each.on('close', breakDown)
  }
  const lending = createLending(questions, die)
  channel.on('data', (chunk: Buffer) => {
    try {
      hear(chunk)
    } catch {
      die('output')
    }
  })
  // An idle cell keeps nobody from ending.
  const hold = (busy: boolean): void => {
    for (const part of [child, channel, questions])
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
      const watched = watch(() => {
        if (memory().now > limitBytes) die('memory')
        if (watched.seconds > seconds) die('seconds')
        return !lending.isOurs
      })
      try {
        for (const part of frameOf(head, body)) channel.write(part)
        return { ...(await answer.promise), seconds: watched.seconds }
      } finally {
        watched.stop()
        memory()
        waiting = undefined
        if (!death) hold(false)
      }
    },
    lend: (file) => lending.lend(file),
    takeBack: () => lending.takeBack(),
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

/** Looks every few milliseconds, and counts the time that counts, and during which this process itself was awake. */
function watch(look: () => boolean): { readonly seconds: number; stop(): void } {
  let spent = 0
  let last = performance.now()
  const sinceLast = (): number => Math.min(performance.now() - last, countedMs)
  const timer = setInterval(() => {
    if (look()) spent += sinceLast()
    last = performance.now()
  }, watchMs)
  return {
    get seconds() {
      return (spent + sinceLast()) / 1000
    },
    stop: () => clearInterval(timer),
  }
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
