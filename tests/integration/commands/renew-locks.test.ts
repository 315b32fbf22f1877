import { afterAll, beforeAll, expect, test } from 'vitest'
import { openLockedDeposits } from '../../../src/adapters/postgres/locked-deposits.ts'
import { renewLocks } from '../../../src/commands/renew-locks.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { DocumentId } from '../../../src/domain/ids.ts'
import type { Archives } from '../../../src/ports.ts'
import { dropOf, ofPatients } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

const day = 86_400_000
const lockDays = 90
let works: Works
let documentId: DocumentId

beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
  const batch = await works.submit(
    dropOf(
      { 'a.jpg': [{ text: 'kept for long' }] },
      { expected: { folders: 0, documents: 1, pages: 1 }, ...ofPatients({ 'a.jpg': 'SP-1' }) },
    ),
  )
  await works.run()
  documentId = (await works.only(batch)).id
})
afterAll(() => works?.close())

const renew = (archives: Archives = works.ports.archives) =>
  renewLocks({
    ...{ archives, lockDays, truth: works.truth, clock: works.clock },
    deposits: openLockedDeposits(works.database.system),
  })

/** When the locks end: what is recorded, and what the storage keeps. */
const locks = async () => {
  const deposits = await works.deposits(documentId)
  const kept = await Promise.all(deposits.map(({ objectKey }) => works.archive.head(objectKey)))
  expect(kept.map((one) => one?.retainUntil)).toEqual(deposits.map(({ retainUntil }) => retainUntil))
  return deposits.map(({ retainUntil }) => retainUntil!.getTime())
}
const renewals = async () =>
  (await works.events({ documentId })).filter((type) => type === 'lock-renewed').length

test('leaves a lock alone of which more than half is left', async () => {
  const before = await locks()
  expect(before).toHaveLength(3)
  works.clock.advance(44 * day)
  expect(await renew()).toEqual({ renewed: 0, lapsed: 0, failed: {} })
  expect(await locks()).toEqual(before)
})

test('leaves a lock as it is when the storage is away, and says so', async () => {
  const before = await locks()
  works.clock.advance(2 * day)
  const away = async () => {
    throw new Failure('storage-away', { reason: 'no-answer' })
  }
  const archives = { of: () => ({ ...works.archive, extendLock: away }) }
  expect(await renew(archives)).toEqual({ renewed: 0, lapsed: 0, failed: { 'storage-away': 3 } })
  expect(await locks()).toEqual(before)
  expect(await renewals()).toBe(0)
})

test('locks for the whole time again once less than half is left, and records it', async () => {
  expect(await renew()).toEqual({ renewed: 3, lapsed: 0, failed: {} })
  const until = works.clock.now().getTime() + lockDays * day
  expect(await locks()).toEqual([until, until, until])
  expect(await renewals()).toBe(3)
  expect(await renew()).toEqual({ renewed: 0, lapsed: 0, failed: {} })
})

test('keeps deposits beyond deletion for years', async () => {
  for (let year = 0; year < 3; year++)
    for (let month = 0; month < 12; month++) {
      works.clock.advance(31 * day)
      await renew()
    }
  await expect(works.archive.destroy('')).rejects.toMatchObject({ code: 'storage-refused' })
  expect(await works.archived()).toHaveLength(3)
})

test('renews also what nobody renewed in time, and says that it was open meanwhile', async () => {
  works.clock.advance(200 * day)
  expect(await renew()).toEqual({ renewed: 3, lapsed: 3, failed: {} })
  const until = works.clock.now().getTime() + lockDays * day
  expect(await locks()).toEqual([until, until, until])
})

test('renews nothing where nothing is locked', async () => {
  const before = await locks()
  works.clock.advance(80 * day)
  const keeper = { archives: works.ports.archives, truth: works.truth, clock: works.clock, lockDays: 0 }
  await renewLocks({ ...keeper, deposits: openLockedDeposits(works.database.system) })
  expect(await locks()).toEqual(before)
})
