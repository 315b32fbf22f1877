import { Failure } from '../src/domain/failure.ts'
import type { FailureCode } from '../src/domain/failures.ts'

/** With these the database is not what it was when it signed: whatever is done on it now would have to be undone. */
const grave: readonly FailureCode[] = ['ledger-older-than-published', 'ledger-contradicts-published']

/**
 * Whether the database leads to what was given out of the ledger, as far as was seen. While it does not, no work is given
 * out: batches wait.
 */
export function ledgerStanding(): {
  /** Does something that may find out. What it throws is thrown on. */
  watch<Result>(task: () => Promise<Result>): Promise<Result>
  /** @throws Failure ledger-older-than-published, ledger-contradicts-published */
  mustBeGood(): void
} {
  let found: Failure | undefined
  return {
    async watch(task) {
      try {
        const result = await task()
        found = undefined
        return result
      } catch (error) {
        if (error instanceof Failure && grave.includes(error.code)) found = error
        throw error
      }
    },
    mustBeGood() {
      if (found) throw found
    },
  }
}
