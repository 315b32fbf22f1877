import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const workers = fileURLToPath(new URL('../../workers/', import.meta.url))

export type WorkerKind = 'clock' | 'inbox' | 'batch' | 'page' | 'document'

export type WorkerProcess = { readonly kind: WorkerKind; readonly child: ChildProcess; stop(): Promise<void> }

/** Starts one worker process and waits until it works. Its log goes to a file. It ends when this process does. */
export async function startWorkerProcess(
  kind: WorkerKind,
  options: {
    configFile: string
    logFolder: string
    execArgv?: readonly string[]
    /** Beside, or instead of, what this process has in its environment. */
    env?: Readonly<Record<string, string>>
  },
): Promise<WorkerProcess> {
  const child = fork(path.join(workers, `${kind}.ts`), {
    env: { ...process.env, ...options.env, SCELLE_CONFIG: options.configFile },
    execArgv: [...(options.execArgv ?? [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true, // Ctrl-C is for us: we stop them in order.
  })
  const log = createWriteStream(path.join(options.logFolder, `${kind}.log`), { flags: 'a', mode: 0o600 })
  child.stdout?.pipe(log, { end: false })
  child.stderr?.pipe(log, { end: false })
  const ended = once(child, 'exit').finally(() => log.end())
  const ready = once(child, 'message')
  const winner = await Promise.race([ready.then(() => 'ready' as const), ended.then(() => 'ended' as const)])
  if (winner === 'ended')
    throw new Error(`the ${kind} worker ended at once with code ${child.exitCode}; see its log`)
  return {
    kind,
    child,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}

export type Crew = Readonly<Record<WorkerKind, number>>

/** One of each, and two that read pages: what two cores carry. */
export const smallCrew: Crew = { clock: 1, inbox: 1, batch: 1, page: 2, document: 1 }

/** Starts all; when one does not start, stops the others. */
export async function startCrew(
  crew: Crew,
  options: Parameters<typeof startWorkerProcess>[1],
): Promise<WorkerProcess[]> {
  const kinds = (Object.entries(crew) as [WorkerKind, number][]).flatMap(([kind, count]) =>
    Array<WorkerKind>(count).fill(kind),
  )
  const started = await Promise.allSettled(kinds.map((kind) => startWorkerProcess(kind, options)))
  const running = started.filter((one) => one.status === 'fulfilled').map(({ value }) => value)
  const failed = started.find((one) => one.status === 'rejected')
  if (!failed) return running
  await stopCrew(running)
  throw failed.reason
}

/** Hands in first, then those that only look. */
export const stopCrew = async (crew: readonly WorkerProcess[]): Promise<void> => {
  await Promise.all(crew.map((worker) => worker.stop()))
}
