import type { BatchId } from '../../domain/ids.ts'
import type { Clock } from '../../ports.ts'

/** Unwrapping at every page would ask the key provider thousands of times a minute. */
const keepFor = 30_000
const keepMost = 32

type Kept = { readonly key: Promise<Buffer>; readonly until: number }

/**
 * A small memory of batch keys. Short, because another process may destroy a key that this one remembers; a refusal is
 * never remembered.
 */
export function rememberKeys(batchKey: (batchId: BatchId) => Promise<Buffer>, clock: Clock) {
  const kept = new Map<BatchId, Kept>()
  /** Never a key that was adopted: there is nobody yet to ask for it again. */
  const dropOldest = (): void => {
    const [oldest] = [...kept].find(([, { until }]) => until !== Number.POSITIVE_INFINITY) ?? []
    if (kept.size > keepMost && oldest !== undefined) kept.delete(oldest)
  }
  const fetch = (batchId: BatchId): Promise<Buffer> => {
    const key = batchKey(batchId)
    const entry = { key, until: clock.now().getTime() + keepFor }
    kept.set(batchId, entry)
    key.catch(() => kept.get(batchId) === entry && kept.delete(batchId))
    dropOldest()
    return key
  }
  return {
    of(batchId: BatchId): Promise<Buffer> {
      const entry = kept.get(batchId)
      if (entry && clock.now().getTime() < entry.until) return entry.key
      kept.delete(batchId)
      return fetch(batchId)
    },
    /** A key that is not recorded yet: kept until it is forgotten. */
    adopt: (batchId: BatchId, key: Buffer): void =>
      void kept.set(batchId, { key: Promise.resolve(key), until: Number.POSITIVE_INFINITY }),
    forget: (batchId: BatchId): void => void kept.delete(batchId),
  }
}
