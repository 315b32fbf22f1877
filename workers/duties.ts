import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { DutyName } from '../src/domain/alarm.ts'
import { asFailure, type Failure } from '../src/domain/failure.ts'
import type { Duties } from '../src/plumbing.ts'

/** A duty that failed is tried again after so long at most. */
const againMs = 60_000
/** A duty that goes on as before is written down this often at most. */
const writeMs = 5_000

/**
 * Does something now and every `ms` after it was done, until `over`, and writes down how it went. What goes wrong is
 * logged, and tried again soon.
 */
export async function keepDuty(
  name: DutyName,
  ms: number,
  over: AbortSignal,
  task: () => Promise<unknown>,
  { duties, log }: { duties: Duties; log: Logger },
): Promise<void> {
  const write = dutyReporter(name, { duties, log })
  while (!over.aborted) {
    const failure = await task().then(
      () => undefined,
      (error: unknown) => asFailure(error),
    )
    if (failure) log.warn({ duty: name, code: failure.code }, 'put off')
    if (!over.aborted) write(failure)
    await sleep(failure ? Math.min(ms, againMs) : ms, undefined, { signal: over }).catch(() => {})
  }
}

/** Writes down how a duty goes: at once when that changes, else now and then. It never fails. */
export function dutyReporter(
  name: DutyName,
  { duties, log }: { duties: Duties; log: Logger },
): (failure?: Failure) => void {
  let written = Number.NEGATIVE_INFINITY
  let last: string | undefined
  return (failure) => {
    const now = performance.now()
    if (failure?.code === last && now - written < writeMs) return
    ;[written, last] = [now, failure?.code]
    duties.report(name, failure?.code).catch((error: unknown) => {
      written = Number.NEGATIVE_INFINITY
      log.warn({ duty: name, code: asFailure(error).code }, 'not written down')
    })
  }
}
