import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openHouseClock } from '../../../src/adapters/postgres/house-clock.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const databaseTime = async () =>
  (await sql<{ now: Date }>`select clock_timestamp() as now`.execute(database.system)).rows[0]!.now.getTime()

test('a machine whose clock is an hour ahead, and jumps, gives the time of the database all the same', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
  const over = new AbortController()
  try {
    const clock = openHouseClock(() => database.system)
    expect(clock.now().getTime() - (await databaseTime())).toBeGreaterThan(3_500_000)
    await clock.follow(over.signal, (error) => expect.unreachable(String(error)))
    expect(Math.abs(clock.now().getTime() - (await databaseTime()))).toBeLessThan(5_000)
    vi.setSystemTime(Date.now() - 7 * 86_400_000)
    expect(Math.abs(clock.now().getTime() - (await databaseTime()))).toBeLessThan(5_000)
  } finally {
    over.abort()
    vi.useRealTimers()
  }
})
