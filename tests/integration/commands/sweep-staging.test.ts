import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fateOfBatchKey } from '../../../src/adapters/postgres/batch-key.ts'
import { sweepStaging } from '../../../src/commands/sweep-staging.ts'
import { type BatchId, newId } from '../../../src/domain/ids.ts'
import { dropOf, ofPatients } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

let works: Works
beforeAll(async () => {
  works = await openWorks()
  await works.decide(await works.patient('SP-1'), 'granted')
})
afterAll(() => works.close())

const sweep = () =>
  sweepStaging({
    store: works.stagingBucket,
    keyOf: (id) => fateOfBatchKey(works.database.system, id),
    clock: works.clock,
  })
const put = (id: BatchId) => {
  const body = Buffer.from('ciphertext')
  const sha256 = createHash('sha256').update(body).digest('hex')
  return works.stagingBucket.put(`${id}/late`, body, { bytes: body.length, sha256 })
}

test('finds what died with its first large object half written', async () => {
  const dead = newId<BatchId>(works.clock.now())
  const body = Readable.from(
    (async function* () {
      yield Buffer.alloc(18_000_000)
      throw new Error('killed')
    })(),
  )
  const put = works.stagingBucket.put(`${dead}/half`, body, { bytes: 20_000_000, sha256: '0'.repeat(64) })
  await expect(put).rejects.toMatchObject({ code: 'storage-away' })
  const left = async () => Readable.from(works.stagingBucket.unfinished(`${dead}/`)).toArray()
  await sweep()
  expect(await left()).toHaveLength(1)
  works.clock.advance(8 * 86_400_000)
  await sweep()
  expect(await left()).toEqual([])
})

test('finds what a late worker put after its batch was closed, and what died before it was a batch; nothing else', async () => {
  const closed = await works.submit(dropOf({ 'a.jpg': [{ text: 'a' }] }, ofPatients({ 'a.jpg': 'SP-1' })))
  await works.run()
  const open = await works.submit(dropOf({ 'a.jpg': [{ text: 'b' }] }))
  const dead = newId<BatchId>(works.clock.now())
  await Promise.all([closed, dead].map(put))
  const before = await works.staged(open)

  expect(await sweep()).toBe(1)
  expect([await works.staged(closed), await works.staged(dead)].map((keys) => keys.length)).toEqual([0, 1])
  works.clock.advance(8 * 86_400_000)
  expect(await sweep()).toBe(1)
  expect(await works.staged(dead)).toEqual([])
  expect(await works.staged(open)).toEqual(before)
})
