import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openOneAtATime } from '../../../src/adapters/postgres/one-at-a-time.ts'
import { openArchives } from '../../../src/adapters/s3/archives.ts'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import type { Lack } from '../../../src/devstack/s3/lacks.ts'
import { hasRadosgw, startRadosgw } from '../../ceph.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { account, startServer } from './development-s3.ts'

/** As Ceph RGW 16 does. */
const lacks: readonly Lack[] = ['conditions', 'locks-of-parts']
const described = (content: Buffer) => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
})
const retainUntil = new Date(Date.now() + 86_400_000)

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.drop())

type Place = { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string }

async function openBare({ endpoint, region, accessKeyId, secretAccessKey }: Place) {
  const at = { endpoint, region, accessKeyId, secretAccessKey, bucket: `racing-${randomUUID()}` }
  const store = openBucket({ ...at, objectLock: true, forcePathStyle: true, patience: { answer: 2000 } })
  onTestFinished(() => store.close())
  await store.ensureBucket()
  const versions = async (key: string) => {
    const found = []
    for await (const one of store.versions(key)) found.push(one)
    return found
  }
  return { store, versions }
}

function raceIn(name: string, place: () => Place): void {
  test(`${name}: of documents deposited by several workers at once one version is kept`, async () => {
    const { store, versions } = await openBare(place())
    const worker = () => openArchives({ here: store }, openOneAtATime(database.system)).of('here')
    const keys = Array.from({ length: 5 }, (_, at) => `document-${at}`)
    const content = randomBytes(100_000)
    const options = { ...described(content), retainUntil, onlyIfAbsent: true }
    const puts = keys.flatMap((key) => [1, 2, 3].map(() => worker().put(key, content, options)))
    const outcomes = await Promise.all(puts)
    expect(outcomes.filter(({ created }) => created)).toHaveLength(keys.length)
    for (const key of keys) expect(await versions(key)).toHaveLength(1)
  })
}

describe('a storage that ignores conditions', () => {
  let server: Awaited<ReturnType<typeof startServer>>
  beforeAll(async () => {
    server = await startServer({ lacks })
  })
  afterAll(() => server?.close())

  test('keeps two versions of what two puts write at once: that is why one waits for the other', async () => {
    const { store, versions } = await openBare({ ...server, ...account })
    const content = randomBytes(100_000)
    const put = () => store.put('raced', content, { ...described(content), onlyIfAbsent: true })
    await Promise.all([put(), put(), put()])
    expect((await versions('raced')).length).toBeGreaterThan(1)
  })

  raceIn('the development server', () => ({ ...server, ...account }))

  test.each([100_000, 17 * 1024 ** 2])('has one version of %d bytes whose answer was lost', async (bytes) => {
    const { store, versions } = await openBare({ ...server, ...account })
    const content = randomBytes(bytes)
    let lost = 0
    server.setFaults(({ operation }) =>
      /^(PutObject|CompleteMultipartUpload)$/.test(operation ?? '') && lost++ === 0
        ? 'lost-answer'
        : undefined,
    )
    onTestFinished(() => server.setFaults())
    const options = { ...described(content), retainUntil, onlyIfAbsent: true }
    await store.put('lost', Readable.from([content]), options)
    expect(lost).toBe(1)
    expect(await versions('lost')).toHaveLength(1)
    expect(await store.head('lost')).toMatchObject({ ...described(content), retainUntil })
  })
})

describe.runIf(hasRadosgw('racing deposits on a real Ceph'))('a real Ceph', () => {
  let ceph: Awaited<ReturnType<typeof startRadosgw>>
  beforeAll(async () => {
    ceph = await startRadosgw()
  })
  afterAll(() => ceph?.stop())
  raceIn('Ceph RGW', () => ceph)
})
