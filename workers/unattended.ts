import type { Presence } from '../src/plumbing.ts'
import type { Clock } from '../src/ports.ts'

/** A worker that was not heard of for so long works no more: three heartbeats. */
const silentMs = 30_000

/** Which of these orders, which their queue takes to be at work, has nobody worked on for a while? */
export type Unattended = (queue: string, orderIds: readonly string[]) => Promise<ReadonlySet<string>>

/**
 * Looks for orders that no living worker says it works on. A queue frees what a dead worker had by the clocks of the
 * machines: one that was an hour ahead for a moment keeps it from looking for an hour.
 *
 * @param afterMs how long nobody may say so; a worker that took an order says it with its next heartbeat
 */
export function watchUnattended(
  { presence, clock }: { presence: Presence; clock: Clock },
  afterMs: number,
): Unattended {
  const seen = new Map<string, ReadonlyMap<string, number>>()
  return async (queue, orderIds) => {
    if (orderIds.length === 0) return new Set()
    const heardSince = clock.now().getTime() - silentMs
    const living = (await presence.list()).filter(({ beatAt }) => beatAt.getTime() >= heardSince)
    const attended = new Set<string | undefined>(
      living.flatMap(({ doing = [] }) => doing.map(({ orderId }) => orderId)),
    )
    const before = seen.get(queue)
    const now = performance.now()
    const alone = new Map(
      orderIds.filter((id) => !attended.has(id)).map((id) => [id, before?.get(id) ?? now] as const),
    )
    seen.set(queue, alone)
    return new Set([...alone].filter(([, since]) => now - since >= afterMs).map(([id]) => id))
  }
}
