import { Failure, type Facts } from '../../domain/failure.ts'
import { isFailureCode, type FailureCode } from '../../domain/failures.ts'
import type { Ranges } from '../../ports.ts'
import { type Cause, type Cell, Death, startCell } from './cell.ts'
import { createCells } from './cells.ts'
import { megabyte, type ParsingLimits } from './limits.ts'
import { createProofs, proof } from './proof.ts'

/**
 * A function of a module that may be confined: `(file, options) => Promise<{ plain, bytes? }>`, or an async iterable of
 * such. Only plain words and bytes cross. The file is its bytes, or where ranges were given something that it may read from:
 * `{ bytes, read(from, length) }`.
 */
export type Task = { readonly module: string; readonly name: string }
export type Answer = { readonly plain: unknown; readonly bytes: Buffer }

/** Runs what reads files from outside in processes of their own, within limits. */
export interface Confinement {
  /**
   * Each answer as it comes; the next one is being made while the last is used. Aborting the signal kills the process.
   * @throws Failure file-unreadable, file-truncated, file-encrypted, file-too-large, file-too-costly, cancelled;
   * reader-broken when a file of our own fares no better
   */
  run(
    task: Task,
    file: Buffer | Ranges,
    options: object,
    signal?: AbortSignal,
  ): AsyncGenerator<Answer, void, void>
  /** The first answer. @throws Failure as `run` does */
  once(task: Task, file: Buffer, options: object): Promise<Answer>
  /** That what these modules need is there, shown on files of their own. @throws Failure reader-broken, cancelled */
  prove(modules: readonly string[], signal?: AbortSignal): Promise<void>
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
/** One that held so much when it was last seen died of its file; one that held less may have been killed from outside. */
const hungryAbove = 0.75

/** Limits that a second attempt would break as well. */
const spent: ReadonlySet<Cause> = new Set(['seconds', 'output', 'input'])

const sizeOf = (file: Buffer | Ranges): number => (Buffer.isBuffer(file) ? file.length : file.bytes)

export function confine(limits: ParsingLimits): Confinement {
  const cells = createCells(limits.processes, () => startCell(limits), limits.memoryMegabytes * megabyte)
  const proofs = createProofs(async (module, signal) => {
    for await (const _ of read({ module, name: proof }, Buffer.alloc(0), {}, signal));
  })

  async function* run(task: Task, file: Buffer | Ranges, options: object, signal?: AbortSignal) {
    try {
      yield* read(task, file, options, signal)
    } catch (error) {
      const failure = error instanceof Death ? verdict(error, limits) : error
      // Is it the file, or we? A process that died may have died of what has been ailing them all since a moment ago.
      if (failure instanceof Failure && doubtful.has(failure.code))
        await proofs.require(task.module, { isFresh: error instanceof Death }, signal)
      throw failure
    }
  }

  /** @throws Death when it is decided, Failure */
  async function* read(task: Task, file: Buffer | Ranges, options: object, signal?: AbortSignal) {
    if (sizeOf(file) > limits.inputMegabytes * megabyte)
      throw new Failure('file-too-large', { limit: limits.inputMegabytes })
    let given = 0
    for (let attempt = 1; ; attempt++) {
      try {
        let index = 0
        for await (const answer of talk(task, file, options, attempt, signal)) {
          if (index++ < given) continue
          given++
          yield answer
        }
        return
      } catch (error) {
        if (!(error instanceof Death)) throw error
        if (signal?.aborted || error.by === 'ended') throw new Failure('cancelled')
        // It is not the file's fault when the storage is away.
        if (error.by === 'source') throw error.cause
        const isDecided = spent.has(error.by) || attempt === attempts
        if (isDecided) throw error
      }
    }
  }

  /**
   * One process reads the file, from its beginning: a fresh one after the first, because what killed that one from outside
   * may have killed others at the same moment. @throws Death, Failure
   */
  async function* talk(
    task: Task,
    file: Buffer | Ranges,
    options: object,
    attempt: number,
    signal?: AbortSignal,
  ) {
    const cell = await cells.take(signal, { isFresh: attempt > 1 })
    const kill = (): void => cell.kill()
    signal?.addEventListener('abort', kill, { once: true })
    const most = limits.memoryMegabytes * megabyte
    const isLight = cell.memory().now < most * lightBelow
    let isFinished = false
    try {
      const ask = askerOf(cell, limits)
      let next: ReturnType<typeof ask>
      if (Buffer.isBuffer(file)) next = ask({ ...task, options }, file)
      else {
        cell.lend(file)
        next = ask({ ...task, options, lent: file.bytes })
      }
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
      const isHungry = cell.memory().now > most * hungryAbove
      if (error instanceof Death && error.by === 'memory' && isLight && isHungry) throw verdict(error, limits)
      throw error
    } finally {
      signal?.removeEventListener('abort', kill)
      if (!isFinished) cell.kill()
      cell.takeBack()
      cells.give(cell)
    }
  }

  return {
    run,
    async once(task, file, options) {
      for await (const answer of run(task, file, options)) return answer
      throw new Failure('file-unreadable')
    },
    async prove(modules, signal) {
      for (const module of modules) await proofs.require(module, { isFresh: true }, signal)
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
    const frame = await cell.ask(head, body, Math.min(limits.secondsPerPage, secondsLeft))
    secondsLeft -= frame.seconds
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
/** What could be our fault as well. That a file is too large is plain. */
const doubtful = new Set<FailureCode>([
  'file-unreadable',
  'file-truncated',
  'file-encrypted',
  'file-too-costly',
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
  if (by === 'input') return new Failure('file-too-costly', { cost: by, limit: limits.inputMegabytes })
  return new Failure('file-unreadable')
}
