import { setTimeout as sleep } from 'node:timers/promises'

/** Does something now and every `ms` after it was done, until `over`. What goes wrong is reported, and tried again. */
export async function repeat(
  ms: number,
  over: AbortSignal,
  task: () => Promise<unknown>,
  report: (error: unknown) => void,
): Promise<void> {
  while (!over.aborted) {
    await task().catch(report)
    await sleep(ms, undefined, { signal: over }).catch(() => {})
  }
}
