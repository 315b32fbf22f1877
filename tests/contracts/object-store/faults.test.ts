import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import type { Fault, FaultRequest } from '../../../src/devstack/s3/faults.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { account, startServer } from './development-s3.ts'

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
afterEach(() => server.setFaults())

const content = randomBytes(100_000)
const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const described = { bytes: content.length, sha256: digestOf(content) }
const attempts = 3

async function opened(objectLock = false) {
  const store = openBucket({
    endpoint: server.endpoint,
    region: 'eu-west-1',
    ...account,
    bucket: `faults-${randomUUID()}`,
    objectLock,
    forcePathStyle: true,
    patience: { connect: 1000, answer: 1000, idle: 2000, attempts },
  })
  onTestFinished(() => store.close())
  await store.ensureBucket()
  return store
}

/** Lets the fault happen to the first requests of one operation, and returns those that it saw. */
function failing(operation: FaultRequest['operation'], fault: Fault, times = Number.POSITIVE_INFINITY) {
  const seen: FaultRequest[] = []
  server.setFaults((request) => {
    if (request.operation !== operation) return undefined
    seen.push(request)
    return seen.length <= times ? fault : undefined
  })
  return seen
}

describe('a storage that fails', () => {
  test.each<Fault>([{ status: 503 }, { status: 500 }, 'reset', 'timeout', 'lost-answer'])(
    'is asked again after %j, and then all is well',
    async (fault) => {
      const store = await opened()
      failing('PutObject', fault, 1)
      expect((await store.put('k', content, described)).created).toBe(true)
      failing('GetObject', fault, 1)
      expect(content.equals(await buffer(await store.get('k')))).toBe(true)
    },
  )

  test.each<Fault>([{ status: 503 }, { status: 500 }, 'reset', 'timeout'])(
    'is away when %j goes on, after a bounded number of tries',
    async (fault) => {
      const store = await opened()
      const seen = failing('PutObject', fault)
      await expect(store.put('k', content, described)).rejects.toMatchObject({ code: 'storage-away' })
      expect(seen).toHaveLength(attempts)
    },
  )

  test('that has the bucket in another region refuses, and is not merely away', async () => {
    const store = await opened()
    failing('GetObject', { status: 301 })
    await expect(store.get('k')).rejects.toMatchObject({ code: 'storage-refused' })
  })

  test('is not asked again when it refuses', async () => {
    const store = await opened()
    const seen = failing('PutObject', { status: 403 })
    await expect(store.put('k', content, described)).rejects.toMatchObject({
      code: 'storage-refused',
      facts: { reason: 'access-denied' },
    })
    expect(seen).toHaveLength(1)
  })

  test('whose answer is lost has one version all the same', async () => {
    const store = await opened(true)
    failing('PutObject', 'lost-answer', 1)
    // The second try finds what the first one wrote.
    expect((await store.put('k', content, { ...described, onlyIfAbsent: true })).created).toBe(false)
    expect(await store.head('k')).toMatchObject(described)
    const versions = []
    for await (const version of store.versions('k')) versions.push(version)
    expect(versions).toHaveLength(1)
  })

  test('that breaks off in the middle of an object is away, and never gives half for the whole', async () => {
    const store = await opened()
    await store.put('k', content, described)
    failing('GetObject', 'half-body')
    await expect(store.get('k').then(buffer)).rejects.toMatchObject({ code: 'storage-away' })
  })

  test('that breaks off once in the middle of an object is asked for it again', async () => {
    const store = await opened()
    const large = randomBytes(9_000_000)
    await store.put('k', large, { bytes: large.length, sha256: digestOf(large) })
    const asked: string[] = []
    server.setFaults(({ operation }) => {
      if (operation !== 'GetObject') return undefined
      return asked.push(operation) === 2 ? 'half-body' : undefined
    })
    expect(large.equals(await buffer(await store.get('k')))).toBe(true)
    expect(asked).toHaveLength(4)
  })

  test('that has another object by the next piece gives no mixture of both', async () => {
    const store = await opened()
    const [one, two] = [randomBytes(9_000_000), randomBytes(9_000_000)]
    await store.put('k', one, { bytes: one.length, sha256: digestOf(one) })
    const reading = await store.get('k')
    await store.put('k', two, { bytes: two.length, sha256: digestOf(two) })
    await expect(buffer(reading)).rejects.toMatchObject({
      code: 'storage-away',
      facts: { reason: 'object-changed' },
    })
  })

  test('keeps nothing of a body that goes wrong, and gives its failure as it is', async () => {
    const store = await opened()
    for (const bytes of [1_000, 30_000_000]) {
      const operations = failingParts(99, 'reset')
      const body = Readable.from(
        (async function* () {
          for (let sent = 0; sent < bytes; sent += 1_000_000) yield Buffer.alloc(Math.min(bytes, 1_000_000))
          throw new Failure('staged-object-damaged')
        })(),
      )
      await expect(store.write('wrong', body)).rejects.toMatchObject({ code: 'staged-object-damaged' })
      expect(operations).not.toContain('CompleteMultipartUpload')
      expect(operations).not.toContain('PutObject')
      expect(operations.at(-1)).toBe(bytes > 1_000 ? 'AbortMultipartUpload' : undefined)
      expect(await store.head('wrong')).toBeUndefined()
    }
  })

  test('that goes away while a body of unknown length is written is given up, and so is the body', async () => {
    const store = await opened()
    failingParts(2, 'reset')
    const body = new Readable({ read: () => void body.push(Buffer.alloc(100_000)) })
    await expect(store.write('endless', body)).rejects.toMatchObject({ code: 'storage-away' })
    expect(body.destroyed).toBe(true)
  })

  test('to which bytes come damaged, that were right here, is worth trying again', async () => {
    const store = await opened()
    failing('PutObject', 'wrong-checksum')
    const damaged = { code: 'storage-away', facts: { reason: 'bad-digest' } }
    await expect(store.put('k', content, described)).rejects.toMatchObject(damaged)
    const wrong = { ...described, sha256: digestOf(Buffer.from('another')) }
    await expect(store.put('k', content, wrong)).rejects.toMatchObject({ code: 'storage-refused' })
  })

  const large = randomBytes(33 * 1024 ** 2)
  const whole = { bytes: large.length, sha256: createHash('sha256').update(large).digest('hex') }

  /** Lets parts fail from the given one on, and returns the operations that were asked for. */
  function failingParts(from: number, fault: Fault) {
    const operations: string[] = []
    server.setFaults(({ operation, query }) => {
      operations.push(operation!)
      return operation === 'UploadPart' && Number(query.get('partNumber')) >= from ? fault : undefined
    })
    return operations
  }

  test('is sent only what is missing of a large object when it is back', async () => {
    const store = await opened(true)
    const retainUntil = new Date(Date.now() + 86_400_000)
    const put = () => store.put('large', large, { ...whole, retainUntil, onlyIfAbsent: true })
    failingParts(4, 'reset')
    await expect(put()).rejects.toMatchObject({ code: 'storage-away' })
    const operations = failingParts(6, 'reset')
    expect(await put()).toMatchObject({ created: true })
    expect(operations.filter((operation) => operation === 'UploadPart')).toHaveLength(2)
    expect(operations).not.toContain('CreateMultipartUpload')
    expect(await store.head('large')).toMatchObject({ ...whole, retainUntil })
    expect(large.equals(await buffer(await store.get('large')))).toBe(true)
  })

  test('is not given the parts of another content under the same key', async () => {
    const store = await opened()
    failingParts(3, 'reset')
    await expect(store.put('large', large, whole)).rejects.toMatchObject({ code: 'storage-away' })
    server.setFaults()
    const other = randomBytes(large.length)
    const digest = createHash('sha256').update(other).digest('hex')
    await store.put('large', other, { bytes: other.length, sha256: digest })
    expect(await store.head('large')).toMatchObject({ sha256: digest })
    expect(other.equals(await buffer(await store.get('large')))).toBe(true)
  })

  test('keeps no parts of what it refused, nor of what is destroyed before it was finished', async () => {
    const store = await opened()
    const refused = failingParts(3, { status: 403 })
    await expect(store.put('large', large, whole)).rejects.toMatchObject({ code: 'storage-refused' })
    expect(refused.at(-1)).toBe('AbortMultipartUpload')
    failingParts(3, 'reset')
    await expect(store.put('large', large, whole)).rejects.toMatchObject({ code: 'storage-away' })
    server.setFaults()
    await store.destroy('la')
    const again = failingParts(99, 'reset')
    await store.put('large', large, whole)
    expect(again.filter((operation) => operation === 'UploadPart')).toHaveLength(5)
  })

  test('names no key and no bucket in its failures', async () => {
    const store = await opened()
    failing('GetObject', { status: 403 })
    const text = await store.get('canary-key').then(
      () => 'no failure',
      (failure: Failure) => failure.message,
    )
    expect(text).toBe('storage-refused reason=access-denied')
  })
})
