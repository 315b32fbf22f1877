import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { extendLedger } from '../../../src/commands/extend-ledger.ts'
import { guardLedger } from '../../../src/commands/guard-ledger.ts'
import { openCheckpoint } from '../../../src/ledger/checkpoint.ts'
import { verifierOf } from '../../../src/ledger/note.ts'
import { formatBundle, tilePath, tilesOfGrowth } from '../../../src/ledger/tiles.ts'
import type { LedgerStore } from '../../../src/records.ts'
import { away, dyingAfter, type LedgerHouse, openLedgerHouse } from './ledger-house.ts'

let house: LedgerHouse
beforeEach(async () => {
  house = await openLedgerHouse()
})
afterEach(() => house.close())

const grow = async (count: number) => {
  await house.happen(count)
  await house.extend()
}
const sizeShown = async (archive = house.archives.north) => {
  const note = await house.read('ledger/checkpoint', archive)
  return note && openCheckpoint(note, [verifierOf(house.signer)]).size
}

test('publishes tiles, bundles and the head, and finds them right', async () => {
  await grow(300)
  expect(await house.publish()).toBe(300)
  await grow(220)
  expect(await house.publish()).toBe(220)
  const growth = [...tilesOfGrowth(0, 300), ...tilesOfGrowth(300, 520)].map(tilePath)
  const paths = [...growth, 'checkpoint', 'checkpoints/0000000000000300', 'checkpoints/0000000000000520']
  expect(await house.keys()).toEqual([...new Set(paths)].map((path) => `ledger/${path}`).sort())
  expect(await house.verify()).toMatchObject({
    ...{ findings: [], size: 520, covered: 520 },
    published: [
      { archive: 'north', size: 520 },
      { archive: 'south', size: 520 },
    ],
  })
})

test('locks what is full, for nothing will ever take its place, and leaves what is not', async () => {
  await grow(300)
  await house.publish()
  const until = new Date(house.clock.now().getTime() + 86_400_000)
  const lockOf = async (path: string) => (await house.archives.north.head(`ledger/${path}`))?.retainUntil
  expect(await lockOf('tile/0/000')).toEqual(until)
  expect(await lockOf('tile/entries/000')).toEqual(until)
  expect(await lockOf('tile/0/001.p/44')).toBeUndefined()
})

test('killed between any two writes, shows no head without its tiles, and goes on to the same end', async () => {
  await grow(260)
  await house.publish()
  await grow(270)
  const { north } = house.archives
  const before = new Set(await house.keys(north))
  for (let writes = 0; ; writes++) {
    const outcome = await house.publish({ north: dyingAfter(writes, north) }).catch((error: unknown) => error)
    const size = (await sizeShown())!
    for (const tile of tilesOfGrowth(0, size)) {
      const key = `ledger/${tilePath(tile)}`
      if (size === 530 || before.has(key)) expect(await house.read(key)).toBeDefined()
    }
    if (outcome === 270 || outcome === 0) break
    expect(outcome).toMatchObject({ code: 'storage-away' })
  }
  await house.publish()
  expect((await house.verify()).findings).toEqual([])
  const versions: string[] = []
  for await (const { key } of north.versions('ledger/tile/')) versions.push(key)
  expect(versions).toHaveLength(new Set(versions).size)
})

test('an archive that is away keeps no other from being published to, and is caught up with', async () => {
  await grow(10)
  const { north, south } = house.archives
  await expect(house.publish({ north: away(north), south })).rejects.toMatchObject({ code: 'storage-away' })
  expect([await sizeShown(north), await sizeShown(south)]).toEqual([undefined, 10])
  expect(await house.ledger.publishedHead()).toBeUndefined()
  await grow(5)
  await house.publish()
  expect([await sizeShown(north), await sizeShown(south)]).toEqual([15, 15])
  expect((await house.ledger.publishedHead())?.size).toBe(15)
})

test('does not publish what does not lead to the signed root', async () => {
  await grow(300)
  await sql`alter table ledger_entries disable trigger all`.execute(house.database.owner)
  await sql`update ledger_entries set leaf_hash = sha256('other') where seq = 290`.execute(
    house.database.owner,
  )
  await expect(house.publish()).rejects.toMatchObject({ code: 'ledger-not-consistent' })
  expect(await sizeShown()).toBeUndefined()
})

test('finds what somebody else wrote where a tile belongs, and leaves the head where it was', async () => {
  await grow(10)
  const other = formatBundle([Buffer.from('{}')])
  await house.archives.north.put('ledger/tile/entries/000.p/10', other, {
    bytes: other.length,
    sha256: createHash('sha256').update(other).digest('hex'),
  })
  await expect(house.publish()).rejects.toMatchObject({
    code: 'ledger-contradicts-published',
    facts: { place: 'north/ledger/tile/entries/000.p/10' },
  })
  expect(await sizeShown()).toBeUndefined()
})

test('an event that no bundle could hold is refused before anything is recorded', async () => {
  const digests = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`d${at}`, '0'.repeat(128)]))
  await expect(house.happen(1, 1, digests)).rejects.toMatchObject({ code: 'entry-too-long' })
  expect(await house.ledger.waiting()).toBe(0)
})

test('signs nothing before every archive has shown its head once, and goes on without one afterwards', async () => {
  const { north, south } = house.archives
  let isAway = true
  const sometimes = {
    ...north,
    get: (...given: Parameters<typeof north.get>) => (isAway ? away(north) : north).get(...given),
  }
  const guard = guardLedger({ ...house.publisher(), archives: { north: sometimes, south } })
  await house.happen(3)
  await expect(house.extend(guard)).rejects.toMatchObject({ code: 'storage-away' })
  expect(await house.ledger.waiting()).toBe(3)
  isAway = false
  expect(await house.extend(guard)).toBe(3)
  isAway = true
  await house.happen(2)
  expect(await house.extend(guard)).toBe(2)
})

test('goes on from a head whose transaction failed: nobody was given it', async () => {
  const guard = guardLedger(house.publisher())
  await house.happen(3)
  const powerCut: LedgerStore['extend'] = (step) =>
    house.ledger.extend(async (...given) => {
      await step(...given)
      throw new Error('power cut')
    })
  const { signer, clock } = house
  const failing = { ...house.ledger, extend: powerCut }
  await expect(extendLedger({ ledger: failing, signer, clock, guard })).rejects.toThrow('power cut')
  expect(await house.extend(guard)).toBe(3)
})

test('a ledger from before there were tiles gets the roots of those that are full', async () => {
  await grow(600)
  const { owner } = house.database
  const kept = async () =>
    (await sql`select * from ledger_subtrees order by level, index`.execute(owner)).rows
  const before = await kept()
  expect(before).toHaveLength(2)
  await sql`alter table ledger_subtrees disable trigger all`.execute(owner)
  await sql`delete from ledger_subtrees`.execute(owner)
  const migration = await readFile('src/adapters/postgres/migrations/0014_public_ledger.sql', 'utf8')
  await sql.raw(migration.slice(migration.indexOf('do $$'))).execute(owner)
  expect(await kept()).toEqual(before)
})
