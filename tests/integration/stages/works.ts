import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { createKeyFile, openLocalKeys } from '../../../src/adapters/keys/local-file.ts'
import { batchKey, organisationOf } from '../../../src/adapters/postgres/batch-key.ts'
import { inOrganisation } from '../../../src/adapters/postgres/database.ts'
import { openOutbox } from '../../../src/adapters/postgres/outbox-dispatch.ts'
import { addPatient, createPatientDirectory, patientKey } from '../../../src/adapters/postgres/patients.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { addContract, contractInForce } from '../../../src/adapters/postgres/registry.ts'
import { stagingUse } from '../../../src/adapters/postgres/staging-use.ts'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { createSealer } from '../../../src/adapters/sealing/sealer.ts'
import { openStaging } from '../../../src/adapters/staging/staging.ts'
import { packPages } from '../../../src/adapters/tar/pack.ts'
import { recordConsent } from '../../../src/commands/record-consent.ts'
import { type Door, submitBatch } from '../../../src/commands/submit-batch.ts'
import type { BatchState } from '../../../src/domain/batch.ts'
import type { ConsentDecision, ConsentStatus } from '../../../src/domain/consent.ts'
import { Clause } from '../../../src/domain/contract.ts'
import type { Document } from '../../../src/domain/document.ts'
import { type BatchId, type DocumentId, newId, type PatientId } from '../../../src/domain/ids.ts'
import { type Dispatch, type Order, queueNames } from '../../../src/domain/order.ts'
import type { Drop, Ports, StagingRoom } from '../../../src/ports.ts'
import { stages } from '../../../src/stages/registry.ts'
import type { Outcome, Stage } from '../../../src/stages/stage.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'
import { type Conclusion, runOrder } from '../../../workers/run-order.ts'
import { startServer } from '../../contracts/object-store/development-s3.ts'
import { createTestDatabase } from '../../database.ts'
import { addTestHost, addTestOrganisation, digest } from '../postgres/full-organisation.ts'
import { testClock } from '../queue/house.ts'
import { pretendedEyes } from './paper.ts'

export type Works = Awaited<ReturnType<typeof openWorks>>

/** What a test does at a given moment of an order. */
export type Interference = {
  /** Between the work and its settlement. `crash`: the worker dies there, and the order is delivered again. */
  afterRun?: (order: Order, outcome: Outcome<unknown>) => Promise<'crash' | void> | 'crash' | void
  /** Orders that stay where they are. */
  leave?: (order: Pick<Order, 'stage' | 'subjectId'>) => boolean
  seed?: number
}

/**
 * The way of a batch with the real stages, on real PostgreSQL and the development S3 server; only what looks at images is
 * pretended. Orders are carried out one by one, in an order drawn from a seed: there is no queue.
 */
