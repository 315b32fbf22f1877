import type { CpuTime } from '../../../workers/cpu-time.ts'

/** On what processor time goes; `beside`: starting, staging, and what is between the steps. */
export const steps = ['examine', 'barcodes', 'prepare', 'read', 'thumbnail', 'assemble', 'beside'] as const
export type Step = (typeof steps)[number]

/** Processor time by step, in seconds, of a process that does one thing at a time. */
export function createMeter(read: () => CpuTime) {
  const spent = Object.fromEntries(steps.map((step) => [step, 0])) as Record<Step, number>
  const ownOf = ({ main, threads }: CpuTime): number => main + threads
  return {
    /** Counts what a function costs as `step`, or what it has other processes do as `elsewhere`. */
    around<Given extends unknown[], Result>(
      step: Step,
      work: (...given: Given) => Promise<Result>,
      elsewhere: Step = step,
    ) {
      return async (...given: Given): Promise<Result> => {
        const before = read()
        try {
          return await work(...given)
        } finally {
          const after = read()
          spent[step] += (ownOf(after) - ownOf(before)) / 1000
          spent[elsewhere] += Math.max(0, after.children - before.children) / 1000
        }
      }
    },
    account(): Record<Step, number> {
      const all = read()
      const known = steps.reduce((sum, step) => sum + spent[step], 0)
      return { ...spent, beside: (ownOf(all) + all.children) / 1000 - known }
    },
  }
}
