import { setTimeout as sleep } from 'node:timers/promises'

/** Tries again until it works, for two minutes: what we ourselves ask meets the faults too. */
export async function patiently<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const end = performance.now() + 120_000; ; ) {
    try {
      return await work()
    } catch (error) {
      if (performance.now() > end) throw error
      await sleep(200)
    }
  }
}

/** Whether something comes to be true within `seconds`. */
export async function comesTrue(isTrue: () => Promise<boolean>, seconds: number): Promise<boolean> {
  for (const end = performance.now() + seconds * 1000; ; ) {
    if (await isTrue().catch(() => false)) return true
    if (performance.now() > end) return false
    await sleep(200)
  }
}
