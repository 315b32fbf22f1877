import { BatchId, timeOf } from '../domain/ids.ts'
import type { Clock, ObjectStore } from '../ports.ts'

export type SweepParts = {
  /** The bucket of all staging. */
  readonly store: Pick<ObjectStore, 'versions' | 'unfinished' | 'destroy'>
  /** Is the batch's key kept, or destroyed? `unknown`: no such batch is recorded. */
  readonly keyOf: (batchId: BatchId) => Promise<'kept' | 'destroyed' | 'unknown'>
  readonly clock: Clock
}

/** A batch that is being taken in is not recorded yet; none takes so long, and none begins under an id older than a day. */
const grace = 7 * 86_400_000

/**
 * Deletes what nobody can read and nothing leads to: objects of closed batches that a late worker put, or whose deletion
 * failed, and those of submissions that died before their batch was recorded, and their key with them.
 *
 * @returns how many objects were deleted
 */
export async function sweepStaging({ store, keyOf, clock }: SweepParts): Promise<number> {
  let deleted = 0
  for (const batchId of await batchesIn(store)) {
    const key = await keyOf(batchId)
    const isOld = clock.now().getTime() - timeOf(batchId).getTime() > grace
    if (key === 'destroyed' || (key === 'unknown' && isOld)) deleted += await store.destroy(`${batchId}/`)
  }
  return deleted
}

async function batchesIn(store: SweepParts['store']): Promise<ReadonlySet<BatchId>> {
  const found = new Set<BatchId>()
  const note = (key: string) => {
    const batchId = BatchId.safeParse(key.slice(0, key.indexOf('/')))
    if (batchId.success) found.add(batchId.data)
  }
  for await (const { key } of store.versions('')) note(key)
  // A process that died with its first large object has left nothing else.
  for await (const key of store.unfinished('')) note(key)
  return found
}
