import { Failure } from '../../domain/failure.ts'
import type { Engine } from './engine.ts'

/** Warm engines, each lent to one page at a time; a dead one is replaced by the next that is asked for. */
export type Engines = {
  /** Lends an engine to `work`. @throws Failure cancelled, recognition-failed */
  lend<Result>(work: (engine: Engine) => Promise<Result>, signal: AbortSignal): Promise<Result>
  close(): Promise<void>
}

export function createEngines(start: () => Promise<Engine>, threads: number): Engines {
  const idle: Engine[] = []
  const lent = new Set<Engine>()
  const waiting: (() => void)[] = []
  let free = threads
  let closed = false

  const enter = async (): Promise<void> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
    else free--
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async lend(work, signal) {
      await enter()
      try {
        refuse(signal, closed)
        const engine = idle.pop() ?? (await start())
        lent.add(engine)
        try {
          return await orCancelled(work(engine), engine, signal)
        } finally {
          lent.delete(engine)
          if (engine.dead || signal.aborted || closed) await engine.close()
          else idle.push(engine)
        }
      } finally {
        leave()
      }
    },
    async close() {
      closed = true
      await Promise.all([...idle.splice(0), ...lent].map((engine) => engine.close()))
    },
  }
}

function refuse(signal: AbortSignal, closed: boolean): void {
  if (signal.aborted || closed) throw new Failure('cancelled')
}

/** Recognition cannot be interrupted: whoever cancels gets the word at once, and the thread is ended. */
async function orCancelled<Result>(
  work: Promise<Result>,
  engine: Engine,
  signal: AbortSignal,
): Promise<Result> {
  const cancelled = Promise.withResolvers<never>()
  const cancel = (): void => cancelled.reject(new Failure('cancelled'))
  signal.addEventListener('abort', cancel, { once: true })
  work.catch(() => {})
  try {
    return await Promise.race([work, cancelled.promise])
  } catch (error) {
    if (signal.aborted) await engine.close()
    throw error
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
