import { createHash } from 'node:crypto'
import { type Actor, type CustodyEvent, custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { KeyStore } from '../key-ports.ts'
import type { OneAtATime } from '../ports.ts'
import type { EpochRegister, Truth } from '../records.ts'

export type KeyKeeper = {
  /** The present one first, then the one that keys are being moved away from. */
  readonly stores: readonly [KeyStore, ...KeyStore[]]
  readonly register: EpochRegister
  readonly truth: Truth
  readonly oneAtATime: OneAtATime
}

export type Rotation = {
  readonly epoch: number
  readonly provider: KeyStore['kind']
  /** The index key of the former provider was taken over. */
  readonly indexMoved: boolean
}

/**
 * Makes the master key of a new epoch in the present provider. From now on new keys are wrapped under it; those that are
 * wrapped under former epochs stay as they are until they are re-wrapped.
 *
 * @throws Failure key-unavailable, key-store-full, index-key-missing, index-key-differs
 */
export const rotateKeys = (keeper: KeyKeeper, actor: Actor): Promise<Rotation> =>
  keeper.oneAtATime('master-keys', async () => {
    const { stores, register } = keeper
    const [present] = stores
    const indexMoved = await takeIndexKeyOver(stores, register)
    const known = (await register.census()).map(({ epoch }) => epoch)
    // A number is never used twice, even for a key that was destroyed.
    const epoch =
      Math.max(0, ...known, ...(await Promise.all(stores.map((store) => store.epochs()))).flat()) + 1
    await present.makeEpoch(epoch)
    await register.made(epoch)
    await tellOfEpoch(keeper, actor, epoch, present.kind)
    return { epoch, provider: present.kind, indexMoved }
  })

/** Once for each epoch, however often it is told: whatever happened between making a key and telling of it. */
export const tellOfEpoch = (
  keeper: Pick<KeyKeeper, 'register' | 'truth'>,
  actor: Actor,
  epoch: number,
  provider: KeyStore['kind'],
): Promise<void> =>
  tellAll(keeper, actor, `master-key-made/${epoch}`, (organisationId) =>
    custodyEvent('master-key-made', { organisationId }, { details: { epoch, provider } }),
  )

/** Tells every controller, each in the custody events of its own. */
export async function tellAll(
  { register, truth }: Pick<KeyKeeper, 'register' | 'truth'>,
  actor: Actor,
  occasion: string,
  event: (organisationId: OrganisationId) => CustodyEvent,
): Promise<void> {
  for (const organisationId of await register.controllers())
    await truth.transaction(organisationId, (records) =>
      records.append(actor, [event(organisationId)], `${occasion}/${organisationId}`),
    )
}

/** True when the present provider had none. */
async function takeIndexKeyOver(
  [present, ...former]: KeyKeeper['stores'],
  register: EpochRegister,
): Promise<boolean> {
  const hasIndex = await present.hasIndexKey()
  if (!hasIndex) {
    const roots = await Promise.all(former.map((store) => store.indexRoot()))
    const root = roots.find((one) => one !== undefined)
    if (!root) throw new Failure('index-key-missing')
    await present.makeIndexKey(root)
  }
  await checkIndexKeys([present, ...former], register)
  return !hasIndex
}

/** @throws Failure index-key-differs when a provider has another than the database was filled with */
export async function checkIndexKeys(stores: readonly KeyStore[], register: EpochRegister): Promise<void> {
  for (const store of stores) {
    if (!(await store.hasIndexKey())) continue
    const digest = await indexDigest(store)
    await register.keepIndexDigest(digest)
    if (!(await register.indexDigest())?.equals(digest)) throw new Failure('index-key-differs')
  }
}

/** Tells two index keys apart and nothing of them. */
export const indexDigest = async (store: KeyStore): Promise<Buffer> =>
  createHash('sha256')
    .update(await store.derive('scelle/v1/index-check'))
    .digest()
