import { Failure, type Facts } from '../../domain/failure.ts'
import { isFailureCode, type FailureCode } from '../../domain/failures.ts'
import { type Cell, Death, startCell } from './cell.ts'
import { createCells } from './cells.ts'
import { megabyte, type ParsingLimits } from './limits.ts'

/**
 * A function of a module that may be confined: `(bytes, options) => Promise<{ plain, bytes? }>`, or an async iterable of
 * such. Only plain words and bytes cross.
 */
export type Task = { readonly module: string; readonly name: string }
export type Answer = { readonly plain: unknown; readonly bytes: Buffer }

/** Runs what reads files from outside in processes of their own, within limits. */
export interface Confinement {
  /**
   * Each answer as it comes; the next one is being made while the last is used. Aborting the signal kills the process.
   * @throws Failure file-unreadable, file-truncated, file-encrypted, file-too-large, file-too-costly, cancelled
   */
  run(task: Task, file: Buffer, options: object, signal?: AbortSignal): AsyncGenerator<Answer, void, void>
  /** The first answer. @throws Failure as `run` does */
  once(task: Task, file: Buffer, options: object): Promise<Answer>
  /** The most memory that any of the processes held, in bytes, and how many there were; for tests and measurements. */
  readonly seen: { peak: number; started: number; pids: readonly number[] }
  close(): void
}

type Reply = {
  readonly plain?: unknown
  readonly end?: true
  readonly last?: true
  readonly failure?: string
  readonly facts?: unknown
}

/**
 * Two processes must have died of a file before it is blamed: one may be killed from outside, or be full of what earlier
 * files left behind.
 */
const attempts = 2
/** A process that began with less than this share of its memory is not full of others' remains. */
const lightBelow = 0.25

export function confine(limits: ParsingLimits): Confinement {
  const cells = createCells(limits.processes, () => startCell(limits), limits.memoryMegabytes * megabyte)

  async function* run(task: Task, file: Buffer, options: object, signal?: AbortSignal) {
    if (file.length > limits.inputMegabytes * megabyte)
      throw new Failure('file-too-large', { limit: limits.inputMegabytes })
    let given = 0
    for (let attempt = 1; ; attempt++) {
      try {
        let index = 0
        for await (const answer of talk(task, file, options, signal)) {
          if (index++ < given) continue
          given++
          yield answer
        }
        return
      } catch (error) {
        if (!(error instanceof Death)) throw error
        if (signal?.aborted || error.by === 'ended') throw new Failure('cancelled')
        const isDecided = error.by === 'seconds' || error.by === 'output' || attempt === attempts
        if (isDecided) throw verdict(error, limits)
      }
    }
  }

  /** One process reads the file, from its beginning. @throws Death, Failure */
  async function* talk(task: Task, file: Buffer, options: object, signal?: AbortSignal) {
    const cell = await cells.take(signal)
    const kill = (): void => cell.kill()
    signal?.addEventListener('abort', kill, { once: true })
    const isLight = cell.memory().now < limits.memoryMegabytes * megabyte * lightBelow
    let isFinished = false
    try {
      const ask = askerOf(cell, limits)
      let next = ask({ ...task, options }, file)
      while (!isFinished) {
        const { answer, last } = await next
        if (!answer || last) isFinished = true
        else {
          next = ask({})
          next.catch(() => {})
        }
        if (answer) yield answer
      }
    } catch (error) {
      isFinished = error instanceof Failure
      if (error instanceof Death && error.by === 'memory' && isLight) throw verdict(error, limits)
      throw error
    } finally {
      signal?.removeEventListener('abort', kill)
      if (!isFinished) cell.kill()
      cells.give(cell)
    }
  }

  return {
    run,
    async once(task, file, options) {
      for await (const answer of run(task, file, options)) return answer
      throw new Failure('file-unreadable')
    },
    seen: cells.seen,
    close: () => cells.close(),
  }
}

/** Asks for one answer after the other, and keeps the account of time and bytes. */
function askerOf(cell: Cell, limits: ParsingLimits) {
  let secondsLeft = limits.secondsPerFile
  let bytesLeft = limits.outputMegabytes * megabyte
  return async (head: object, body?: Buffer): Promise<{ answer?: Answer; last: boolean }> => {
    const begun = performance.now()
    const frame = await cell.ask(head, body, Math.min(limits.secondsPerPage, secondsLeft))
    secondsLeft -= (performance.now() - begun) / 1000
    bytesLeft -= frame.body.length
    if (bytesLeft < 0) throw new Death('output')
    const { plain, end, last, failure, facts } = frame.head as Reply
    if (failure === 'memory') throw new Death('memory')
    if (failure === 'unexpected' && cell.breakDown() === 'memory') throw new Death('memory')
    if (failure !== undefined) throw failureOf(failure, facts)
    return end ? { last: true } : { answer: { plain, bytes: frame.body }, last: last === true }
  }
}

const ofFiles = new Set<FailureCode>([
  'file-unreadable',
  'file-truncated',
  'file-encrypted',
  'file-too-large',
])

/** What the confined process says is hearsay: only codes of files pass, and numbers. */
function failureOf(code: string, facts: unknown): Failure {
  const numbers = Object.entries((facts ?? {}) as Facts).filter(([, value]) => typeof value === 'number')
  if (!isFailureCode(code) || !ofFiles.has(code)) return new Failure('file-unreadable')
  return new Failure(
    code,
    Object.fromEntries(numbers.filter(([name]) => name === 'page' || name === 'limit')),
  )
}

function verdict({ by }: Death, limits: ParsingLimits): Failure {
  if (by === 'memory') return new Failure('file-too-costly', { cost: by, limit: limits.memoryMegabytes })
  if (by === 'seconds') return new Failure('file-too-costly', { cost: by, limit: limits.secondsPerPage })
  if (by === 'output') return new Failure('file-too-costly', { cost: by, limit: limits.outputMegabytes })
  return new Failure('file-unreadable')
}
