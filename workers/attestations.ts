import type { Logger } from 'pino'
import { attestBatches } from '../src/commands/attest-batches.ts'
import type { House } from '../src/compose.ts'
import { Failure } from '../src/domain/failure.ts'
import type { FailureCode } from '../src/domain/failures.ts'

/** The clock's duty of deposit attestations; nothing to do where nobody signs. */
export const attesting =
  (house: House, log: Logger) =>
  async (over: AbortSignal): Promise<void> => {
    const notary = await house.notary()
    if (!notary) return
    const { failed, ...done } = await attestBatches(notary, over)
    if (Object.values(done).some((count) => count > 0)) log.info({ duty: 'attestations', ...done })
    const [code] = Object.keys(failed) as FailureCode[]
    if (code) throw new Failure(code)
  }
