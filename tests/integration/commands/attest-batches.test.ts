import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openCertificateSigner } from '../../../src/adapters/certificates/local-signer.ts'
import { createLedgerKeyFile, openLedgerSigner } from '../../../src/adapters/keys/local-signer.ts'
import { createCertificateMaker } from '../../../src/adapters/pdf/certificate-maker.ts'
import { openAttestationBook } from '../../../src/adapters/postgres/attestations.ts'
import { openLedger } from '../../../src/adapters/postgres/ledger.ts'
import { attestBatches, fetchAttestation, type Notary } from '../../../src/commands/attest-batches.ts'
import { extendLedger } from '../../../src/commands/extend-ledger.ts'
import { Failure } from '../../../src/domain/failure.ts'
import type { BatchId } from '../../../src/domain/ids.ts'
import { verifierOf } from '../../../src/ledger/note.ts'
import { parseProof, verifyProof } from '../../../src/ledger/tlog-proof.ts'
import type { CertificateMaker, TimestampAuthority } from '../../../src/evidence-ports.ts'
import { createTestAuthority, type TestAuthority } from '../../interop/certificates/test-authority.ts'
import { isInstalled } from '../../tools.ts'
import { dropOf, ofPatients } from '../stages/paper.ts'
import { openWorks, type Works } from '../stages/works.ts'

