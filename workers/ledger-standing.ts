import { Failure } from '../src/domain/failure.ts'
import type { FailureCode } from '../src/domain/failures.ts'

/** With these the database is not what it was when it signed: whatever is done on it now would have to be undone. */
const grave: readonly FailureCode[] = ['ledger-older-than-published', 'ledger-contradicts-published']

type Duty = 'ledger' | 'publication'

/**
 * Whether the database leads to what was given out of the ledger, as far as was seen. While it does not, no work is given
 * out: batches wait.
 */
export function ledgerStanding(): {
  /** Does something that may find out. What it throws is thrown on. */
  watch(duty: Duty, task: () => Promise<void>): Promise<void>
  /** @throws Failure that one of these duties found: ledger-older-than-published, ledger-contradicts-published */
  mustBeGood(...duties: readonly Duty[]): void
} {
  const found = new Map<Duty, Failure>()
  return {
    async watch(duty, task) {
      try {
        await task()
        found.delete(duty)
      } catch (error) {
        const isGrave = error instanceof Failure && grave.includes(error.code)
        // What the other duty found is not this one's: it would never be forgotten.
        if (isGrave && ![...found.values()].includes(error)) found.set(duty, error)
        throw error
      }
    },
    mustBeGood(...duties) {
      for (const duty of duties) {
        const failure = found.get(duty)
        if (failure) throw failure
      }
    },
  }
}
