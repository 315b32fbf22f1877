import { sql } from 'kysely'
import type { Presence } from '../../plumbing.ts'
import type { Clock } from '../../ports.ts'
import type { Database } from './database.ts'

/** Heartbeats in table `workers`. `database` connects as scelle_system. */
export function openPresence(database: Database, clock: Clock): Presence {
  return {
    async beat({ id, queue, host, pid, startedAt, places, doing = [] }) {
      const beat = { beat_at: clock.now(), doing: JSON.stringify(doing) }
      await database
        .insertInto('workers')
        .values({ id, queue, host, pid, started_at: startedAt, places, ...beat })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(beat))
        .execute()
    },

    async leave(id) {
      await database.deleteFrom('workers').where('id', '=', id).execute()
    },

    /** The last of its kind stays in sight: that it fell silent is what must be seen. */
    async forget(before) {
      await sql`
        delete from workers silent where beat_at < ${before}
          and exists (select from workers other where other.queue = silent.queue and other.beat_at >= ${before})`.execute(
        database,
      )
    },

    list: () =>
      database
        .selectFrom('workers')
        .select([
          'id',
          'queue',
          'host',
          'pid',
          'started_at as startedAt',
          'beat_at as beatAt',
          'places',
          'doing',
        ])
        .orderBy('queue')
        .orderBy('id')
        .execute(),
  }
}
