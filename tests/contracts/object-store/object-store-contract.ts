import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeClient } from '../../../src/adapters/s3/client.ts'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { unfinishedUpload } from '../../../src/adapters/s3/unfinished.ts'
import { Failure } from '../../../src/domain/failure.ts'

/** A real S3 server to hold the contract against, and what is known that it does not keep. */
export type S3UnderTest = {
  readonly endpoint: string
  readonly region: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** The time of its locks moves only by this; without it, tests that need the end of a retention wait for it. */
  readonly letTimePass?: (milliseconds: number) => Promise<void>
  /** `If-None-Match: *` is read past (Ceph RGW 16): of two puts that race, both win. */
  readonly ignoresConditions?: boolean
  /** Checksum headers are neither checked nor kept (Ceph RGW 16). */
  readonly ignoresChecksums?: boolean
  close(): Promise<void>
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const described = (content: Buffer) => ({ bytes: content.length, sha256: sha256(content) })
const refusal = (reason: string) => ({ code: 'storage-refused', facts: { reason } })
const day = 86_400_000

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Failure) return error
  throw new Error(`expected a Failure, got ${String(error)}`)
}

/** What Scellé relies on, of every store that it may be given. */
export function objectStoreContract(name: string, start: () => Promise<S3UnderTest>): void {
  describe(`${name} as an object store`, () => {
    let s3: S3UnderTest
    beforeAll(async () => {
      s3 = await start()
    })
    afterAll(() => s3?.close())

    type More = { objectLock?: boolean; secretAccessKey?: string; bucket?: string; endpoint?: string }
    const open = (more: More = {}) => {
      const { endpoint, region, accessKeyId, secretAccessKey } = s3
      const bucket = more.bucket ?? `contract-${randomUUID()}`
      const account = { endpoint, region, accessKeyId, secretAccessKey }
      const patience = { connect: 2000, attempts: 2 }
      const store = openBucket({ ...account, forcePathStyle: true, patience, ...more, bucket })
      onTestFinished(() => store.close())
      return { ...store, bucket }
    }
    const opened = async (more: More = {}) => {
      const store = open(more)
      await store.ensureBucket()
      return store
    }
    const versionsOf = async (store: ReturnType<typeof open>, prefix: string) => {
      const found = []
      for await (const one of store.versions(prefix)) found.push(one)
      return found
    }

    test('gives back the very bytes that were put', async () => {
      const store = await opened()
      const content = randomBytes(300_000)
      expect(await store.put('a/b é+c.cms', content, described(content))).toMatchObject({ created: true })
      expect(content.equals(await buffer(await store.get('a/b é+c.cms')))).toBe(true)
    })

    test('gives any part of an object, and no more than there is', async () => {
      const store = await opened()
      const content = randomBytes(9_000_000)
      await store.put('parts', content, described(content))
      const part = async (from: number, length: number) => buffer(await store.get('parts', { from, length }))
      for (const [from, length] of [
        [0, 1],
        [8_999_999, 1],
        [1_000, 5_000_000],
        [8_000_000, 9_000_000],
      ] as const)
        expect(content.subarray(from, from + length).equals(await part(from, length))).toBe(true)
      expect(await part(5, 0)).toHaveLength(0)
      expect(await failureOf(part(9_000_000, 1))).toMatchObject({ code: 'storage-refused' })
      expect(content.equals(await buffer(await store.get('parts')))).toBe(true)
    })

    test.each([0, 5, 8 * 1024 ** 2, 20_000_000])(
      'writes a stream of unknown length, and says what it wrote: %i bytes',
      async (bytes) => {
        const store = await opened()
        const content = randomBytes(bytes)
        const cut = function* () {
          for (let at = 0; at < bytes; at += 70_000) yield content.subarray(at, at + 70_000)
        }
        expect(await store.write('written', Readable.from(cut()))).toEqual(described(content))
        expect(content.equals(await buffer(await store.get('written')))).toBe(true)
        expect((await versionsOf(store, 'written')).map((one) => one.bytes)).toEqual([bytes])
      },
    )

    test('tells size and digest of an object, and nothing of one that is not there', async () => {
      const store = await opened()
      const content = Buffer.from('a sealed document')
      await store.put('one', content, described(content))
      expect(await store.head('one')).toMatchObject({ key: 'one', ...described(content) })
      expect(await store.head('two')).toBeUndefined()
    })

    test('keeps an empty object', async () => {
      const store = await opened()
      await store.put('empty', Buffer.alloc(0), described(Buffer.alloc(0)))
      expect(await buffer(await store.get('empty'))).toHaveLength(0)
    })

    test('says that an object is missing', async () => {
      const store = await opened()
      expect(await failureOf(store.get('nowhere'))).toMatchObject({ code: 'object-missing' })
    })

    test('says that the bucket is missing, which is another thing than a missing object', async () => {
      expect(await failureOf(open().get('nowhere'))).toMatchObject(refusal('no-such-bucket'))
    })

    test('makes a bucket once, however often it is asked', async () => {
      const bucket = `contract-${randomUUID()}`
      await Promise.all([opened({ bucket }), opened({ bucket }), opened({ bucket })])
      const late = await opened({ bucket })
      expect(await late.head('nothing-yet')).toBeUndefined()
    })

    test('refuses a body that is not the one whose digest is given', async () => {
      const store = await opened()
      const wrong = { bytes: 4, sha256: sha256(Buffer.from('another')) }
      const failure = await failureOf(store.put('changed', Buffer.from('body'), wrong))
      expect(failure.code).toBe('storage-refused')
      expect(failure.facts.reason).toMatch(/^(bad-digest|x-amz-content-sha256-mismatch)$/)
      expect(await store.head('changed')).toBeUndefined()
    })

    test('refuses a stream that ends before its announced length', async () => {
      const store = await opened()
      const announced = { ...described(Buffer.from('whole')), bytes: 50 }
      const failure = await failureOf(store.put('short', Readable.from([Buffer.from('whole')]), announced))
      expect(failure).toMatchObject(refusal('incomplete-body'))
      expect(await store.head('short')).toBeUndefined()
    })

    test('leaves an object alone that is already there', async () => {
      const store = await opened()
      const first = Buffer.from('first')
      const second = Buffer.from('second')
      await store.put('once', first, described(first))
      const again = await store.put('once', second, { ...described(second), onlyIfAbsent: true })
      expect(again.created).toBe(false)
      expect(await buffer(await store.get('once'))).toEqual(first)
    })

    test('lets one of two puts that race win, and keeps one version', async ({ skip }) => {
      if (s3.ignoresConditions) skip(`${name} ignores If-None-Match`)
      const store = await opened({ objectLock: true })
      const content = Buffer.from('deposited by two workers at once')
      const put = () => store.put('raced', content, { ...described(content), onlyIfAbsent: true })
      const outcomes = await Promise.all([put(), put(), put()])
      expect(outcomes.filter(({ created }) => created)).toHaveLength(1)
      expect(await versionsOf(store, 'raced')).toHaveLength(1)
    })

    test('takes 20 MB in parts, as a stream, whole and verified', async () => {
      const store = await opened({ objectLock: true })
      const content = randomBytes(20_000_000)
      const cut = Array.from({ length: 20 }, (_, at) => content.subarray(at * 1e6, (at + 1) * 1e6))
      const retainUntil = new Date(Date.now() + day)
      const options = { ...described(content), retainUntil, onlyIfAbsent: true }
      expect(await store.put('large', Readable.from(cut), options)).toMatchObject({ created: true })
      expect(await store.head('large')).toMatchObject({ ...described(content), retainUntil })
      expect(sha256(await buffer(await store.get('large')))).toBe(sha256(content))
      expect(await store.put('large', Readable.from(cut), options)).toMatchObject({ created: false })
    })

    test('takes up a large object where it was cut', async () => {
      const store = await opened({ objectLock: true })
      const content = randomBytes(20_000_000)
      const options = { ...described(content), retainUntil: new Date(Date.now() + day), onlyIfAbsent: true }
      const cut = Readable.from(
        (async function* () {
          yield content.subarray(0, 18_000_000)
          throw new Error('the worker lost its source')
        })(),
      )
      expect(await failureOf(store.put('cut', cut, options))).toMatchObject({ code: 'storage-away' })
      expect(await store.head('cut')).toBeUndefined()
      const client = makeClient({ ...s3, bucket: 'any', forcePathStyle: true })
      onTestFinished(() => client.destroy())
      const target = { client, bucket: store.bucket, key: 'cut' }
      const sent = async () =>
        (await unfinishedUpload(target, content.subarray(0, 8 * 1024 ** 2)))?.sent.size ?? 0
      expect(await sent()).toBe(2)
      expect(await store.put('cut', content, options)).toMatchObject({ created: true })
      expect(await sent()).toBe(0)
      expect(sha256(await buffer(await store.get('cut')))).toBe(sha256(content))
      expect(await versionsOf(store, 'cut')).toHaveLength(1)
    })

    test('names what was begun in parts and left, and destroys it with the rest', async () => {
      const store = await opened()
      const content = randomBytes(18_000_000)
      const cut = Readable.from(
        (async function* () {
          yield content
          throw new Error('the worker died')
        })(),
      )
      const options = { bytes: 20_000_000, sha256: sha256(content) }
      expect(await failureOf(store.put('batch/left', cut, options))).toMatchObject({ code: 'storage-away' })
      const named = async () => Readable.from(store.unfinished('batch/')).toArray()
      expect(await named()).toEqual(['batch/left'])
      await store.destroy('batch/')
      expect(await named()).toEqual([])
    })

    test('leaves nothing of a large stream whose digest is not the announced one', async () => {
      const store = await opened()
      const content = Buffer.alloc(17 * 1024 ** 2, 1)
      const wrong = { bytes: content.length, sha256: sha256(Buffer.from('another')) }
      const failure = await failureOf(store.put('large', Readable.from([content]), wrong))
      expect(failure).toMatchObject(refusal('bad-digest'))
      expect(await store.head('large')).toBeUndefined()
    })

    test('lists every version, newest first, deleted ones marked', async () => {
      const store = await opened({ objectLock: true })
      for (const text of ['one', 'two', 'three'])
        await store.put('listed/a', Buffer.from(text), described(Buffer.from(text)))
      await store.put('listed/b', Buffer.from('b'), described(Buffer.from('b')))
      const found = await versionsOf(store, 'listed/')
      expect(found.map(({ key, bytes }) => [key, bytes])).toEqual([
        ['listed/a', 5],
        ['listed/a', 3],
        ['listed/a', 3],
        ['listed/b', 1],
      ])
      expect(new Set(found.map(({ version }) => version)).size).toBe(4)
      expect(found.every(({ deleted }) => !deleted)).toBe(true)
    })

    test('deletes no version before its retention ends', async () => {
      const store = await opened({ objectLock: true })
      const content = Buffer.from('locked')
      const retainUntil = new Date(Date.now() + day)
      const { version } = await store.put('locked', content, { ...described(content), retainUntil })
      expect((await store.head('locked'))?.retainUntil).toEqual(retainUntil)
      expect(await failureOf(store.destroy('locked'))).toMatchObject({
        code: 'storage-refused',
        facts: { reason: 'access-denied' },
      })
      expect(await failureOf(store.destroyObjects(['locked']))).toMatchObject({ code: 'storage-refused' })
      expect(await versionsOf(store, 'locked')).toMatchObject([{ version, deleted: false }])
    })

    test('deletes a version once its retention has ended', async () => {
      const store = await opened({ objectLock: true })
      const content = Buffer.from('locked for a moment')
      const retainUntil = new Date(Date.now() + 3000)
      await store.put('brief', content, { ...described(content), retainUntil })
      await (s3.letTimePass?.(4000) ?? new Promise((resolve) => setTimeout(resolve, 4000)))
      expect(await store.destroy('brief')).toBe(1)
      expect(await versionsOf(store, 'brief')).toEqual([])
    })

    test('lengthens the lock of a version, and never shortens one', async () => {
      const store = await opened({ objectLock: true })
      const content = Buffer.from('kept on')
      const [near, far] = [new Date(Date.now() + day), new Date(Date.now() + 2 * day)]
      const { version } = await store.put('kept', content, { ...described(content), retainUntil: near })
      expect(await store.extendLock('kept', version, far)).toEqual(far)
      expect(await store.extendLock('kept', version, near)).toEqual(far)
      expect((await store.head('kept'))?.retainUntil).toEqual(far)
      expect(await failureOf(store.destroy('kept'))).toMatchObject(refusal('access-denied'))
    })

    test('locks the version that is named, also when a later one lies on it', async () => {
      const store = await opened({ objectLock: true })
      const [first, second] = [Buffer.from('first'), Buffer.from('second')]
      const until = new Date(Date.now() + day)
      const { version } = await store.put('named', first, described(first))
      await store.put('named', second, described(second))
      await store.extendLock('named', version, until)
      expect((await store.head('named'))?.retainUntil).toBeUndefined()
    })

    test('cannot lock what is not there, nor in a bucket that has no Object Lock', async () => {
      const until = new Date(Date.now() + day)
      const locking = await opened({ objectLock: true })
      expect(await failureOf(locking.extendLock('no', undefined, until))).toMatchObject({
        code: 'object-missing',
      })
      const plain = await opened()
      await plain.put('yes', Buffer.from('x'), described(Buffer.from('x')))
      expect(await failureOf(plain.extendLock('yes', undefined, until))).toMatchObject({
        code: 'storage-refused',
      })
    })

    test('refuses a retention in a bucket that has no Object Lock', async () => {
      const store = await opened()
      const content = Buffer.from('would not be kept')
      const options = { ...described(content), retainUntil: new Date(Date.now() + day) }
      expect(await failureOf(store.put('unlocked', content, options))).toMatchObject({
        code: 'storage-refused',
      })
    })

    test('refuses as an archive a bucket that was made without Object Lock', async () => {
      const bucket = `contract-${randomUUID()}`
      await opened({ bucket })
      const failure = await failureOf(open({ bucket, objectLock: true }).ensureBucket())
      expect(failure).toMatchObject(refusal('object-lock-not-enabled'))
    })

    test('destroys everything under a prefix and nothing beside it', async () => {
      const store = await opened()
      const content = Buffer.from('page')
      const keys = [...Array.from({ length: 30 }, (_, n) => `batch-1/${n}`), 'batch-10/0', 'batch-2/0']
      await Promise.all(keys.map((key) => store.put(key, content, described(content))))
      expect(await store.destroy('batch-1/')).toBe(30)
      expect((await versionsOf(store, '')).map(({ key }) => key)).toEqual(['batch-10/0', 'batch-2/0'])
      expect(await store.destroy('batch-1/')).toBe(0)
    })

    test('destroys the objects named, also when some are gone already', async () => {
      const store = await opened()
      const content = Buffer.from('page')
      for (const key of ['a', 'b', 'c']) await store.put(key, content, described(content))
      await store.destroyObjects(['a', 'c', 'gone'])
      await store.destroyObjects(['a'])
      expect((await versionsOf(store, '')).map(({ key }) => key)).toEqual(['b'])
    })

    test('leaves no version behind when objects of a versioned bucket are destroyed', async () => {
      const store = await opened({ objectLock: true })
      const content = Buffer.from('page')
      await store.put('twice', content, described(content))
      await store.put('twice', content, described(content))
      await store.destroyObjects(['twice'])
      expect(await versionsOf(store, '')).toEqual([])
    })

    test('refuses wrong credentials', async () => {
      const bucket = `contract-${randomUUID()}`
      await opened({ bucket })
      const stranger = open({ bucket, secretAccessKey: 'not-the-secret' })
      const content = Buffer.from('x')
      expect(await failureOf(stranger.get('x'))).toMatchObject(refusal('signature-does-not-match'))
      expect(await failureOf(stranger.put('x', content, described(content)))).toMatchObject(
        refusal('signature-does-not-match'),
      )
      expect((await failureOf(stranger.head('x'))).code).toBe('storage-refused')
    })

    test('says that a store that does not answer is away, and not that it refused', async () => {
      const store = open({ endpoint: 'http://127.0.0.1:9' })
      const failure = await failureOf(store.head('x'))
      expect(failure).toMatchObject({ code: 'storage-away', retry: 'later' })
    })
  })
}
