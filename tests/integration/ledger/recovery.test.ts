import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { guardLedger } from '../../../src/commands/guard-ledger.ts'
import { diagnoseLedger, recoverLedger } from '../../../src/commands/recover-ledger.ts'
import { away, type LedgerHouse, openLedgerHouse, restoreOlder } from './ledger-house.ts'

let house: LedgerHouse
beforeEach(async () => {
  house = await openLedgerHouse()
})
afterEach(() => house.close())

const grow = async (count: number) => {
  await house.happen(count)
  await house.extend()
}
const guard = () => guardLedger(house.publisher())
const heads = async () => (await house.ledger.checkpoints()).map(({ size }) => size)
const overwrite = (key: string, body: Buffer) =>
  house.archives.north.put(key, body, {
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  })

describe('a database restored from an older state', () => {
  beforeEach(async () => {
    await grow(250)
    await grow(30)
    await house.publish()
    await grow(10)
    await house.publish()
  })

  test('appends nothing, and says why', async () => {
    await restoreOlder(house.database, 250)
    await house.happen(2)
    await expect(house.extend(guard())).rejects.toMatchObject({
      code: 'ledger-older-than-published',
      facts: { size: 250, known: 290, place: 'north/ledger/checkpoint' },
    })
    expect(await house.ledger.waiting()).toBe(2)
    expect(await heads()).toEqual([250])
    expect(await diagnoseLedger(house.publisher())).toEqual({
      size: 250,
      archives: {
        north: { kind: 'database-behind', size: 290 },
        south: { kind: 'database-behind', size: 290 },
      },
    })
  })

  test('is noticed while a process goes on that saw what was signed, though no archive answers', async () => {
    const watcher = guard()
    await house.happen(1)
    await house.extend(watcher)
    await restoreOlder(house.database, 290)
    await house.happen(1)
    await expect(house.extend(watcher)).rejects.toMatchObject({ code: 'ledger-older-than-published' })
  })

  test('gets back what it lacks, entry by entry and head by head, and goes on', async () => {
    const before = await house.ledger.checkpoints()
    await restoreOlder(house.database, 250, 4)
    house.clock.advance(1_000)
    await house.happen(2)
    expect(await house.ledger.waiting()).toBe(6)
    expect(await recoverLedger(house.publisher())).toEqual({ entries: 40, events: 4, rewritten: [] })
    expect(await house.ledger.waiting()).toBe(2)
    const withoutTime = ({ size, root, note, frontier }: (typeof before)[number]) => ({
      size,
      root,
      note,
      frontier,
    })
    expect((await house.ledger.checkpoints()).map(withoutTime)).toEqual(before.map(withoutTime))
    expect(await house.extend(guard())).toBe(2)
    await house.publish()
    expect(await house.verify()).toMatchObject({ findings: [], size: 292, covered: 292, recovered: 36 })
  })

  test('gets back everything when it is empty', async () => {
    await restoreOlder(house.database, 0)
    expect(await recoverLedger(house.publisher())).toMatchObject({ entries: 290, events: 0 })
    expect(await house.verify()).toMatchObject({ findings: [], size: 290, recovered: 290 })
  })

  test('gets nothing back out of an archive where one byte was changed', async () => {
    await restoreOlder(house.database, 250)
    const key = 'ledger/tile/entries/001.p/34'
    const changed = Buffer.from((await house.read(key))!)
    changed[40]! ^= 1
    await overwrite(key, changed)
    await expect(
      recoverLedger({ ...house.publisher({ north: house.archives.north }) }),
    ).rejects.toMatchObject({ code: 'ledger-not-consistent' })
    expect(await heads()).toEqual([250])
  })

  test('is not repaired where it went on by itself: that needs a person', async () => {
    await restoreOlder(house.database, 250)
    await house.happen(60, 2)
    await house.extend()
    await expect(house.extend(guard())).rejects.toMatchObject({ code: 'ledger-contradicts-published' })
    await expect(house.publish()).rejects.toMatchObject({ code: 'ledger-contradicts-published' })
    await expect(recoverLedger(house.publisher())).rejects.toMatchObject({
      code: 'ledger-contradicts-published',
    })
    expect((await diagnoseLedger(house.publisher())).archives['north']).toEqual({
      kind: 'contradiction',
      size: 290,
    })
    expect((await house.verify()).findings).toContainEqual({
      ...{ kind: 'published-head-unknown', archive: 'north', size: 290 },
    })
  })

  test('is told apart from one that went on by itself and is still shorter', async () => {
    await restoreOlder(house.database, 250)
    await house.happen(5, 2)
    await house.extend()
    expect((await diagnoseLedger(house.publisher())).archives['north']).toEqual({
      kind: 'contradiction',
      size: 290,
    })
  })
})

test('a ledger that was never published is gone on with', async () => {
  await house.happen(3)
  expect(await house.extend(guard())).toBe(3)
  expect(await recoverLedger(house.publisher())).toEqual({ entries: 0, events: 0, rewritten: [] })
})

test('published files that were lost or damaged are written again', async () => {
  await grow(300)
  await house.publish()
  await overwrite('ledger/tile/0/000', Buffer.alloc(8192))
  await overwrite('ledger/tile/entries/001.p/44', Buffer.from('no'))
  await overwrite('ledger/checkpoint', Buffer.from('no checkpoint'))
  expect((await house.verify()).tally).toEqual({ 'published-checkpoint-invalid': 1 })
  await expect(house.extend(guard())).rejects.toMatchObject({ code: 'checkpoint-invalid' })
  const { rewritten } = await recoverLedger(house.publisher())
  expect(rewritten.toSorted()).toEqual([
    'north/ledger/checkpoint',
    'north/ledger/tile/0/000',
    'north/ledger/tile/entries/001.p/44',
  ])
  expect((await house.verify()).findings).toEqual([])
})

test('nothing is written again out of a database that does not lead to its own heads', async () => {
  await grow(300)
  await house.publish()
  await overwrite('ledger/tile/0/000', Buffer.alloc(8192))
  await sql`alter table ledger_entries disable trigger all`.execute(house.database.owner)
  await sql`update ledger_entries set entry = 'other' where seq = 3`.execute(house.database.owner)
  await expect(recoverLedger(house.publisher())).rejects.toMatchObject({ code: 'ledger-not-consistent' })
})

test('nothing is repaired while an archive is away', async () => {
  await grow(3)
  const { north, south } = house.archives
  await expect(recoverLedger(house.publisher({ north, south: away(south) }))).rejects.toMatchObject({
    code: 'storage-away',
  })
})
