import { type ChildProcess, fork } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Failure } from '../../domain/failure.ts'
import { Fault, type Reply, type Request, type TokenSettings } from './protocol.ts'

export type LinkSettings = TokenSettings & {
  /** After so long without an answer the token counts as away. */
  readonly timeoutSeconds: number
}

/** Asks a token, through a process of its own that is begun anew when it is lost. */
export interface Link {
  /** @throws Fault absent, exists, damaged; Failure key-unavailable, key-provider-refused, key-store-full */
  ask<Result>(request: Request): Promise<Result>
  /** Of the process that holds the library now; for tests. */
  readonly pid: number | undefined
  close(): void
}

const program = fileURLToPath(new URL('./library-process.ts', import.meta.url))
/** A token that is away is not asked again before; starting processes without end would help nobody. */
const restMs = 1000

/** Nothing is started before something is asked. */
export function openLink(settings: LinkSettings): Link {
  let library: Library | undefined
  let away: { readonly reason: string; readonly until: number } | undefined
  /** A refusal stands until the PIN's file is another: each wrong try brings the token nearer to locking. */
  let refusal: { readonly reason: string; readonly pin: string } | undefined

  const attempt = async (request: Request): Promise<unknown> => {
    const asked = (library ??= startLibrary(settings))
    try {
      return await asked.ask(request)
    } catch (error) {
      // Whatever state the library is in, the next one begins without it.
      if (error instanceof Fault && (error.kind === 'away' || error.kind === 'refused')) {
        asked.kill()
        if (library === asked) library = undefined
      }
      throw error
    }
  }
  /** A session that was closed, or a login that was lost, is made good by one new beginning. */
  const persevere = async (request: Request): Promise<unknown> => {
    try {
      return await attempt(request)
    } catch (error) {
      if (error instanceof Fault && error.kind === 'away' && error.reason !== noAnswer)
        return attempt(request)
      throw error
    }
  }
  return {
    async ask<Result>(request: Request): Promise<Result> {
      if (refusal && refusal.pin === markOf(settings.pinFile))
        throw new Failure('key-provider-refused', { reason: refusal.reason })
      if (away && performance.now() < away.until)
        throw new Failure('key-unavailable', { reason: away.reason })
      try {
        const result = (await persevere(request)) as Result
        refusal = away = undefined
        return result
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        const { kind, reason } = error
        if (kind === 'away') away = { reason, until: performance.now() + restMs }
        if (kind === 'refused') refusal = { reason, pin: markOf(settings.pinFile) }
        throw failureOf(error)
      }
    },
    get pid() {
      return library?.pid
    },
    close() {
      library?.close()
      library = undefined
    },
  }
}

function failureOf(fault: Fault): Fault | Failure {
  const { kind, reason } = fault
  if (kind === 'away') return new Failure('key-unavailable', { reason }, { cause: fault })
  if (kind === 'refused') return new Failure('key-provider-refused', { reason }, { cause: fault })
  if (kind === 'full') return new Failure('key-store-full', {}, { cause: fault })
  return fault
}

const noAnswer = 'no-answer'

type Library = {
  ask(request: Request): Promise<unknown>
  readonly pid: number | undefined
  /** At once: it may be hanging. */
  kill(): void
  /** Lets it take leave of the token. */
  close(): void
}

type Waiting = {
  resolve(result: unknown): void
  reject(fault: Fault): void
  readonly timer: NodeJS.Timeout
}

function startLibrary({ timeoutSeconds, ...settings }: LinkSettings): Library {
  // What libraries print may say what they were given. Their own settings are in the environment.
  const child: ChildProcess = fork(program, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--no-warnings'],
  })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let lost: Fault | undefined
  const lose = (reason: string): void => {
    lost ??= new Fault('away', reason)
    child.kill('SIGKILL')
    for (const { reject, timer } of waiting.values()) {
      clearTimeout(timer)
      reject(lost)
    }
    waiting.clear()
  }
  /** While nothing is asked it keeps nobody from ending. */
  const hold = (): void => {
    for (const part of [child, child.channel])
      if (waiting.size > 0) part?.ref()
      else part?.unref()
  }
  child.on('exit', () => lose('library-ended'))
  child.on('error', () => lose('library-ended'))
  child.on('message', (reply: Reply) => {
    const one = waiting.get(reply.id)
    if (!one) return
    waiting.delete(reply.id)
    clearTimeout(one.timer)
    hold()
    if ('fault' in reply) one.reject(new Fault(reply.fault, reply.reason))
    else one.resolve(reply.result)
  })
  hold()
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (lost) return reject(lost)
        const id = ++asked
        const timer = setTimeout(() => lose(noAnswer), timeoutSeconds * 1000)
        waiting.set(id, { resolve, reject, timer })
        hold()
        child.send({ id, settings, request }, (error) => error && lose('library-ended'))
      }),
    get pid() {
      return child.pid
    },
    kill: () => lose('library-ended'),
    close: () => (child.connected ? child.disconnect() : undefined),
  }
}

function markOf(file: string): string {
  try {
    const { ino, mtimeNs, size, mode } = statSync(file, { bigint: true })
    return [ino, mtimeNs, size, mode].join('/')
  } catch {
    return 'none'
  }
}