export async function openWorks() {
  const clock = testClock('2026-11-22T10:00:00.000Z')
  const database = await createTestDatabase()
  const s3 = await startServer({ clock })
  const folder = await mkdtemp(path.join(tmpdir(), 'scelle-works-'))
  createKeyFile(path.join(folder, 'keys.json'))
  const keys = openLocalKeys(path.join(folder, 'keys.json'))
  const bucket = (name: string, objectLock: boolean) =>
    openBucket({ ...s3, bucket: name, forcePathStyle: true, objectLock })
  const stagingBucket = bucket('staging', false)
  const archive = bucket('archive', true)
  await Promise.all([stagingBucket.ensureBucket(), archive.ensureBucket()])

  const organisationId = await addTestOrganisation(database)
  const hostId = await addTestHost(database)
  await inOrganisation(database.app, organisationId, (tx) =>
    addContract(
      tx,
      {
        ...{ organisationId, reference: 'C-1', processorId: organisationId, hostId, clauses: Clause.options },
        ...{ startsOn: '2026-01-01', endsOn: '2027-12-31', signedCopySha256: digest(), dpiaOn: '2026-01-01' },
      },
      clock.now(),
    ),
  )

  const truth = openTruth(database.app, clock)
  const staging = openStaging({
    store: stagingBucket,
    batchKey: (id) => batchKey(database.system, keys, id),
    clock,
  })
  const patients = createPatientDirectory(database.app, keys)
  const ports: Ports = {
    ...{ clock, staging, patients, packer: packPages, ...pretendedEyes },
    sealer: createSealer((id) => patientKey(database.system, keys, id)),
    archives: { of: () => archive },
    rules: { production: false, languages: ['fra'], lockDays: 90, documentTypes: readDocumentTypes() },
  }
  const registry = {
    contract: (reference: string) =>
      inOrganisation(database.app, organisationId, (tx) =>
        contractInForce(tx, organisationId, reference, clock.now()),
      ),
  }
  const admission = { activities: [1], countries: ['FR'], dpiaRequired: false }
  const room: StagingRoom = { capacity: undefined, use: (id) => stagingUse(database.system, id) }
  const door: Door = { truth, registry, staging, room, keys, clock, admission }
  const outbox = openOutbox(database.system, clock)
  const records = <Result>(work: Parameters<typeof truth.transaction<Result>>[1]) =>
    truth.transaction(organisationId, work)

  /** The stages, with a test's hand between work and settlement. */
  const watched = (
    afterRun: Interference['afterRun'],
    current: () => Order | undefined,
    died: AbortController,
  ) =>
    new Map(
      [...stages].map(([name, stage]): [string, Stage] => [
        name,
        {
          ...stage,
          async run(input, given, context) {
            const outcome = await stage.run(input, given, context)
            if ((await afterRun?.(current()!, outcome)) === 'crash') died.abort()
            died.signal.throwIfAborted()
            return outcome
          },
        },
      ]),
    )

  const claimOne = async (
    draw: () => number,
    leave: Interference['leave'],
  ): Promise<Dispatch | undefined> => {
    const { rows } = await sql<{ id: string; stage: string; subjectId: string }>`
      select id, stage, subject_id as "subjectId" from outbox`.execute(database.owner)
    const known = new Map(rows.map((row) => [row.id, row]))
    const dispatches: Dispatch[] = []
    for (const queue of queueNames) dispatches.push(...(await outbox.claim(queue, 1_000)))
    const able = dispatches
      .filter(({ outboxId }) => !leave?.(known.get(outboxId) as never))
      .sort((a, b) => (a.outboxId < b.outboxId ? -1 : 1))
    const chosen = able[Math.floor(draw() * able.length)]
    await outbox.giveBack(dispatches.filter((one) => one !== chosen))
    return chosen
  }

  return {
    ...{
      clock,
      database,
      s3,
      stagingBucket,
      archive,
      organisationId,
      truth,
      staging,
      patients,
      ports,
      door,
      keys,
    },
    ...{ outbox, records, folder },
    organisationOf: (id: BatchId) => organisationOf(database.system, id),

    async patient(
      fileNumber: string,
      more: { birthName?: string; matricule?: string } = {},
    ): Promise<PatientId> {
      const identity = {
        fileNumber,
        birthName: 'MARTIN',
        givenNames: 'Ada',
        birthDate: '1970-01-01',
        ...more,
      }
      return inOrganisation(database.app, organisationId, (tx) =>
        addPatient(tx, keys, organisationId, identity, clock.now()),
      )
    },
    /** Records what a patient decided, now or before. */
    decide: (patientId: PatientId, status: ConsentStatus, at = clock.now()) =>
      recordConsent(organisationId, patientId, decisionOf(status, at), 'service', truth),

    async submit(drop: Drop): Promise<BatchId> {
      clock.advance(1_000)
      return (await submitBatch(drop, newId<BatchId>(clock.now()), 'operator-1', door)).batchId
    },

    /** Carries out one order; undefined when none is open. */
    async step(
      { afterRun, leave, seed }: Interference = {},
      draw = drawing(seed),
    ): Promise<Conclusion | undefined> {
      clock.advance(1)
      const dispatch = await claimOne(draw, leave)
      if (!dispatch) return undefined
      let current: Order | undefined
      const died = new AbortController()
      const parts = {
        ...{ stages: watched(afterRun, () => current, died), truth, ports, clock },
        ...{ maxAttempts: 2, retryMs: 1, random: () => 0 },
      }
      const conclusion = await runOrder({ ...dispatch, starts: 1 }, parts, died.signal, (order) => {
        current = order
      })
      clock.advance(10_000)
      return conclusion
    },

    /** Carries out orders until none is open, or `until` says so. */
    async run(interference: Interference & { until?: () => Promise<boolean> } = {}): Promise<Conclusion[]> {
      const draw = drawing(interference.seed)
      const conclusions: Conclusion[] = []
      for (let steps = 0; steps < 2_000; steps++) {
        if (await interference.until?.()) return conclusions
        const conclusion = await this.step(interference, draw)
        if (!conclusion) return conclusions
        conclusions.push(conclusion)
      }
      throw new Error('orders without end')
    },

    batch: async (id: BatchId) => (await records(({ batches }) => batches.find(id)))!,
    files: (id: BatchId) => records(({ files }) => files.ofBatch(id)),
    documents: (id: BatchId) => records(({ documents }) => documents.ofBatch(id)),
    document: async (id: DocumentId) => (await records(({ documents }) => documents.find(id)))!,
    pages: (id: BatchId) => records(({ pages }) => pages.ofBatch(id)),
    deposits: (id: DocumentId) => records(({ deposits }) => deposits.ofDocument(id)),

    /** State and reason, as people see them: batch, files, documents. */
    async outcome(id: BatchId): Promise<{ batch: BatchState; files: string[]; documents: string[] }> {
      const say = ({ state, reason }: { state: string; reason: string | null }) =>
        reason ? `${state} ${reason}` : state
      return {
        batch: (await this.batch(id)).state,
        files: (await this.files(id)).map(say),
        documents: (await this.documents(id)).map(say),
      }
    },
    async only(id: BatchId): Promise<Document> {
      return (await this.documents(id))[0]!
    },

    async staged(id: BatchId): Promise<string[]> {
      const found: string[] = []
      for await (const { key, deleted } of stagingBucket.versions(`${id}/`)) if (!deleted) found.push(key)
      return found
    },
    async archived(): Promise<string[]> {
      const found: string[] = []
      for await (const { key } of archive.versions('')) found.push(key)
      return found
    },
    async events(subject: { batchId?: BatchId; documentId?: DocumentId }): Promise<string[]> {
      const { rows } = await sql<{ type: string }>`
        select type from custody_events where subject @> ${JSON.stringify(subject)} order by at, id`.execute(
        database.owner,
      )
      return rows.map(({ type }) => type)
    },

    async close() {
      stagingBucket.close()
      archive.close()
      await s3.close()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const decisionOf = (status: ConsentStatus, at: Date): ConsentDecision => ({
  ...{ purpose: 'digitisation', status, noticeVersion: '2026-1', channel: 'paper', decidedAt: at },
  ...{ evidenceSha256: null, expiresAt: null },
  ...(status === 'not-required'
    ? { legalBasis: 'preventive-medicine', decidedBy: 'physician-1' }
    : { legalBasis: null, decidedBy: null }),
})

/** Mulberry32: numbers in [0, 1) that depend on the seed alone; without one, the first is always taken. */
function drawing(seed: number | undefined): () => number {
  if (seed === undefined) return () => 0
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
