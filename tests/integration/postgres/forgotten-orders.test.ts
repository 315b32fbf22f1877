import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openOutbox } from '../../../src/adapters/postgres/outbox-dispatch.ts'
import { newId, type OutboxId } from '../../../src/domain/ids.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addFullOrganisation, now } from './full-organisation.ts'

const databases: TestDatabase[] = []
let database: TestDatabase
beforeEach(async () => {
  databases.push((database = await createTestDatabase()))
  await addFullOrganisation(database)
  await sql`delete from outbox`.execute(database.owner)
  for (const state of ['done', 'done', 'cancelled', 'failed']) await addOrder(state)
})
afterAll(() => Promise.all(databases.map((one) => one.drop())))

const outbox = () => openOutbox(database.system, { now: () => now })
const hourAfter = new Date(now.getTime() + 3_600_000)
const close = (at: Date) =>
  sql`update batches set closed_at = ${at}, state = 'closed'`.execute(database.owner)

const addOrder = (state: string) =>
  sql`
    insert into outbox (id, organisation_id, batch_id, queue, stage, subject_id, state, created_at, available_at, finished_at)
    select ${newId<OutboxId>(now)}, organisation_id, id, 'page', 'examine-page', gen_random_uuid(), ${state}, ${now}, ${now},
           case when ${state} <> 'waiting' then ${now}::timestamptz end
    from batches`.execute(database.owner)

const left = async () =>
  (await sql<{ state: string }>`select state from outbox order by state`.execute(database.owner)).rows.map(
    ({ state }) => state,
  )

test('forgets what was carried out for a closed batch, and keeps what failed', async () => {
  await close(now)
  expect(await outbox().forget(hourAfter)).toBe(3)
  expect(await left()).toEqual(['failed'])
  expect(await outbox().forget(hourAfter)).toBe(0)
})

test('forgets nothing of a batch that is open, or closed only lately', async () => {
  expect(await outbox().forget(hourAfter)).toBe(0)
  await close(hourAfter)
  expect(await outbox().forget(hourAfter)).toBe(0)
  expect(await left()).toHaveLength(4)
})

test('leaves a closed batch alone while an order of it is open', async () => {
  await close(now)
  await addOrder('waiting')
  expect(await outbox().forget(hourAfter)).toBe(0)
  await sql`update outbox set state = 'done', finished_at = ${now} where state = 'waiting'`.execute(
    database.owner,
  )
  expect(await outbox().forget(hourAfter)).toBe(4)
})
