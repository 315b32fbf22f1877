import { type Actor, custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import { checkIndexKeys, type KeyKeeper, tellAll } from './rotate-keys.ts'

/**
 * Destroys the master key of a former epoch, once nothing is wrapped under it any more. First nothing may be wrapped under it
 * again, then its key is destroyed, then that is told: cut off in between, it is done to its end the next time.
 *
 * @throws Failure key-epoch-current, key-epoch-in-use, not-found, index-key-missing, index-key-differs, key-unavailable
 */
export const retireEpoch = (epoch: number, keeper: KeyKeeper, actor: Actor): Promise<void> =>
  keeper.oneAtATime('master-keys', async () => {
    const { stores, register } = keeper
    const [present] = stores
    const epochs = await Promise.all(stores.map((store) => store.epochs()))
    const known = (await register.census()).find((one) => one.epoch === epoch)
    if (epoch === Math.max(...epochs.flat())) throw new Failure('key-epoch-current', { epoch })
    if (!known && !epochs.flat().includes(epoch)) throw new Failure('not-found', { kind: 'epoch' })
    // With its last epoch a former file goes, and its index key with it.
    if (!(await present.hasIndexKey())) throw new Failure('index-key-missing')
    await checkIndexKeys(stores, register)

    await register.retire(epoch)
    const holders = stores.filter((_, at) => epochs[at]!.includes(epoch))
    for (const store of holders) await store.destroyEpoch(epoch)
    await tellAll(keeper, actor, `master-key-retired/${epoch}`, (organisationId) =>
      custodyEvent('master-key-retired', { organisationId }, { details: { epoch } }),
    )
  })
