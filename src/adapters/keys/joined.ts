import { Failure } from '../../domain/failure.ts'
import type { KeyProvider, KeyStore } from '../../ports.ts'

/**
 * Several places of master keys as one provider: the present one first, then those that keys are being moved away from. An
 * epoch is in one of them; new keys are wrapped where the latest is.
 */
export function joinKeys(stores: readonly [KeyStore, ...KeyStore[]]): KeyProvider {
  if (stores.length === 1) return stores[0]
  return {
    async wrap(key, context) {
      // All must answer: one that is away might be the one with the latest epoch.
      const latest = await Promise.all(stores.map(async (store) => (await store.epochs()).at(-1) ?? 0))
      return stores[latest.indexOf(Math.max(...latest))]!.wrap(key, context)
    },
    async unwrap(wrapped, context) {
      const store = await storeOf(stores, wrapped.epoch)
      if (!store) throw new Failure('key-epoch-unknown', { epoch: wrapped.epoch })
      return store.unwrap(wrapped, context)
    },
    async derive(info) {
      for (const store of stores) if (await store.hasIndexKey()) return store.derive(info)
      throw new Failure('index-key-missing')
    },
  }
}

/** Where an epoch is. What is away is asked last: it matters only if nobody else has it. */
async function storeOf(stores: readonly KeyStore[], epoch: number): Promise<KeyStore | undefined> {
  let away: unknown
  for (const store of stores) {
    try {
      if ((await store.epochs()).includes(epoch)) return store
    } catch (error) {
      away ??= error
    }
  }
  if (away !== undefined) throw away
  return undefined
}
