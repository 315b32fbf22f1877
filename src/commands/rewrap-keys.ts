import { type Actor, custodyEvent } from '../domain/custody.ts'
import { asFailure } from '../domain/failure.ts'
import { type FailureCode, failures } from '../domain/failures.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { KeyProvider } from '../ports.ts'
import type { KeptKey, WrappedKind } from '../records.ts'
import { atOnce } from './at-once.ts'
import { type KeyKeeper, tellOfEpoch } from './rotate-keys.ts'

export type Rewrapped = {
  readonly epoch: number
  readonly rewrapped: Readonly<Record<WrappedKind, number>>
  /** Meanwhile destroyed, or wrapped anew by somebody else. */
  readonly passedOver: number
  /** How many could not be unwrapped, by code: they stay as they are. */
  readonly failed: Readonly<Partial<Record<FailureCode, number>>>
}

/** So many keys are read, wrapped anew and written at a time; no transaction is open while the provider is asked. */
const portion = 200
const places = 8

/**
 * Wraps every key of former epochs under the present one, in small transactions, while everything else goes on. What is
 * done stays done: begun again it takes up what is left, also what somebody wrapped under a former epoch meanwhile.
 *
 * @param keys all providers as one
 * @throws Failure key-unavailable; whatever was written until then stays
 */
export async function rewrapKeys(
  keeper: KeyKeeper & { readonly keys: KeyProvider },
  actor: Actor,
  progress: (done: number) => void = () => {},
  signal?: AbortSignal,
): Promise<Rewrapped> {
  const { epoch, provider } = await latestEpoch(keeper)
  await tellOfEpoch(keeper, actor, epoch, provider)
  const rewrapped: Record<WrappedKind, number> = { patient: 0, batch: 0 }
  const failed: Partial<Record<FailureCode, number>> = {}
  let passedOver = 0
  const count = (code: FailureCode) => (failed[code] = (failed[code] ?? 0) + 1)
  for (const organisationId of await keeper.register.controllers())
    for (const kind of ['patient', 'batch'] as const) {
      for await (const some of portions(keeper, organisationId, kind, epoch)) {
        if (signal?.aborted) return { epoch, rewrapped, passedOver, failed }
        const anew = await wrapAnew(keeper.keys, some, count)
        const done = await write(keeper, actor, organisationId, kind, anew)
        rewrapped[kind] += done
        passedOver += anew.length - done
        progress(rewrapped.patient + rewrapped.batch)
      }
    }
  return { epoch, rewrapped, passedOver, failed }
}

async function latestEpoch({ stores }: KeyKeeper) {
  const latest = await Promise.all(
    stores.map(async (store) => ({ provider: store.kind, epoch: (await store.epochs()).at(-1) ?? 0 })),
  )
  return latest.reduce((one, other) => (other.epoch > one.epoch ? other : one))
}

async function* portions(
  { truth }: KeyKeeper,
  organisationId: OrganisationId,
  kind: WrappedKind,
  epoch: number,
): AsyncGenerator<KeptKey[]> {
  let after: string | undefined
  for (;;) {
    const some = await truth.transaction(organisationId, ({ keys }) =>
      keys.notUnder(kind, epoch, portion, after),
    )
    if (some.length === 0) return
    yield some
    after = some.at(-1)!.id
  }
}

type Anew = KeptKey & { readonly anew: Awaited<ReturnType<KeyProvider['wrap']>> }

/** @throws Failure key-unavailable and what else may pass */
async function wrapAnew(
  keys: KeyProvider,
  some: readonly KeptKey[],
  failed: (code: FailureCode) => void,
): Promise<Anew[]> {
  const anew: Anew[] = []
  await atOnce(places, some, async (kept) => {
    try {
      const key = await keys.unwrap(kept.key, kept.context)
      anew.push({ ...kept, anew: await keys.wrap(key, kept.context) })
      key.fill(0)
    } catch (error) {
      const { code } = asFailure(error)
      // An epoch that nobody has will not be had by waiting, here.
      if (failures[code].retry === 'later' && code !== 'key-epoch-unknown') throw error
      failed(code)
    }
  })
  return anew
}

const write = (
  { truth }: KeyKeeper,
  actor: Actor,
  organisationId: OrganisationId,
  kind: WrappedKind,
  anew: readonly Anew[],
): Promise<number> =>
  truth.transaction(organisationId, async (records) => {
    if (anew.length === 0) return 0
    const done = await records.keys.rewrap(kind, anew)
    const epoch = Math.max(...anew.map((one) => one.anew.epoch))
    if (done > 0)
      await records.append(actor, [
        custodyEvent('keys-rewrapped', { organisationId }, { details: { kind, epoch, keys: done } }),
      ])
    return done
  })