describe.skipIf(!isInstalled('openssl'))('the deposit attestation', () => {
  let works: Works
  let authority: TestAuthority
  let notary: Notary
  let timestamps: TimestampAuthority
  const signal = new AbortController().signal

  beforeAll(async () => {
    works = await openWorks()
    authority = createTestAuthority()
    await works.decide(await works.patient('SP-1'), 'granted')
    await works.decide(await works.patient('SP-2'), 'refused')
    const signer = openCertificateSigner(authority.signer())
    const maker = createCertificateMaker({
      signer,
      authority: { stamp: (...asked) => timestamps.stamp(...asked) },
    })
    notary = {
      ...{ maker, truth: works.truth, archives: works.ports.archives, clock: works.clock },
      ...{ book: openAttestationBook(works.database.system), isTimed: true, lockDays: 90 },
      ledger: openLedger(works.database.system, works.clock),
    }
  })
  afterAll(async () => {
    authority?.remove()
    await works?.close()
  })
  beforeEach(() => {
    timestamps = authority.timestamps
  })

  let drops = 0
  const closed = async (): Promise<BatchId> => {
    const page = () => [{ text: `${++drops}` }]
    const whose = ofPatients({ 'a.jpg': 'SP-1', 'b.jpg': 'SP-2', 'c.jpg': 'SP-1' })
    const batch = await works.submit(
      dropOf(
        { 'a.jpg': page(), 'b.jpg': page(), 'c.jpg': 'file-truncated' },
        { expected: { folders: 0, documents: 3, pages: 2 }, ...whose },
      ),
    )
    await works.run()
    expect((await works.batch(batch)).state).toBe('closed')
    return batch
  }
  const ledgerKey = () => {
    const file = `${works.folder}/attest-ledger.json`
    try {
      createLedgerKeyFile(file, 'ledger.scelle.test')
    } catch {}
    return openLedgerSigner(file)
  }
  const sequence = () =>
    extendLedger({
      ledger: openLedger(works.database.system, works.clock),
      signer: ledgerKey(),
      clock: works.clock,
    })
  const fetch = (batch: BatchId) => fetchAttestation(works.organisationId, batch, notary)
  const attested = (batch: BatchId) =>
    works.archived().then((keys) => keys.filter((key) => key.includes(`attestations/${batch}`)))

  test('waits until the closing has its place in the ledger, then says it with its proof', async () => {
    const batch = await closed()
    await expect(fetch(batch)).rejects.toMatchObject({ code: 'attestation-pending' })
    expect(await attestBatches(notary, signal)).toMatchObject({ written: 0, failed: {} })
    await sequence()
    expect(await attestBatches(notary, signal)).toMatchObject({ written: 1, deposited: 1, failed: {} })
    const { pdf, attestation } = await fetch(batch)
    expect(attestation).toMatchObject({ version: 1, stamped: true, draft: null })
    expect(attestation.retainUntil!.getTime()).toBeGreaterThan(works.clock.now().getTime() + 89 * 86_400_000)
    expect(attestation.figures).toMatchObject({
      files: { received: 3, split: 2, rejected: 1 },
      verified: { documents: 1, pages: 1 },
      refused: { documents: 1, pages: 1 },
      objects: { access: 1, master: 1 },
    })
    const metadata = pdf.toString('utf8')
    const proof = /<scelle:LedgerProof>([^<]+)<\/scelle:LedgerProof>/.exec(metadata)![1]!
    const leaf = /<scelle:LedgerLeaf>([^<]+)<\/scelle:LedgerLeaf>/.exec(metadata)![1]!
    expect(
      verifyProof(parseProof(proof), Buffer.from(leaf, 'hex'), [verifierOf(ledgerKey())]).size,
    ).toBeGreaterThan(0)
    expect(metadata).toContain(`"batchId":"${batch}"`)
    expect(await works.events({ batchId: batch })).toContain('batch-attested')
    expect(await attestBatches(notary, signal)).toMatchObject({ written: 0, deposited: 0, timestamped: 0 })
  })

  test('is signed when no authority answers, and gets its time-stamp later, as a version of its own', async () => {
    const batch = await closed()
    await sequence()
    timestamps = { stamp: () => Promise.reject(new Failure('timestamp-away')) }
    expect(await attestBatches(notary, signal)).toMatchObject({ written: 1, deposited: 1 })
    const signed = await fetch(batch)
    expect(signed.attestation).toMatchObject({ version: 1, stamped: false })
    expect(await attestBatches(notary, signal)).toMatchObject({ failed: { 'timestamp-away': 1 } })
    timestamps = authority.timestamps
    expect(await attestBatches(notary, signal)).toMatchObject({ timestamped: 1, deposited: 1, failed: {} })
    const stamped = await fetch(batch)
    expect(stamped.attestation).toMatchObject({ version: 2, stamped: true })
    expect(stamped.pdf.subarray(0, signed.pdf.length)).toEqual(signed.pdf)
    expect(await attested(batch)).toHaveLength(2)
  })

  test('waits for a signer that is away, and hinders no batch', async () => {
    const batch = await closed()
    await sequence()
    const maker: CertificateMaker = {
      ...notary.maker,
      make: () => Promise.reject(new Failure('key-unavailable')),
    }
    expect(await attestBatches({ ...notary, maker }, signal)).toMatchObject({
      written: 0,
      failed: { 'key-unavailable': 1 },
    })
    expect(await attestBatches(notary, signal)).toMatchObject({ written: 1, deposited: 1 })
    expect((await fetch(batch)).attestation.version).toBe(1)
  })

  test('cut off after it was put, is taken up where it was cut, and has one object', async () => {
    const batch = await closed()
    await sequence()
    const archives = {
      of: (storage: string) => {
        const store = works.ports.archives.of(storage)
        return { ...store, get: () => Promise.reject(new Failure('storage-away')) }
      },
    }
    expect(await attestBatches({ ...notary, archives }, signal)).toMatchObject({
      written: 1,
      deposited: 0,
      failed: { 'storage-away': 1 },
    })
    expect(await attested(batch)).toHaveLength(1)
    expect(await attestBatches(notary, signal)).toMatchObject({ written: 0, deposited: 1 })
    expect(await attested(batch)).toHaveLength(1)
    expect((await fetch(batch)).attestation.stamped).toBe(true)
  })

  test('that is not the one in the ledger any more is not given out', async () => {
    const batch = await closed()
    await sequence()
    await attestBatches(notary, signal)
    const archives = {
      of: (storage: string) => {
        const store = works.ports.archives.of(storage)
        return { ...store, get: async (key: string) => Readable.from(flipped(await store.get(key))) }
      },
    }
    await expect(
      fetchAttestation(works.organisationId, batch, { ...notary, archives }),
    ).rejects.toMatchObject({ code: 'attestation-differs' })
  })

  test('has its lock renewed when it is past its half', async () => {
    const batch = await closed()
    await sequence()
    await attestBatches(notary, signal)
    const before = (await fetch(batch)).attestation.retainUntil!
    works.clock.advance(46 * 86_400_000)
    expect((await attestBatches(notary, signal)).renewed).toBeGreaterThan(0)
    const after = (await fetch(batch)).attestation.retainUntil!
    expect(after.getTime() - before.getTime()).toBeGreaterThan(45 * 86_400_000)
  })

  test('is refused to figures that do not add up: the batch is held, and nothing staged is destroyed', async () => {
    const batch = await works.submit(
      dropOf({ 'a.jpg': [{ text: `${++drops}` }] }, ofPatients({ 'a.jpg': 'SP-1' })),
    )
    await works.run({ leave: ({ stage }) => stage === 'close-batch' })
    await sql`delete from pages where batch_id = ${batch}`.execute(works.database.owner)
    await works.run()
    expect(await works.batch(batch)).toMatchObject({
      state: 'held',
      reason: 'attestation-figures-differ',
      closedAt: null,
      facts: { faults: 'pages-of-file, pages-of-document, pages-announced' },
    })
    expect((await works.staged(batch)).length).toBeGreaterThan(0)
    expect(await works.events({ batchId: batch })).not.toContain('staging-key-destroyed')
  })
})

async function* flipped(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const chunk of chunks) {
    const changed = Buffer.from(chunk)
    if (isFirst) changed[100]! ^= 1
    isFirst = false
    yield changed
  }
}
