import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { openStaging } from '../../../src/adapters/staging/staging.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { BatchId, type DocumentId } from '../../../src/domain/ids.ts'
import type { StagedObject } from '../../../src/domain/staged.ts'
import type { ObjectStore, Staging } from '../../../src/ports.ts'
import type { S3UnderTest } from '../object-store/object-store-contract.ts'

export const newBatch = () => BatchId.parse(randomUUID())

/** Staging whose batch keys live in a map, and whose time stands still until it is moved. */
export async function openTestStaging(s3: S3UnderTest) {
  const { endpoint, region, accessKeyId, secretAccessKey } = s3
  const account = { endpoint, region, accessKeyId, secretAccessKey }
  const patience = { connect: 2000, attempts: 2 }
  const store = openBucket({ ...account, bucket: `staging-${randomUUID()}`, forcePathStyle: true, patience })
  onTestFinished(() => store.close())
  await store.ensureBucket()
  const keys = new Map<string, Buffer>()
  const destroyed = new Set<string>()
  const asked: string[] = []
  const time = { now: new Date('2026-03-01T12:00:00Z') }
  const staging = openStaging({
    store,
    clock: { now: () => time.now },
    batchKey: async (batchId) => {
      asked.push(batchId)
      if (destroyed.has(batchId)) throw new Failure('staging-destroyed', { batchId })
      if (!keys.has(batchId)) keys.set(batchId, randomBytes(32))
      return keys.get(batchId)!
    },
  })
  return { staging, store, destroyed, asked, time }
}

