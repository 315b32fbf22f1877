import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../database.ts'

test('each test file gets a database of its own, with three ways in', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const who = async (database: typeof one.app) =>
    (await sql<{ who: string }>`select current_user as who`.execute(database)).rows[0]?.who
  expect([await who(one.owner), await who(one.app), await who(one.system)]).toEqual([
    'postgres',
    'scelle_app',
    'scelle_system',
  ])
  expect(one.appUrl).not.toBe(two.appUrl)
  await Promise.all([one.drop(), two.drop()])
})
