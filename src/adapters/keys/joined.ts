import { Failure } from '../../domain/failure.ts'
import type { KeyStore } from '../../key-ports.ts'
import type { KeyProvider } from '../../ports.ts'

const rememberMs = 5_000

/**
 * Several places of master keys as one provider: the present one first, then those that keys are being moved away from. An
 * epoch is in one of them; new keys are wrapped where the latest is.
 */
export function joinKeys(stores: readonly [KeyStore, ...KeyStore[]]): KeyProvider {
  if (stores.length === 1) return stores[0]
  let seen: { readonly looks: readonly Look[]; readonly until: number } | undefined
  const look = async (): Promise<readonly Look[]> => {
    const looks = await Promise.allSettled(stores.map((store) => store.epochs()))
    // What is away may be back at once.
    const isWhole = looks.every(({ status }) => status === 'fulfilled')
    seen = isWhole ? { looks, until: performance.now() + rememberMs } : undefined
    return looks
  }
  const lately = (): Promise<readonly Look[]> | readonly Look[] =>
    seen && performance.now() < seen.until ? seen.looks : look()
  const holding = (looks: readonly Look[], epoch: number): KeyStore | undefined =>
    stores.find((_, at) => epochsOf(looks[at]!).includes(epoch))
  return {
    async wrap(key, context) {
      // Each time, and all must answer: one that is away might be the one with the latest epoch.
      const looks = await look()
      refuseAway(looks)
      const latest = looks.map((one) => epochsOf(one).at(-1) ?? 0)
      return stores[latest.indexOf(Math.max(...latest))]!.wrap(key, context)
    },
    async unwrap(wrapped, context) {
      const { epoch } = wrapped
      let store = holding(await lately(), epoch)
      if (!store) {
        const looks = await look()
        store = holding(looks, epoch)
        if (!store) refuseAway(looks)
      }
      if (!store) throw new Failure('key-epoch-unknown', { epoch })
      return store.unwrap(wrapped, context)
    },
    async derive(info) {
      for (const store of stores) if (await store.hasIndexKey()) return store.derive(info)
      throw new Failure('index-key-missing')
    },
  }
}

type Look = PromiseSettledResult<readonly number[]>

const epochsOf = (look: Look): readonly number[] => (look.status === 'fulfilled' ? look.value : [])

function refuseAway(looks: readonly Look[]): void {
  for (const look of looks) if (look.status === 'rejected') throw look.reason
}
