import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { startWorkerProcess, type WorkerKind, type WorkerProcess } from '../../../src/devstack/processes.ts'

const shiftedClock = fileURLToPath(new URL('./shifted-clock.ts', import.meta.url))
export const kinds: readonly WorkerKind[] = ['clock', 'inbox', 'batch', 'page', 'document']

/** How often a worker ended without being killed, by kind and exit code. */
export type Falls = Map<string, number>

export type Crew = {
  /** Kills a worker as a lost machine would; another starts after `pauseMs`. False when none was there to kill. */
  kill(kind: WorkerKind, pauseMs: number): Promise<boolean>
  /** Stops a worker's processor for a while, without a word. */
  freeze(kind: WorkerKind, ms: number): Promise<boolean>
  /** Sets the clocks of these workers wrong, running or to come; 0 sets them right. */
  shiftClock(of: readonly WorkerKind[], ms: number): void
  /** Ids of the processes that are wanted now. */
  pids(): ReadonlySet<number>
  pidOf(kind: WorkerKind): number | undefined
  readonly falls: Falls
  stop(): Promise<void>
}

type Post = {
  readonly kind: WorkerKind
  worker: WorkerProcess | undefined
  absentUntil: number
  shiftMs: number
}

/** One worker of each kind, each started again when it ends, as a service manager would. */
export async function startCrew(options: {
  configFile: string
  logFolder: string
  env: Readonly<Record<string, string>>
}): Promise<Crew> {
  const posts = kinds.map((kind): Post => ({ kind, worker: undefined, absentUntil: 0, shiftMs: 0 }))
  const over = new AbortController()
  const falls: Falls = new Map()
  const fell = (kind: WorkerKind, code: number | string | null) =>
    falls.set(`${kind}/${code}`, (falls.get(`${kind}/${code}`) ?? 0) + 1)

  const keep = async (post: Post): Promise<void> => {
    while (!over.signal.aborted) {
      const wait = post.absentUntil - performance.now()
      if (wait > 0) {
        await sleep(Math.min(wait, 100))
        continue
      }
      try {
        const env = { ...options.env, SCELLE_TEST_CLOCK_SHIFT_MS: String(post.shiftMs) }
        post.worker = await startWorkerProcess(post.kind, {
          ...options,
          env,
          execArgv: ['--import', shiftedClock],
        })
        if (over.signal.aborted) await post.worker.stop()
        await ended(post.worker)
        const { exitCode, signalCode } = post.worker.child
        if (post.absentUntil < performance.now() && !over.signal.aborted)
          fell(post.kind, exitCode ?? signalCode)
      } catch {
        fell(post.kind, 'start')
      }
      post.worker = undefined
      if (!over.signal.aborted) await sleep(1_000)
    }
  }
  const keeping = posts.map(keep)
  const at = (kind: WorkerKind) => posts.find((post) => post.kind === kind)!
  const present = async (kind: WorkerKind): Promise<WorkerProcess | undefined> => {
    for (let tries = 0; tries < 50 && !at(kind).worker; tries++) await sleep(100)
    return at(kind).worker
  }
  for (const { kind } of posts) if (!(await present(kind)) && !(await present(kind))) await present(kind)

  return {
    async kill(kind, pauseMs) {
      const worker = await present(kind)
      at(kind).absentUntil = performance.now() + Math.max(pauseMs, 50)
      return worker?.child.kill('SIGKILL') ?? false
    },
    async freeze(kind, ms) {
      const worker = await present(kind)
      if (!worker?.child.kill('SIGSTOP')) return false
      await sleep(ms)
      worker.child.kill('SIGCONT')
      return true
    },
    shiftClock(of, ms) {
      for (const kind of of) {
        at(kind).shiftMs = ms
        const child = at(kind).worker?.child
        if (child?.connected) child.send({ clockShiftMs: ms }, () => {})
      }
    },
    pids: () => new Set(posts.flatMap(({ worker }) => worker?.child.pid ?? [])),
    pidOf: (kind) => at(kind).worker?.child.pid,
    falls,
    async stop() {
      over.abort()
      for (const { worker } of posts) worker?.child.kill('SIGTERM')
      await Promise.all(keeping)
    },
  }
}

const ended = ({ child }: WorkerProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve))
