import { Failure } from '../../domain/failure.ts'
import type { Archives, ObjectStore, OneAtATime } from '../../ports.ts'

/**
 * The archive buckets by the name that the configuration gives them. What is put only if absent is put by one process at a
 * time, because some stores ignore the condition and would keep two versions of one document.
 */
export function openArchives(
  storages: Readonly<Record<string, ObjectStore>>,
  oneAtATime: OneAtATime,
): Archives {
  const known = new Map(Object.entries(storages).map(([name, store]) => [name, guarded(store, oneAtATime)]))
  return {
    of(storage) {
      const found = known.get(storage)
      if (!found) throw new Failure('configuration-invalid', { count: 1, faults: `storages.${storage}` })
      return found
    },
  }
}

const guarded = (store: ObjectStore, oneAtATime: OneAtATime): ObjectStore => ({
  ...store,
  put: (key, body, options) => {
    const put = () => store.put(key, body, options)
    return options.onlyIfAbsent ? oneAtATime(key, put) : put()
  },
})
