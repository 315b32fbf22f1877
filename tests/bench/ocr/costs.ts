import { type Step, steps } from './meter.ts'
import type { OurRun } from './ours.ts'
import type { RivalRun } from './rivals.ts'

export type Cost = {
  readonly name: string
  readonly cpuSecondsPerPage: number
  readonly pagesPerMinute: number
  readonly peakMegabytes: number
  /** Seconds of processor time for each page. */
  readonly steps?: Readonly<Record<Step, number>>
  readonly command?: string
  /** It failed: what it said at last. */
  readonly complaint?: string
}

export function ourCost({ workers, seconds, cpu, peakMegabytes }: OurRun, pages: number): Cost {
  const all = steps.reduce((sum, step) => sum + cpu[step], 0)
  return {
    name: `ours, ${workers} process${workers > 1 ? 'es' : ''}`,
    cpuSecondsPerPage: all / pages,
    pagesPerMinute: (pages * 60) / seconds,
    peakMegabytes: Math.round(peakMegabytes),
    steps: Object.fromEntries(steps.map((step) => [step, cpu[step] / pages])) as Record<Step, number>,
  }
}

export function rivalCost(run: RivalRun, pages: number): Cost {
  const { name, command, seconds, cpuSeconds, peakMegabytes, exit, complaint } = run
  return {
    ...{ name, command },
    cpuSecondsPerPage: cpuSeconds / pages,
    pagesPerMinute: (pages * 60) / seconds,
    peakMegabytes: Math.round(peakMegabytes),
    ...(exit !== 0 && { complaint: `exit code ${exit}: ${complaint.trim().split('\n').at(-1)}` }),
  }
}
