import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { createSealer } from '../../../src/adapters/sealing/sealer.ts'
import { openStaging } from '../../../src/adapters/staging/staging.ts'
import { packPages } from '../../../src/adapters/tar/pack.ts'
import type { BatchFile } from '../../../src/domain/batch.ts'
import type { ConsentQuestion } from '../../../src/domain/consent.ts'
import type { Deposit } from '../../../src/domain/deposit.ts'
import type { Document } from '../../../src/domain/document.ts'
import { type BatchId, type DocumentId, type HostId, newId, type PatientId } from '../../../src/domain/ids.ts'
import { depositDocument } from '../../../src/stages/deposit-document.ts'
import { sealDocument } from '../../../src/stages/seal-document.ts'
import type { Outcome, StageContext } from '../../../src/stages/stage.ts'
import { verifyDeposit } from '../../../src/stages/verify-deposit.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'
import { startServer } from '../../contracts/object-store/development-s3.ts'

// Documents that are sent in parts, on the development S3 server, with the real stages; no database is needed to run one.

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer()
})
afterEach(() => server.setFaults())
afterAll(() => server.close())

const now = new Date()
const patientId = newId<PatientId>(now)
const consent: ConsentQuestion = {
  ...{ patientId, decision: null },
  policy: { kind: 'recommended', legalBasis: 'preventive-medicine' },
}
const context = { signal: new AbortController().signal, now } as unknown as StageContext
const outputOf = <Output>(outcome: Outcome<Output>): Output => {
  if (outcome.kind !== 'completed') throw new Error(outcome.reason)
  return outcome.output
}

async function all<One>(items: AsyncIterable<One>): Promise<One[]> {
  const found: One[] = []
  for await (const one of items) found.push(one)
  return found
}

/** A document of a large master, sealed and staged. */
async function sealedDocument() {
  const bucket = (name: string, objectLock: boolean) =>
    openBucket({ ...server, bucket: `${name}-${randomUUID()}`, forcePathStyle: true, objectLock })
  const [stagingBucket, archive] = [bucket('staging', false), bucket('archive', true)]
  await Promise.all([stagingBucket.ensureBucket(), archive.ensureBucket()])
  const keys = { batch: randomBytes(32), patient: randomBytes(32) }
  const staging = openStaging({
    ...{ store: stagingBucket, batchKey: async () => keys.batch },
    clock: { now: () => now },
  })
  const sealer = createSealer(async () => keys.patient)
  const ports = {
    ...{ staging, sealer, packer: packPages, archives: { of: () => archive } },
    rules: { production: false, languages: ['fra'], lockDays: 1, documentTypes: readDocumentTypes() },
  }
  const batchId = newId<BatchId>(now)
  const master = randomBytes(20_000_000)
  const file = { staged: await staging.put(batchId, Readable.from([master])), kind: 'pdf', isShared: false }
  const document = {
    ...{ id: newId<DocumentId>(now), organisationId: randomUUID(), batchId, patientId },
    access: await staging.put(batchId, Buffer.from('%PDF-1.7\n')),
  } as unknown as Document
  const seal = async (files = [file]) =>
    sealDocument.run(
      {
        ...{ document, pages: [], hostId: randomUUID() as HostId, version: 1 },
        files: files as unknown as (BatchFile & { isShared: boolean })[],
      },
      ports,
      context,
    )
  const { deposits } = outputOf(await seal())
  return {
    ...{ stagingBucket, archive, keys, staging, batchId, document, deposits, file, master, seal },
    deposit: async () =>
      depositDocument.run({ document, deposits, consent, storage: 'main' }, ports, context),
    verify: async () => verifyDeposit.run({ document, deposits, storage: 'main' }, ports, context),
    masterOf: (deposits: readonly Deposit[]) => deposits.find(({ part }) => part === 'master')!,
    versions: async () => (await all(archive.versions(''))).map(({ key }) => key),
    /** Puts the same object with one byte changed on top of it. */
    async spoil(store: typeof archive, key: string, at: number) {
      const bytes = await buffer(await store.get(key))
      bytes[at]! ^= 1
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await store.put(key, bytes, { bytes: bytes.length, sha256 })
    },
  }
}

