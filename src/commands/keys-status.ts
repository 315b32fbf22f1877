import { asFailure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { KeyStore } from '../key-ports.ts'
import type { EpochCensus, EpochRegister } from '../records.ts'
import { indexDigest } from './rotate-keys.ts'

export type KeysStatus = {
  /** The present provider first. `epochs` is null when it does not answer, and `code` says why. */
  readonly stores: readonly {
    readonly kind: KeyStore['kind']
    readonly epochs: readonly number[] | null
    readonly code?: FailureCode
  }[]
  /** Those of the database and of the providers, ascending. */
  readonly epochs: readonly (Omit<EpochCensus, 'madeAt'> & {
    readonly madeAt: Date | null
    /** Where its key is. */
    readonly in: readonly KeyStore['kind'][]
    readonly isPresent: boolean
  })[]
  /** Whether providers have the index key that the database was filled with; `untold` before that was ever noted. */
  readonly index: 'agrees' | 'differs' | 'missing' | 'away' | 'untold'
  /** Keys under an epoch that no provider has: what they protect cannot be read here. */
  readonly lost: number
}

/** What the providers hold, and what is wrapped under it. Changes nothing; a provider that is away is said to be. */
export async function keysStatus(stores: readonly KeyStore[], register: EpochRegister): Promise<KeysStatus> {
  const held = await Promise.all(stores.map(heldBy))
  const census = await register.census()
  const numbers = new Set([
    ...census.map(({ epoch }) => epoch),
    ...held.flatMap(({ epochs }) => epochs ?? []),
  ])
  const present = Math.max(0, ...held.flatMap(({ epochs }) => epochs ?? []))
  const epochs = [...numbers]
    .sort((one, other) => one - other)
    .map((epoch) => ({
      ...(census.find((one) => one.epoch === epoch) ?? unseen(epoch)),
      in: held.filter((store) => store.epochs?.includes(epoch)).map(({ kind }) => kind),
      isPresent: epoch === present,
    }))
  const allAnswer = held.every((store) => store.epochs !== null)
  const lost = epochs
    .filter((epoch) => epoch.in.length === 0)
    .reduce((sum, { wrapped }) => sum + wrapped.patient + wrapped.batch, 0)
  return { stores: held, epochs, index: await indexState(stores, register), lost: allAnswer ? lost : 0 }
}

const unseen = (epoch: number) => ({
  ...{ epoch, madeAt: null, escrowedAt: null, retiredAt: null },
  wrapped: { patient: 0, batch: 0 },
})

async function heldBy(store: KeyStore): Promise<KeysStatus['stores'][number]> {
  try {
    return { kind: store.kind, epochs: await store.epochs() }
  } catch (error) {
    return { kind: store.kind, epochs: null, code: asFailure(error).code }
  }
}

async function indexState(
  stores: readonly KeyStore[],
  register: EpochRegister,
): Promise<KeysStatus['index']> {
  try {
    const digests = await Promise.all(
      stores.map(async (store) => ((await store.hasIndexKey()) ? indexDigest(store) : undefined)),
    )
    const found = digests.filter((digest) => digest !== undefined)
    if (found.length === 0) return 'missing'
    const noted = await register.indexDigest()
    const first = noted ?? found[0]!
    if (!found.every((digest) => digest.equals(first))) return 'differs'
    return noted ? 'agrees' : 'untold'
  } catch {
    return 'away'
  }
}
