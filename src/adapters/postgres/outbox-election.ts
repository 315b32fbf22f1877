import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Election } from '../../plumbing.ts'
import { dedicatedClient, lossOf } from './outbox-listen.ts'

/** Any number of ours: who holds this lock is elected. */
const office = 7_342_551_094

/** Election by a session's advisory lock: PostgreSQL frees the office when the connection of its holder ends. */
export function openElection(
  url: string,
  options: { retryMs?: number; report?: (error: unknown) => void } = {},
): Election {
  const { retryMs = 2_000, report = () => {} } = options
  return {
    async stand(signal, reign) {
      while (!signal.aborted) {
        try {
          await standOnConnection(url, signal, reign, retryMs)
        } catch (error) {
          report(error)
        }
        await sleep(retryMs, undefined, { signal }).catch(() => {})
      }
    },
  }
}

async function standOnConnection(
  url: string,
  signal: AbortSignal,
  reign: (over: AbortSignal) => Promise<void>,
  retryMs: number,
): Promise<void> {
  const client = dedicatedClient(url, 'scelle election')
  const loss = new AbortController()
  lossOf(client).catch(() => loss.abort())
  const over = AbortSignal.any([signal, loss.signal])
  try {
    await client.connect()
    while (!over.aborted) {
      if (await isElected(client)) return await reign(over)
      await sleep(retryMs, undefined, { signal: over }).catch(() => {})
    }
  } finally {
    await client.end().catch(() => {})
  }
}

async function isElected(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ elected: boolean }>('select pg_try_advisory_lock($1) as elected', [
    office,
  ])
  return rows[0]?.elected === true
}