test('is sealed, deposited and verified, with the digests of its content', async () => {
  const { deposits, masterOf, master, deposit, verify } = await sealedDocument()
  expect(masterOf(deposits)).toMatchObject({
    contentBytes: master.length,
    contentSha256: createHash('sha256').update(master).digest('hex'),
    contentSha512: createHash('sha512').update(master).digest('hex'),
  })
  await deposit()
  expect((await verify()).kind).toBe('completed')
})

test('put, but not locked, by an attempt that was cut off, is locked by the next', async () => {
  const { archive, staging, batchId, deposits, deposit, versions } = await sealedDocument()
  for (const { objectKey, staged, sealedBytes: bytes, sealedSha256: sha256 } of deposits)
    await archive.put(objectKey, await staging.stream(batchId, staged!), { bytes, sha256 })
  const done = outputOf(await deposit()).deposits
  expect(done.map(({ retainUntil }) => retainUntil!.getTime() > now.getTime())).toEqual([true, true, true])
  for (const { objectKey } of deposits)
    expect((await archive.head(objectKey))?.retainUntil?.getTime()).toBeGreaterThan(now.getTime())
  expect(await versions()).toHaveLength(3)
})

test('cut off while it is deposited, is taken up where it was cut, and has one version', async () => {
  const { deposit, verify, versions } = await sealedDocument()
  const isPart =
    (from: number) => (request: { operation?: string | undefined; query: ReadonlyMap<string, string> }) =>
      request.operation === 'UploadPart' && Number(request.query.get('partNumber')) >= from
  server.setFaults((request) => (isPart(3)(request) ? 'reset' : undefined))
  await expect(deposit()).rejects.toMatchObject({ code: 'storage-away' })
  let sent = 0
  server.setFaults((request) => void (isPart(1)(request) && sent++))
  await deposit()
  expect(sent).toBe(1)
  server.setFaults()
  await deposit()
  expect(await versions()).toHaveLength(3)
  expect((await verify()).kind).toBe('completed')
}, 60_000)

test('whose sealed bytes were damaged in the staging leaves nothing in the archive', async () => {
  const { deposit, deposits, masterOf, spoil, stagingBucket, versions, archive } = await sealedDocument()
  await spoil(stagingBucket, masterOf(deposits).staged!.key, 19_000_000)
  await expect(deposit()).rejects.toMatchObject({ code: 'staged-object-damaged' })
  expect((await versions()).filter((key) => key.includes('master'))).toEqual([])
  expect(await all(archive.unfinished(''))).toEqual([])
})

test('whose file was damaged in the staging is not sealed, and nothing more is staged', async () => {
  const { seal, file, spoil, stagingBucket, batchId, deposits } = await sealedDocument()
  await spoil(stagingBucket, file.staged.key, 19_000_000)
  const before = (await all(stagingBucket.versions(`${batchId}/`))).length
  await expect(seal()).rejects.toMatchObject({ code: 'staged-object-damaged' })
  // The access copy of this attempt; attempts that never end are cleared away by name.
  expect((await all(stagingBucket.versions(`${batchId}/`))).length).toBe(before + 1)
  expect(deposits).toHaveLength(3)
})

test.each([300, 10_000_000])('changed in the archive at byte %i is not verified', async (at) => {
  const { deposit, deposits, masterOf, spoil, archive, verify } = await sealedDocument()
  await deposit()
  await spoil(archive, masterOf(deposits).objectKey, at)
  await expect(verify()).rejects.toMatchObject({ code: 'deposit-differs', facts: { part: 'master' } })
})

test('that is as it was deposited, and does not open, says so: it is the key that is wrong', async () => {
  const { deposit, keys, verify } = await sealedDocument()
  await deposit()
  keys.patient = randomBytes(32)
  await expect(verify()).rejects.toMatchObject({
    code: 'envelope-not-authentic',
    facts: { reason: 'key-differs' },
  })
})
