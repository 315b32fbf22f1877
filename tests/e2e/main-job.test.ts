import { execFile } from 'node:child_process'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer, text as textOf } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/database.ts'
import { attributeDocument } from '../../src/commands/attribute-document.ts'
import { releaseBatch } from '../../src/commands/decide-batch.ts'
import { correctDocument } from '../../src/commands/correct-document.ts'
import { makeProof } from '../../src/commands/make-proof.ts'
import { exportSealed, fetchDocument } from '../../src/commands/read-document.ts'
import { readFindings } from '../../src/commands/read-findings.ts'
import { readText } from '../../src/commands/read-text.ts'
import { recordConsent } from '../../src/commands/record-consent.ts'
import { verifyLedger } from '../../src/commands/verify-ledger.ts'
import { type DroppedBatch, dropBatches } from '../../src/devstack/demo/drop.ts'
import { smallCrew } from '../../src/devstack/processes.ts'
import type { ConsentDecision, ConsentStatus } from '../../src/domain/consent.ts'
import type { DocumentId, PatientId } from '../../src/domain/ids.ts'
import { readIndex } from '../../src/domain/words-index.ts'
import { checkProof } from '../../src/proof/check.ts'
import { noTrust } from '../../src/proof/trust.ts'
import { type Leak, loadCanaries, scanDatabase, scanFolder, scanProcesses } from '../canaries.ts'
import { archivedVersions, expectedOf, outcomeOf, startTestHouse, type TestHouse } from '../house.ts'
import { hasRedis, startRedis, type TestRedis } from '../redis.ts'
import { isInstalled } from '../tools.ts'

const run = promisify(execFile)

const decision = (status: ConsentStatus): ConsentDecision => ({
  ...{ purpose: 'digitisation', status, noticeVersion: '2026-1', channel: 'paper', decidedAt: new Date() },
  ...{ evidenceSha256: null, legalBasis: null, decidedBy: null, expiresAt: null },
})

const backends = ['postgres', ...(hasRedis('the main job, end to end, on Redis') ? ['redis'] : [])] as const

