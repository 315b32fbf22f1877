import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Clock } from '../../ports.ts'
import type { Database } from './database.ts'

const lookMs = 10_000

export type HouseClock = Clock & {
  /** Takes the database's time now, and again every ten seconds until `over`. Resolves after the first look. */
  follow(over: AbortSignal, report: (error: unknown) => void): Promise<void>
}

/**
 * The time that all processes of the house share: the database's. Between two looks this process's steady clock carries it
 * on, so that a machine whose own clock is wrong, or jumps, neither hides its orders in the future nor dates events wrongly.
 * Before the first look, or without any, it is the machine's own time.
 */
export function openHouseClock(database: () => Database): HouseClock {
  let taken: { readonly time: number; readonly at: number } | undefined
  const now = (): number => (taken ? taken.time + performance.now() - taken.at : Date.now())

  const look = async (): Promise<void> => {
    const asked = performance.now()
    const { rows } = await sql<{ time: number }>`
      select (extract(epoch from clock_timestamp()) * 1000)::float8 as time`.execute(database())
    const at = performance.now()
    const halfWay = (at - asked) / 2
    const time = rows[0]!.time + halfWay
    // What is less than the look itself may err is no reason to change anything.
    if (!taken || Math.abs(time - now()) > halfWay + 5) taken = { time, at }
  }
  return {
    now: () => new Date(now()),
    async follow(over, report) {
      await look().catch(report)
      void (async () => {
        while (!over.aborted) {
          await sleep(lookMs, undefined, { signal: over, ref: false }).catch(() => {})
          if (!over.aborted) await look().catch(report)
        }
      })()
    },
  }
}
