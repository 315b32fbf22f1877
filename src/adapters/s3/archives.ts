import { Failure } from '../../domain/failure.ts'
import type { Archives, ObjectStore } from '../../ports.ts'

/** The archive buckets by the name that the configuration gives them. */
export function openArchives(storages: Readonly<Record<string, ObjectStore>>): Archives {
  const known = new Map(Object.entries(storages))
  return {
    of(storage) {
      const found = known.get(storage)
      if (!found) throw new Failure('configuration-invalid', { count: 1, faults: `storages.${storage}` })
      return found
    },
  }
}
