import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { prepareQueues, type QueueBackend } from '../../../src/adapters/bullmq/backend.ts'
import { startRedis } from '../../redis.ts'
import type { House } from './house.ts'

export const prefix = 'scelle_queue'

export type OpenedBackend = {
  readonly backend: QueueBackend
  /** Makes the queue forget everything it holds. */
  lose(): Promise<void>
  stop(): Promise<void>
}

/** BullMQ's schema beside ours, used by the role that the processes have. */
export async function openPostgres({ database }: House): Promise<OpenedBackend> {
  await prepareQueues({ kind: 'postgres', url: database.ownerUrl }, prefix, ['scelle_system'])
  return {
    backend: { kind: 'postgres', url: database.systemUrl },
    lose: async () => void (await sql`delete from ${sql.table(`${prefix}.job`)}`.execute(database.owner)),
    stop: async () => {},
  }
}

export async function openRedis(): Promise<OpenedBackend> {
  const { url, stop } = await startRedis()
  return {
    backend: { kind: 'redis', url },
    async lose() {
      const client = new Redis(url)
      await client.flushall()
      client.disconnect()
    },
    stop,
  }
}
