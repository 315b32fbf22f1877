import { custodyEvent } from '../domain/custody.ts'
import { lockRenewal } from '../domain/deposit.ts'
import { asFailure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { Archives, Clock, LockedDeposit, LockedDeposits } from '../ports.ts'
import type { Truth } from '../records.ts'
import { atOnce } from './at-once.ts'

export type LockKeeper = {
  readonly deposits: LockedDeposits
  readonly truth: Truth
  readonly archives: Archives
  readonly clock: Clock
  /** 0: nothing is locked, so nothing is renewed. */
  readonly lockDays: number
}

export type Renewals = {
  readonly renewed: number
  /** Locks that had ended before they were renewed: the archive was unprotected for a while. */
  readonly lapsed: number
  /** How many could not be renewed, by code. */
  readonly failed: Readonly<Partial<Record<FailureCode, number>>>
}

/** So many at a time: storages answer slowly, and there may be many. */
const places = 8

/**
 * Lengthens every lock of the archive that is past its half, so that retention is enforced for as long as it runs. What cannot
 * be renewed is counted, hinders no other, and is met again next time. It may be stopped between any two.
 */
export async function renewLocks(keeper: LockKeeper, signal?: AbortSignal): Promise<Renewals> {
  const renewals = { renewed: 0, lapsed: 0, failed: {} as Partial<Record<FailureCode, number>> }
  if (keeper.lockDays === 0) return renewals
  const now = keeper.clock.now()
  const { dueBefore, until } = lockRenewal(now, keeper.lockDays)
  const away = new Set<string>()
  const renewOne = async (deposit: LockedDeposit): Promise<void> => {
    if (deposit.retainUntil < now) renewals.lapsed++
    try {
      if (!away.has(deposit.storage)) await renew(deposit, until, keeper)
      else return countFailure(renewals.failed, 'storage-away')
      renewals.renewed++
    } catch (error) {
      const { code } = asFailure(error)
      if (code === 'storage-away') away.add(deposit.storage)
      countFailure(renewals.failed, code)
    }
  }
  await atOnce(places, keeper.deposits.endingBefore(dueBefore), renewOne, signal)
  return renewals
}

const countFailure = (failed: Partial<Record<FailureCode, number>>, code: FailureCode): void => {
  failed[code] = (failed[code] ?? 0) + 1
}

/** First the storage, then the record of it: a crash in between is made good by the next renewal. */
async function renew(deposit: LockedDeposit, until: Date, { archives, truth }: LockKeeper): Promise<void> {
  const { organisationId, batchId, documentId, part, version, hostId } = deposit
  const retainUntil = await archives
    .of(deposit.storage)
    .extendLock(deposit.objectKey, deposit.objectVersion ?? undefined, until)
  await truth.transaction(organisationId, async (records) => {
    await records.deposits.change(documentId, part, version, { retainUntil })
    await records.append('clock.renew-locks', [
      custodyEvent(
        'lock-renewed',
        { batchId, documentId, hostId },
        {
          digests: { sealed: deposit.sealedSha256 },
          details: { part, version, until: retainUntil.toISOString().slice(0, 10) },
        },
      ),
    ])
  })
}
