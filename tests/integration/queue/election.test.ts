import { once } from 'node:events'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openElection } from '../../../src/adapters/postgres/outbox-election.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Stands for election under a name, and notes who reigns. */
function candidate(name: string, reigning: string[]) {
  const retired = new AbortController()
  const standing = openElection(database.systemUrl, { retryMs: 50 }).stand(retired.signal, async (over) => {
    reigning.push(name)
    await once(over, 'abort')
    reigning.splice(reigning.indexOf(name), 1)
  })
  return {
    async retire() {
      retired.abort()
      await standing
    },
  }
}

test('one clock works at a time, and another takes over when it ends', async () => {
  const reigning: string[] = []
  const first = candidate('first', reigning)
  await expect.poll(() => reigning).toEqual(['first'])
  const second = candidate('second', reigning)
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(reigning).toEqual(['first'])
  await first.retire()
  await expect.poll(() => reigning).toEqual(['second'])
  await second.retire()
  expect(reigning).toEqual([])
})

test('a clock that loses its connection stops at once, and is elected anew', async () => {
  const reigning: string[] = []
  const only = candidate('only', reigning)
  await expect.poll(() => reigning).toEqual(['only'])
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'scelle election' and datname = current_database()`.execute(
    database.owner,
  )
  await expect.poll(() => reigning, { interval: 2 }).toEqual([])
  await expect.poll(() => reigning).toEqual(['only'])
  await only.retire()
})
