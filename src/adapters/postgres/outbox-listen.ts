import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { BatchId } from '../../domain/ids.ts'
import type { Announcement, Announcements } from '../../plumbing.ts'
import { cancelChannel, outboxChannel } from './outbox.ts'

/** Announcements by LISTEN, on a connection of its own. `report` hears of lost connections. */
export function openAnnouncements(url: string, report: (error: unknown) => void = () => {}): Announcements {
  return {
    listen(heard) {
      const over = new AbortController()
      const listening = listenUntil(over.signal, url, heard, report)
      return {
        async close() {
          over.abort()
          await listening
        },
      }
    },
  }
}

async function listenUntil(
  over: AbortSignal,
  url: string,
  heard: (announcement: Announcement) => void,
  report: (error: unknown) => void,
): Promise<void> {
  while (!over.aborted) {
    const client = dedicatedClient(url, 'scelle listen')
    const lost = lossOf(client)
    try {
      await client.connect()
      client.on('notification', ({ channel, payload }) => {
        const announcement = announcementOf(channel, payload)
        if (announcement) heard(announcement)
      })
      await client.query(`listen ${outboxChannel}; listen ${cancelChannel}`)
      heard({ kind: 'orders-waiting' }) // some may have come while nobody listened
      await lostOrOver(lost, over)
    } catch (error) {
      report(error)
      await sleep(1_000, undefined, { signal: over }).catch(() => {})
    } finally {
      await client.end().catch(() => {})
    }
  }
}

function announcementOf(channel: string, payload = ''): Announcement | undefined {
  if (channel === outboxChannel) return { kind: 'orders-waiting' }
  const batchId = BatchId.safeParse(payload)
  return batchId.success ? { kind: 'batch-cancelled', batchId: batchId.data } : undefined
}

/** A connection outside the pools whose death is noticed in half a minute, here and by the server. */
export function dedicatedClient(url: string, name: string): pg.Client {
  return new pg.Client({
    connectionString: url,
    application_name: name,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=4',
  })
}

/** Rejects when the connection is lost. */
export function lossOf(client: pg.Client): Promise<never> {
  const lost = Promise.withResolvers<never>()
  client.on('error', lost.reject)
  client.on('end', () => lost.reject(new Error('the connection ended')))
  lost.promise.catch(() => {})
  return lost.promise
}

/** Resolves once it is over. What waits goes with the connection: `over` outlives many. @throws what `lost` rejects with */
async function lostOrOver(lost: Promise<never>, over: AbortSignal): Promise<void> {
  const ended = Promise.withResolvers<void>()
  const end = () => ended.resolve()
  over.addEventListener('abort', end)
  if (over.aborted) end()
  try {
    await Promise.race([lost, ended.promise])
  } finally {
    over.removeEventListener('abort', end)
  }
}