describe.each(backends)('five sample batches, with the queue on %s', (backend) => {
  let redis: (TestRedis & { directory?: string }) | undefined
  let test_: TestHouse
  let dropped: DroppedBatch[]
  let canaries: string[]
  const seenWhileRunning: Leak[] = []
  let looks = 0

  const everywhere = async (): Promise<Leak[]> => {
    const owner = openDatabase({ url: test_.house.settings.database.ownerUrl! })
    try {
      return [
        ...(await scanDatabase(owner, canaries)),
        ...(await scanFolder(test_.directory, canaries, [test_.stack.inbox])),
        ...(redis ? await scanRedis(redis.url) : []),
        ...(await scanProcesses(canaries)),
      ]
    } finally {
      await owner.destroy()
    }
  }

  /** Asks Redis for everything that it holds, whatever its type. */
  const scanRedis = async (url: string): Promise<Leak[]> => {
    const { port } = new URL(url)
    const { stdout } = await run('sh', ['-c', 'redis-cli -p "$0" --rdb - 2>/dev/null', port], {
      encoding: 'buffer',
      maxBuffer: 2 ** 28,
    })
    expect(stdout.length).toBeGreaterThan(100)
    return canaries.filter((canary) => stdout.includes(canary)).map((canary) => ({ where: 'redis', canary }))
  }

  beforeAll(async () => {
    canaries = await loadCanaries()
    if (backend === 'redis') redis = await startRedis()
    test_ = await startTestHouse({ crew: smallCrew, ...(redis ? { redisUrl: redis.url } : {}) })
    const before = new Set(await readdir(tmpdir()))
    dropped = await dropBatches(test_.stack.inbox)
    const over = new AbortController()
    const looking = lookAround(over.signal)
    await test_.untilQuiet(dropped)
    over.abort()
    await looking

    async function lookAround(signal: AbortSignal) {
      for (; !signal.aborted; looks++) {
        seenWhileRunning.push(...(await everywhere()))
        for (const name of (await readdir(tmpdir())).filter(
          (one) => !before.has(one) && one.startsWith('scelle'),
        ))
          seenWhileRunning.push(
            ...(await scanFolder(path.join(tmpdir(), name), canaries, [test_.stack.inbox])),
          )
        await sleep(5_000, undefined, { signal }).catch(() => {})
      }
    }
  }, 600_000)

  afterAll(async () => {
    await test_?.stop()
    await redis?.stop()
  })

  test('every file and document ends in the state, and for the reason, that it should', async () => {
    for (const batch of dropped) expect(await outcomeOf(test_, batch), batch.name).toEqual(expectedOf(batch))
  })

  test('no object of the archive has two versions, and each document has three objects', async () => {
    const versions = await archivedVersions(test_)
    const verified = (
      await test_.house.views().documents(test_.organisationId, { states: ['verified'], limit: 100 })
    ).length
    const objects = [...versions.keys()].filter((key) => key.endsWith('.cms'))
    expect(objects).toHaveLength(3 * verified)
    expect([...versions.values()].filter((count) => count !== 1)).toEqual([])
  })

  test('the ledger verifies, against the copies in the archive too', async () => {
    const { house } = test_
    for (
      let tries = 0;
      tries < 40 && ((await house.ledger().waiting()) > 0 || (await house.ledger().unarchived()).length > 0);
      tries++
    )
      await sleep(250)
    const report = await verifyLedger(house.ledger(), house.signer(), house.archiveBuckets())
    expect(report.findings).toEqual([])
    expect(report.size).toBeGreaterThan(200)
    expect(report.covered).toBe(report.size)
    expect(report.archived).toBeGreaterThan(0)
  })

  test('no name and no NIR stands in clear anywhere, while the batches run and after', async () => {
    expect(looks).toBeGreaterThan(1)
    expect(seenWhileRunning).toEqual([])
    expect(await everywhere()).toEqual([])
  })

  test('the scan would find a leak, if there were one', async () => {
    const plain = path.join(test_.directory, 'plain.txt')
    await writeFile(plain, `… ${canaries[0]} …`)
    expect(await scanFolder(test_.directory, canaries, [test_.stack.inbox])).toEqual([
      { where: plain, canary: canaries[0] },
    ])
    await rm(plain)
  })

  test('closed batches leave nothing staged and nothing in the hot folder; unreadable files wait for the operator', async () => {
    const { house, stack, organisationId } = test_
    const closed = (await house.views().batches(organisationId, { limit: 100 })).filter(
      ({ state }) => state === 'closed',
    )
    expect(closed.length).toBe(2)
    for (const { id } of closed) {
      const staged: string[] = []
      for await (const { key } of house.stagingBucket().versions(`${id}/`)) staged.push(key)
      expect(staged).toEqual([])
      for (let tries = 0; tries < 40 && existsSync(path.join(stack.inbox, '.scelle', 'claimed', id)); tries++)
        await sleep(250)
      expect(existsSync(path.join(stack.inbox, '.scelle', 'claimed', id))).toBe(false)
    }
  })

  test.skipIf(!isInstalled('openssl'))(
    'a closed batch is proven to whoever has the key of the ledger, with its attestation and the times of its contents',
    async () => {
      const { house, organisationId } = test_
      const { batchId } = await ofClosedBatch()
      const proven = async () => {
        const { file } = await makeProof(organisationId, { kind: 'batch', id: batchId }, house.proofRoom())
        return checkProof(file, { ...noTrust, ledgerKeys: [house.verifierKey()] }, house.clock.now())
      }
      // Attesting, stamping and publishing follow by themselves.
      await expect
        .poll(async () => (await proven().catch(() => undefined))?.grounds?.attested, {
          timeout: 120_000,
          interval: 2_000,
        })
        .toMatchObject([{ batchId }])
      const { verdict, findings, grounds } = await proven()
      expect({ verdict, findings }).toEqual({ verdict: 'proven', findings: [] })
      expect(grounds!.stamps.size).toBeGreaterThan(0)
      expect(grounds!.story.contents.every(({ verified }) => verified)).toBe(true)
    },
  )

  test.skipIf(!isInstalled('openssl') || !isInstalled('pdftotext'))(
    'a sealed object opens with openssl alone, and its words come in reading order',
    async () => {
      const { house, organisationId } = test_
      const folder = await mkdtemp(path.join(tmpdir(), 'scelle-openssl-'))
      try {
        const [document] = await house.views().documents(organisationId, { states: ['verified'], limit: 1 })
        const room = house.readingRoom()
        const { sealed, key, keyId } = await exportSealed(
          organisationId,
          document!.id,
          'access',
          'auditor',
          room,
        )
        const { content } = await fetchDocument(organisationId, document!.id, 'access', 'auditor', room)
        const [cms, pdf] = [path.join(folder, 'sealed.cms'), path.join(folder, 'opened.pdf')]
        await pipeline(sealed, createWriteStream(cms))
        await run('openssl', [
          'cms',
          '-decrypt',
          '-binary',
          '-inform',
          'DER',
          '-in',
          cms,
          '-out',
          pdf,
          '-secretkey',
          key.toString('hex'),
          '-secretkeyid',
          keyId,
        ])
        expect((await readFile(pdf)).equals(await buffer(content))).toBe(true)
        const { stdout } = await run('pdftotext', ['-enc', 'UTF-8', pdf, '-'])
        expect(stdout.trim().split(/\s+/).length).toBeGreaterThan(20)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  )

  test.skipIf(!isInstalled('openssl'))(
    'the words of a document of a closed batch open with openssl and tar alone, and are those that are read',
    async () => {
      const { house, organisationId } = test_
      const folder = await mkdtemp(path.join(tmpdir(), 'scelle-words-'))
      try {
        const { id } = await ofClosedBatch()
        const { sealed, key, keyId } = await exportSealed(
          organisationId,
          id,
          'words',
          'auditor',
          house.readingRoom(),
        )
        const [cms, packed] = [path.join(folder, 'words.cms'), path.join(folder, 'words.tar.gz')]
        await pipeline(sealed, createWriteStream(cms))
        const keys = ['-secretkey', key.toString('hex'), '-secretkeyid', keyId]
        await run('openssl', [
          ...['cms', '-decrypt', '-binary', '-inform', 'DER', '-in', cms, '-out', packed],
          ...keys,
        ])
        await run('tar', ['xzf', packed, '-C', folder])
        const index = readIndex(await readFile(path.join(folder, 'document.json')))
        expect(index).toMatchObject({ format: 'scelle-words', version: 1, documentId: id })
        expect(index.reading.sure).toBeGreaterThan(20)
        const files = await Promise.all(
          index.pages.map(({ alto }) => readFile(path.join(folder, alto), 'utf8')),
        )
        for (const { thumbnail } of index.pages.filter(({ blank }) => !blank))
          expect((await readFile(path.join(folder, thumbnail!))).toString('latin1', 8, 12)).toBe('WEBP')
        const strings = files.flatMap((file) => [...file.matchAll(/<String [^>]*CONTENT="([^"]*)"/g)])
        const text = await textOf(await readText(organisationId, id, 'text', 'auditor', house.textRoom()))
        expect(strings.length).toBe(text.split(/\s+/).filter(Boolean).length)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  )

  test('what a document was taken for is corrected by a version more', async () => {
    const { house, organisationId } = test_
    const { id } = await ofClosedBatch()
    const sealed = async () =>
      [...(await archivedVersions(test_)).keys()].filter((key) => key.endsWith('.cms')).length
    const objects = await sealed()
    const correct = () =>
      correctDocument(organisationId, id, { date: '2001-02-03' }, 'physician', house.correctionRoom())
    expect(await correct()).toMatchObject({ version: 2 })
    expect(await correct()).toMatchObject({ version: 2 })
    expect(await sealed()).toBe(objects + 1)
    const index = await readFindings(organisationId, id, 'auditor', house.textRoom())
    expect(index).toMatchObject({
      date: { value: '2001-02-03', page: null },
      corrections: [{ by: 'physician' }],
    })
  })

  test('a decision that arrives lets a waiting document go on by itself', async () => {
    const { house, organisationId } = test_
    const waiting = (await house.views().documents(organisationId, { states: ['held'], limit: 100 })).find(
      ({ reason }) => reason === 'consent-pending',
    )!
    await recordConsent(organisationId, waiting.patientId!, decision('granted'), 'service', house.truth())
    await test_.untilQuiet(dropped)
    expect(await stateOf(waiting.id)).toEqual({ state: 'verified', reason: null })
  })

  test('a document of an unknown patient goes on once somebody says whose it is, and its batch closes', async () => {
    const { house, organisationId } = test_
    const unknown = (await house.views().documents(organisationId, { states: ['held'], limit: 100 })).find(
      ({ reason }) => reason === 'patient-unknown',
    )!
    await attributeDocument(organisationId, unknown.id, await somePatient(), 'operator', house.truth())
    await test_.untilQuiet(dropped)
    expect(await stateOf(unknown.id)).toEqual({ state: 'verified', reason: null })
    expect((await house.views().batch(organisationId, unknown.batchId))?.state).toBe('closed')
  })

  test('a released batch is taken as it was found', async () => {
    const { house, organisationId } = test_
    const held = (await house.views().batches(organisationId, { states: ['held'], limit: 10 }))[0]!
    await releaseBatch(organisationId, held.id, 'operator', house.truth())
    await test_.untilQuiet(dropped)
    const batch = await house.views().batch(organisationId, held.id)
    expect([batch?.state, batch?.releasedBy, batch?.documents]).toEqual([
      'closed',
      'operator',
      { verified: 1 },
    ])
  })

  test('a withdrawal after deposit blocks reading, deletes nothing, and asks the service', async () => {
    const { house, organisationId } = test_
    const [document] = await house.views().documents(organisationId, { states: ['verified'], limit: 1 })
    const objects = await archivedVersions(test_)
    await recordConsent(organisationId, document!.patientId!, decision('withdrawn'), 'service', house.truth())
    await expect(
      fetchDocument(organisationId, document!.id, 'access', 'doctor', house.readingRoom()),
    ).rejects.toMatchObject({ code: 'consent-withdrawn' })
    await expect(
      exportSealed(organisationId, document!.id, 'access', 'doctor', house.readingRoom()),
    ).rejects.toMatchObject({ code: 'consent-withdrawn' })
    const [after] = await house.views().documents(organisationId, { id: document!.id, limit: 1 })
    expect([after?.state, after?.question]).toEqual(['verified', 'withdrawn-after-deposit'])
    // A batch that closed a moment ago is being attested meanwhile.
    const left = await archivedVersions(test_)
    expect([...objects.keys()].filter((key) => !left.has(key))).toEqual([])
    await recordConsent(organisationId, document!.patientId!, decision('granted'), 'service', house.truth())
    const { content } = await fetchDocument(
      organisationId,
      document!.id,
      'access',
      'doctor',
      house.readingRoom(),
    )
    expect((await buffer(content)).subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('the same batches dropped again are answered with the first ones’ state, and given back', async () => {
    const { house, stack, organisationId } = test_
    const before = (await house.views().batches(organisationId, { limit: 100 })).length
    await dropBatches(stack.inbox)
    const returned = path.join(stack.inbox, '_returned')
    const isBack = async () =>
      (await readdir(returned)).filter((name) => existsSync(path.join(returned, name, 'answer.json')))
    for (let tries = 0; tries < 80 && (await answers(returned, 'batch-duplicate')).length < 5; tries++)
      await sleep(250)
    expect(await answers(returned, 'batch-duplicate')).toHaveLength(5)
    expect((await isBack()).length).toBeGreaterThanOrEqual(5)
    expect((await house.views().batches(organisationId, { limit: 100 })).length).toBe(before)
  })

  const stateOf = async (id: DocumentId) => {
    const [document] = await test_.house.views().documents(test_.organisationId, { id, limit: 1 })
    return { state: document!.state, reason: document!.reason }
  }

  /** Nothing of it is staged any more. */
  const ofClosedBatch = async () => {
    const { house, organisationId } = test_
    const [closed] = await house.views().batches(organisationId, { states: ['closed'], limit: 1 })
    const found = await house
      .views()
      .documents(organisationId, { batchId: closed!.id, states: ['verified'], limit: 1 })
    return found[0]!
  }

  const somePatient = async (): Promise<PatientId> => {
    const documents = await test_.house
      .views()
      .documents(test_.organisationId, { states: ['verified'], limit: 100 })
    return documents.find(({ patientId }) => patientId)!.patientId!
  }
})

async function answers(folder: string, code: string): Promise<string[]> {
  const found: string[] = []
  for (const name of await readdir(folder).catch(() => [])) {
    const text = await readFile(path.join(folder, name, 'answer.json'), 'utf8').catch(() => '')
    if (text.includes(`"${code}"`)) found.push(name)
  }
  return found
}
