import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { DrawnBatch } from './batch.ts'
import type { Site } from './site.ts'

export type Progress = {
  /** Resolves when that share of the batch's orders is carried out, or when nothing has moved for a minute. */
  reached(share: number): Promise<void>
  stop(): void
  /** Carried out, of those that were reckoned with. */
  said(): string
}

/** Follows a batch by the orders that were carried out for it. */
export function followBatch({ owner }: Site, { box, orders }: DrawnBatch): Progress {
  const seen = { done: 0, movedAt: performance.now(), isOver: false }
  void (async () => {
    for (; !seen.isOver; await sleep(250)) {
      const counted = await sql<{ done: number }>`
        select count(*)::int as done from outbox o join batches b on b.id = o.batch_id
        join boxes on boxes.id = b.box_id where boxes.label = ${box} and o.state = 'done'`
        .execute(owner)
        .then(({ rows }) => rows[0]!.done)
        .catch(() => seen.done)
      if (counted !== seen.done) seen.movedAt = performance.now()
      seen.done = counted
    }
  })()
  return {
    async reached(share) {
      const isMoving = () => performance.now() - seen.movedAt < 60_000
      for (; !seen.isOver && seen.done < share * orders && isMoving(); ) await sleep(50)
    },
    said: () => `${seen.done}/${orders}`,
    stop() {
      seen.isOver = true
    },
  }
}