/** What the house relies on, whatever storage its staging lies in. */
export function stagingContract(name: string, start: () => Promise<S3UnderTest>): void {
  describe(`staging on ${name}`, () => {
    let s3: S3UnderTest
    beforeAll(async () => {
      s3 = await start()
    })
    afterAll(() => s3?.close())
    const opened = () => openTestStaging(s3)
    const page = Buffer.from('CANARY-DUPONT page of a medical file')

    test('gives back what was put, from a buffer or a stream', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      for (const content of [page, Buffer.alloc(0), randomBytes(3_000_000)]) {
        const half = content.length >> 1
        const parts = () => Readable.from([content.subarray(0, half), content.subarray(half)])
        for (const put of [content, parts()]) {
          const staged = await staging.put(batch, put)
          expect(staged.bytes).toBe(content.length)
          expect(content.equals(await staging.read(batch, staged))).toBe(true)
        }
      }
    })

    test('stores nothing in clear, neither content nor name', async () => {
      const { staging, store } = await opened()
      const batch = newBatch()
      const { key } = await staging.put(batch, page)
      expect(key).toMatch(new RegExp(`^${batch}/[0-9a-f-]{36}$`))
      const stored = await buffer(await store.get(key))
      expect(stored.includes('CANARY')).toBe(false)
      expect(stored.length).toBeGreaterThan(page.length)
    })

    const streamed = async (staging: Staging, batch: BatchId, object: StagedObject) =>
      buffer(await staging.stream(batch, object))
    /** The stored object with one byte changed. */
    const spoil = async (store: ObjectStore, { key }: StagedObject, at: number) => {
      const sealed = await buffer(await store.get(key))
      sealed[at < 0 ? sealed.length + at : at]! ^= 1
      const sha256 = createHash('sha256').update(sealed).digest('hex')
      await store.put(key, sealed, { bytes: sealed.length, sha256 })
    }

    test('streams what was put', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      for (const content of [Buffer.alloc(0), page, randomBytes(9_000_000)]) {
        const staged = await staging.put(batch, Readable.from([content]))
        expect(content.equals(await streamed(staging, batch, staged))).toBe(true)
      }
    })

    test('ends a stream with a failure when the object, or its record, is another', async () => {
      const { staging, store } = await opened()
      const batch = newBatch()
      const content = randomBytes(5_000_000)
      const staged = await staging.put(batch, content)
      const damaged = { code: 'staged-object-damaged' }
      const wrong = { ...staged, sha256: '0'.repeat(64) }
      await expect(streamed(staging, batch, wrong)).rejects.toMatchObject(damaged)
      await expect(streamed(staging, batch, { ...staged, bytes: 1 })).rejects.toMatchObject(damaged)
      for (const at of [10, 200, 2_500_000, -20]) {
        await spoil(store, staged, at)
        await expect(streamed(staging, batch, staged)).rejects.toMatchObject(damaged)
        await expect(staging.open(batch, staged)).rejects.toMatchObject(damaged)
        await spoil(store, staged, at)
      }
      expect(content.equals(await streamed(staging, batch, staged))).toBe(true)
    })

    test('puts nothing of a stream that fails, be it at its very end', async () => {
      const { staging, store } = await opened()
      const batch = newBatch()
      for (const bytes of [10, 20_000_000]) {
        const source = await staging.put(batch, randomBytes(bytes))
        const unlike = await staging.stream(batch, { ...source, sha256: '0'.repeat(64) })
        await expect(staging.put(batch, unlike)).rejects.toMatchObject({ code: 'staged-object-damaged' })
        await staging.remove(batch, [source])
      }
      const left = []
      for await (const { key } of store.versions(`${batch}/`)) left.push(key)
      expect(left).toEqual([])
    })

    test('gives up a stream whose batch has no key any more', async () => {
      const { staging, destroyed } = await opened()
      const batch = newBatch()
      destroyed.add(batch)
      const content = Readable.from([page])
      await expect(staging.put(batch, content)).rejects.toMatchObject({ code: 'staging-destroyed' })
      expect(content.destroyed).toBe(true)
    })

    test('reads any part of what was put, in any order', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      const content = randomBytes(12_345_678)
      const ranges = await staging.open(batch, await staging.put(batch, Readable.from([content])))
      expect(ranges.bytes).toBe(content.length)
      const from = fc.integer({ min: 0, max: content.length + 5 })
      const length = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 3_000_000 }))
      await fc.assert(
        fc.asyncProperty(from, length, async (from, length) => {
          const read = await ranges.read(from, length)
          expect(read.equals(content.subarray(from, from + length))).toBe(true)
        }),
        { numRuns: 60 },
      )
      const several = [0, 5_000_000, 12_000_000, 5_000_001].map((at) => ranges.read(at, 10))
      expect(Buffer.concat(await Promise.all(several))).toEqual(
        Buffer.concat([0, 5_000_000, 12_000_000, 5_000_001].map((at) => content.subarray(at, at + 10))),
      )
      await ranges.close()
      await expect(ranges.read(0, 1)).rejects.toThrow(RangeError)
    })

    test('reads nothing from an empty content, and nowhere but in it', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      const ranges = await staging.open(batch, await staging.put(batch, Buffer.alloc(0)))
      expect(ranges.bytes).toBe(0)
      expect(await ranges.read(0, 10)).toHaveLength(0)
      for (const [from, length] of [
        [-1, 1],
        [0, -1],
        [0.5, 1],
        [0, Number.NaN],
      ] as const)
        await expect(ranges.read(from, length)).rejects.toThrow(RangeError)
    })

    test('refuses a part that was changed since the whole was found right', async () => {
      const { staging, store } = await opened()
      const batch = newBatch()
      const content = randomBytes(3_000_000)
      const staged = await staging.put(batch, content)
      for (const at of [200, 1_500_000, 2_900_000]) {
        const ranges = await staging.open(batch, staged)
        await spoil(store, staged, at)
        await expect(ranges.read(Math.max(0, at - 5_000), 10_000)).rejects.toMatchObject({
          code: 'staged-object-damaged',
        })
        await spoil(store, staged, at)
        // What failed once is asked for again.
        expect(await ranges.read(0, 10_000)).toEqual(content.subarray(0, 10_000))
      }
    })

    test('refuses a part of another object that took the place of the first', async () => {
      const { staging, store } = await opened()
      const batch = newBatch()
      const staged = await staging.put(batch, randomBytes(3_000_000))
      const other = await staging.put(batch, randomBytes(3_000_000))
      const ranges = await staging.open(batch, staged)
      const sealed = await buffer(await store.get(other.key))
      const sha256 = createHash('sha256').update(sealed).digest('hex')
      await store.put(staged.key, sealed, { bytes: sealed.length, sha256 })
      await expect(ranges.read(2_000_000, 10)).rejects.toMatchObject({ code: 'staged-object-damaged' })
      await store.destroyObjects([staged.key])
      await expect(ranges.read(1_000_000, 10)).rejects.toMatchObject({ code: 'staged-object-missing' })
    })

    test('gives every put a name of its own, so that two attempts never meet', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      const [one, two] = await Promise.all([staging.put(batch, page), staging.put(batch, page)])
      expect(one.key).not.toBe(two.key)
      expect(one.sha256).toBe(two.sha256)
    })

    test('never gives out one object for another, though both are of the batch', async () => {
      const { staging, store } = await opened()
      const batch = newBatch()
      const one = await staging.put(batch, page)
      const two = await staging.put(batch, Buffer.from('another page'))
      const sealed = await buffer(await store.get(two.key))
      const sha256 = createHash('sha256').update(sealed).digest('hex')
      await store.put(one.key, sealed, { bytes: sealed.length, sha256 })
      await expect(staging.read(batch, one)).rejects.toMatchObject({ code: 'staged-object-damaged' })
    })

    test('refuses a record whose digest or size is another', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      const staged = await staging.put(batch, page)
      const damaged = { code: 'staged-object-damaged' }
      await expect(staging.read(batch, { ...staged, sha256: '0'.repeat(64) })).rejects.toMatchObject(damaged)
      await expect(staging.read(batch, { ...staged, bytes: 1 })).rejects.toMatchObject(damaged)
    })

    test("touches no object of another batch under this batch's name", async () => {
      const { staging } = await opened()
      const [mine, theirs] = [newBatch(), newBatch()]
      const staged = await staging.put(theirs, page)
      await expect(staging.read(mine, staged)).rejects.toMatchObject({ code: 'staged-object-missing' })
      await expect(staging.remove(mine, [staged])).rejects.toMatchObject({ code: 'staged-object-missing' })
      expect(await staging.read(theirs, staged)).toEqual(page)
    })

    test('removes single objects, twice if need be', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      const [one, two] = [await staging.put(batch, page), await staging.put(batch, page)]
      expect(await staging.remove(batch, [one])).toBe(1)
      await staging.remove(batch, [one])
      await expect(staging.read(batch, one)).rejects.toMatchObject({ code: 'staged-object-missing' })
      expect(await staging.read(batch, two)).toEqual(page)
    })

    test('destroys all of a batch, also what no record names, and nothing of another', async () => {
      const { staging, store, destroyed } = await opened()
      const [batch, other] = [newBatch(), newBatch()]
      const staged = await staging.put(batch, page)
      await staging.put(batch, page)
      const kept = await staging.put(other, page)
      destroyed.add(batch)
      expect(await staging.destroy(batch)).toBe(2)
      expect(await staging.destroy(batch)).toBe(0)
      expect(await store.head(staged.key)).toBeUndefined()
      await expect(staging.read(batch, staged)).rejects.toMatchObject({ code: 'staging-destroyed' })
      await expect(staging.put(batch, page)).rejects.toMatchObject({ code: 'staging-destroyed' })
      expect(await staging.read(other, kept)).toEqual(page)
    })

    test('says that staging was destroyed, also where the key is still remembered', async () => {
      const { staging, store, destroyed } = await opened()
      const batch = newBatch()
      const staged = await staging.put(batch, page)
      // As another process does it.
      destroyed.add(batch)
      await store.destroy(`${batch}/`)
      await expect(staging.read(batch, staged)).rejects.toMatchObject({ code: 'staging-destroyed' })
    })

    test('asks for the key of a batch once in a while, and at once after it was told to forget', async () => {
      const { staging, asked, time } = await opened()
      const batch = newBatch()
      await Promise.all([1, 2, 3].map(() => staging.put(batch, page)))
      expect(asked).toHaveLength(1)
      time.now = new Date(time.now.getTime() + 31_000)
      await staging.put(batch, page)
      expect(asked).toHaveLength(2)
      staging.forget(batch)
      await staging.put(batch, page)
      expect(asked).toHaveLength(3)
    })

    test('uses an adopted key until it is told to forget it, however many batches pass', async () => {
      const { staging, asked } = await opened()
      const batch = newBatch()
      staging.adopt(batch, randomBytes(32))
      const staged = await staging.put(batch, page)
      for (let other = 0; other < 40; other++) await staging.put(newBatch(), page)
      expect(await staging.read(batch, staged)).toEqual(page)
      expect(asked).not.toContain(batch)
      staging.forget(batch)
      await expect(staging.read(batch, staged)).rejects.toMatchObject({ code: 'staged-object-damaged' })
      expect(asked).toContain(batch)
    })

    test('clears away what was put of one thing, but what is still needed', async () => {
      const { staging } = await opened()
      const batch = newBatch()
      const [one, two] = [randomUUID() as DocumentId, randomUUID() as DocumentId]
      const kept = await staging.put(batch, page, one)
      await staging.put(batch, page, one)
      const others = [await staging.put(batch, page, two), await staging.put(batch, page)]
      expect(await staging.removeAllBut(batch, one, [kept])).toBe(1)
      expect(await staging.removeAllBut(batch, one, [kept])).toBe(0)
      for (const object of [kept, ...others]) expect(await staging.read(batch, object)).toEqual(page)
      expect(await staging.removeAllBut(batch, one, [])).toBe(1)
      await expect(staging.read(batch, kept)).rejects.toMatchObject({ code: 'staged-object-missing' })
    })

    test('remembers no refusal', async () => {
      const { staging, destroyed } = await opened()
      const batch = newBatch()
      destroyed.add(batch)
      await expect(staging.put(batch, page)).rejects.toMatchObject({ code: 'staging-destroyed' })
      destroyed.delete(batch)
      await staging.put(batch, page)
    })
  })
}
