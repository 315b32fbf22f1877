import type { Presence } from '../../plumbing.ts'
import type { Clock } from '../../ports.ts'
import type { Database } from './database.ts'

/** Heartbeats in table `workers`. `database` connects as scelle_system. */
export function openPresence(database: Database, clock: Clock): Presence {
  return {
    async beat({ id, queue, host, pid, startedAt }) {
      const beat_at = clock.now()
      await database
        .insertInto('workers')
        .values({ id, queue, host, pid, started_at: startedAt, beat_at })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ beat_at }))
        .execute()
    },

    async leave(id) {
      await database.deleteFrom('workers').where('id', '=', id).execute()
    },

    async forget(before) {
      await database.deleteFrom('workers').where('beat_at', '<', before).execute()
    },

    list: () =>
      database
        .selectFrom('workers')
        .select(['id', 'queue', 'host', 'pid', 'started_at as startedAt', 'beat_at as beatAt'])
        .orderBy('queue')
        .orderBy('id')
        .execute(),
  }
}
