import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** What a stage took, summed over all its runs, in seconds. */
export type StageCost = {
  readonly stage: string
  readonly runs: number
  /** By the clock on the wall, waiting included. */
  readonly elapsed: number
  /** Processor time: of the worker's main thread, of its other threads (recognition), of the processes it confines. */
  readonly main: number
  readonly threads: number
  readonly children: number
}

type Line = {
  readonly stage?: string
  readonly ms?: number
  readonly cpu?: { readonly main: number; readonly threads: number; readonly children: number }
}

/** The workers' own account: each order's line in their logs. */
export async function stageCosts(logFolder: string): Promise<StageCost[]> {
  const stages = new Map<string, StageCost>()
  for (const name of (await readdir(logFolder)).filter((file) => file.endsWith('.log'))) {
    const lines = (await readFile(path.join(logFolder, name), 'utf8')).split('\n')
    for (const text of lines.filter((line) => line.startsWith('{'))) {
      const { stage, ms, cpu } = JSON.parse(text) as Line
      if (stage === undefined || ms === undefined || !cpu) continue
      const sum = stages.get(stage) ?? { stage, runs: 0, elapsed: 0, main: 0, threads: 0, children: 0 }
      stages.set(stage, {
        stage,
        runs: sum.runs + 1,
        elapsed: sum.elapsed + ms / 1000,
        main: sum.main + cpu.main / 1000,
        threads: sum.threads + cpu.threads / 1000,
        children: sum.children + cpu.children / 1000,
      })
    }
  }
  return [...stages.values()].toSorted((a, b) => total(b) - total(a))
}

export const total = ({ main, threads, children }: StageCost): number => main + threads + children
