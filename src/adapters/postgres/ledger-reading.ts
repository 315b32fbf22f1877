import { type Selectable, sql } from 'kysely'
import type { LedgerCosignature, LedgerHead, LedgerStore } from '../../records.ts'
import type { Database } from './database.ts'
import type { Schema } from './schema.ts'

const subtreesAtOnce = 10_000

type Reading = Pick<
  LedgerStore,
  | 'head'
  | 'headAt'
  | 'headsBetween'
  | 'publishedHead'
  | 'entriesFrom'
  | 'hashesFrom'
  | 'subtrees'
  | 'cosignatures'
  | 'latestCosignatures'
>

/** What the ledger is asked by whoever publishes it or proves something of it. */
export const ledgerReading = (database: Database): Reading => ({
  async head() {
    const row = await heads(database).orderBy('size', 'desc').limit(1).executeTakeFirst()
    return row && headOf(row)
  },

  async headAt(size) {
    const row = await heads(database).where('size', '=', size).executeTakeFirst()
    return row && headOf(row)
  },

  async headsBetween(after, upTo) {
    const rows = await heads(database)
      .where('size', '>', after)
      .where('size', '<=', upTo)
      .orderBy('size')
      .execute()
    return rows.map(headOf)
  },

  async publishedHead(cosigners = []) {
    const asked = cosigners.reduce(
      (query, { witness, keyId }) =>
        query.where('size', 'in', (signed) =>
          signed
            .selectFrom('ledger_cosignatures')
            .select('size')
            .where('witness', '=', witness)
            .where('key_id', '=', keyId),
        ),
      heads(database).where('archived_at', 'is not', null),
    )
    const row = await asked.orderBy('size', 'desc').limit(1).executeTakeFirst()
    return row && headOf(row)
  },

  async entriesFrom(seq, count) {
    const rows = await database
      .selectFrom('ledger_entries')
      .select(['seq as at', 'entry as bytes'])
      .where('seq', '>=', seq)
      .where('seq', '<', seq + count)
      .orderBy('seq')
      .execute()
    return unbroken(rows, seq)
  },

  async hashesFrom(tiles) {
    const { rows } = await hashesOf(tiles).execute(database)
    return rows.map(({ hashes }) => hashes)
  },

  async *subtrees() {
    for (let after: readonly [number, number] = [0, -1]; ; ) {
      const rows = await database
        .selectFrom('ledger_subtrees')
        .selectAll()
        .where(sql<boolean>`(level, index) > (${after[0]}, ${after[1]})`)
        .orderBy('level')
        .orderBy('index')
        .limit(subtreesAtOnce)
        .execute()
      yield* rows
      if (rows.length < subtreesAtOnce) return
      const { level, index } = rows.at(-1)!
      after = [level, index]
    }
  },

  async cosignatures(size) {
    const rows = await database
      .selectFrom('ledger_cosignatures')
      .selectAll()
      .where('size', '=', size)
      .orderBy('witness')
      .orderBy('key_id')
      .execute()
    return rows.map(cosignatureOf)
  },

  async latestCosignatures() {
    // From witness to witness by jumping in their index: each has signed thousands of heads.
    const { rows } = await sql<Selectable<Schema['ledger_cosignatures']>>`
      with recursive witnesses (witness, key_id) as (
        (select witness, key_id from ledger_cosignatures order by witness, key_id limit 1)
        union all
        select next.* from witnesses cross join lateral (
          select witness, key_id from ledger_cosignatures
          where (witness, key_id) > (witnesses.witness, witnesses.key_id) order by witness, key_id limit 1) next
      )
      select latest.* from witnesses cross join lateral (
        select * from ledger_cosignatures c where c.witness = witnesses.witness and c.key_id = witnesses.key_id
        order by size desc limit 1) latest
      order by latest.witness, latest.key_id`.execute(database)
    return rows.map(cosignatureOf)
  },
})

type Tiles = Parameters<LedgerStore['hashesFrom']>[0]

/** One question for all; the limit, a tile's width, tells the planner how little each is. */
const hashesOf = (tiles: Tiles) => sql<{ hashes: Buffer }>`
  select coalesce(
    case level when 0 then (
      select string_agg(leaf_hash, '' order by seq) from (
        select seq, leaf_hash, row_number() over (order by seq) as nth from ledger_entries
        where seq >= tile.first and seq < tile.first + tile.width order by seq limit 256) as leaf
      where seq = tile.first + nth - 1)
    else (
      select string_agg(hash, '' order by index) from (
        select index, hash, row_number() over (order by index) as nth from ledger_subtrees
        where level = tile.level and index >= tile.first and index < tile.first + tile.width
        order by index limit 256) as subtree
      where index = tile.first + nth - 1)
    end, '') as hashes
  from unnest(
    ${tiles.map(({ level }) => level)}::int[],
    ${tiles.map(({ index }) => index * 256)}::bigint[],
    ${tiles.map(({ width }) => width)}::int[]
  ) with ordinality as tile(level, first, width, place)
  order by place`

const heads = (database: Database) => database.selectFrom('ledger_checkpoints').selectAll()

/** Up to the first that is missing: what comes after a hole is not what it seems. */
function unbroken(rows: readonly { at: number; bytes: Buffer }[], from: number): Buffer[] {
  const hole = rows.findIndex(({ at }, place) => at !== from + place)
  return (hole === -1 ? rows : rows.slice(0, hole)).map(({ bytes }) => bytes)
}

const cosignatureOf = ({
  key_id,
  ...cosignature
}: Selectable<Schema['ledger_cosignatures']>): LedgerCosignature => ({ ...cosignature, keyId: key_id })

/** Of the columns, those that a head has. */
export const headOf = ({
  size,
  root,
  note,
  frontier,
  at,
}: Selectable<Schema['ledger_checkpoints']>): LedgerHead => ({
  ...{ size, root, note, frontier, at },
})
