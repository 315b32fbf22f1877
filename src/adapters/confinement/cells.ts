import { Failure } from '../../domain/failure.ts'
import type { Cell } from './cell.ts'

/** Warm processes, each lent to one file at a time; started when first needed. */
export type Cells = {
  /** `isFresh`: a process that has read nothing yet, and that nothing has happened to. @throws Failure cancelled */
  take(signal?: AbortSignal, options?: { isFresh: boolean }): Promise<Cell>
  /** Back among the idle, unless it is dead, worn out or swollen. */
  give(cell: Cell): void
  readonly seen: { peak: number; started: number; pids: number[] }
  close(): void
}

/** So many files, and a process has earned a fresh start. */
const wornAfter = 2_000
/** What a file left behind in memory must not count against the next. */
const swollenAt = 0.4

export function createCells(most: number, start: () => Cell, memoryBytes: number): Cells {
  const idle: Cell[] = []
  const lent = new Set<Cell>()
  const waiting: (() => void)[] = []
  const served = new WeakMap<Cell, number>()
  const seen: Cells['seen'] = { peak: 0, started: 0, pids: [] }
  let free = most
  let closed = false

  const begin = (): Cell => {
    const cell = start()
    seen.started++
    if (cell.pid) seen.pids.push(cell.pid)
    return cell
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    async take(signal, { isFresh } = { isFresh: false }) {
      if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve))
      else free--
      if (closed || signal?.aborted) {
        leave()
        throw new Failure('cancelled')
      }
      let cell = idle.pop()
      while (cell?.dead) cell = idle.pop()
      if (isFresh) {
        cell?.kill()
        cell = undefined
      }
      try {
        cell ??= begin()
      } catch (error) {
        leave()
        throw error
      }
      lent.add(cell)
      return cell
    },
    give(cell) {
      lent.delete(cell)
      const files = (served.get(cell) ?? 0) + 1
      served.set(cell, files)
      const { now, peak } = cell.memory()
      seen.peak = Math.max(seen.peak, peak)
      if (closed || files >= wornAfter || now > memoryBytes * swollenAt) cell.kill()
      if (!cell.dead) idle.push(cell)
      leave()
    },
    seen,
    close() {
      closed = true
      for (const cell of [...idle.splice(0), ...lent]) cell.kill()
    },
  }
}
