import type { Logger } from 'pino'
import { keepTimestamps } from '../src/commands/keep-timestamps.ts'
import type { House } from '../src/compose.ts'
import { Failure } from '../src/domain/failure.ts'
import type { FailureCode } from '../src/domain/failures.ts'

/** The clock's duty of trusted time; nothing to do where no authority is configured. */
export const timekeeping =
  (house: House, log: Logger) =>
  async (over: AbortSignal): Promise<void> => {
    const keeper = house.timeKeeper()
    if (!keeper) return
    const { failed, ...done } = await keepTimestamps(keeper, over)
    if (Object.values(done).some((count) => count > 0)) log.info({ duty: 'timestamps', ...done })
    const [code] = Object.keys(failed) as FailureCode[]
    if (code) throw new Failure(code)
  }
