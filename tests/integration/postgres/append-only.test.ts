import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addFullOrganisation, now } from './full-organisation.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await addFullOrganisation(database)
  await sql`insert into ledger_entries (seq, event_id, entry, leaf_hash)
    select 0, id, '\\x7b7d', decode(repeat('00', 32), 'hex') from custody_events limit 1`.execute(
    database.system,
  )
  await sql`insert into ledger_checkpoints (size, root, note, frontier, at)
    values (1, decode(repeat('00', 32), 'hex'), 'note', '{}', ${now})`.execute(database.system)
})
afterAll(() => database.drop())

const changes = {
  UPDATE: (table: string, column: string) =>
    sql`update ${sql.table(table)} set ${sql.ref(column)} = ${sql.ref(column)}`,
  DELETE: (table: string) => sql`delete from ${sql.table(table)}`,
  TRUNCATE: (table: string) => sql`truncate ${sql.table(table)} cascade`,
}

describe.each([
  ['consents', 'status'],
  ['custody_events', 'type'],
  ['ledger_entries', 'entry'],
  ['destructions', 'reason'],
] as const)('%s', (table, column) => {
  test.each(Object.keys(changes) as (keyof typeof changes)[])(
    'refuses %s, even to the owner of the table',
    async (kind) => {
      const statement = changes[kind](table, column)
      await expect(statement.execute(database.owner)).rejects.toMatchObject({ code: 'SC001' })
      await expect(statement.execute(database.app)).rejects.toMatchObject({ code: '42501' })
      await expect(statement.execute(database.system)).rejects.toMatchObject({ code: '42501' })
    },
  )
})

test('a table that consents depend on cannot be emptied with them', async () => {
  await expect(sql`truncate patients cascade`.execute(database.owner)).rejects.toMatchObject({
    code: 'SC001',
  })
})

test('of a checkpoint only the mark that its copy is archived may be set', async () => {
  await sql`update ledger_checkpoints set archived_at = ${now}`.execute(database.system)
  for (const change of [
    sql`update ledger_checkpoints set note = 'another'`,
    sql`update ledger_checkpoints set size = 2`,
    sql`delete from ledger_checkpoints`,
    sql`truncate ledger_checkpoints cascade`,
  ]) {
    await expect(change.execute(database.owner)).rejects.toMatchObject({ code: 'SC001' })
  }
})

test('every custody event waits for the sequencer from the moment that it exists', async () => {
  const { rows } = await sql`
    select e.id from custody_events e left join custody_unsequenced u on u.event_id = e.id
    where u.event_id is null`.execute(database.owner)
  expect(rows).toEqual([])
})
