import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { readDrop } from '../../../src/adapters/inbox/drop-folder.ts'
import { openBucket } from '../../../src/adapters/s3/object-store.ts'
import { createSealer } from '../../../src/adapters/sealing/sealer.ts'
import { openStaging } from '../../../src/adapters/staging/staging.ts'
import { packPages } from '../../../src/adapters/tar/pack.ts'
import { submitBatch, type Door } from '../../../src/commands/submit-batch.ts'
import type { BatchFile } from '../../../src/domain/batch.ts'
import type { ConsentQuestion } from '../../../src/domain/consent.ts'
import { Clause } from '../../../src/domain/contract.ts'
import type { Deposit } from '../../../src/domain/deposit.ts'
import type { Document } from '../../../src/domain/document.ts'
import { type BatchId, type DocumentId, type HostId, newId, type PatientId } from '../../../src/domain/ids.ts'
import { MANIFEST_NAME } from '../../../src/domain/manifest.ts'
import type { Truth } from '../../../src/records.ts'
import { depositDocument } from '../../../src/stages/deposit-document.ts'
import { sealDocument } from '../../../src/stages/seal-document.ts'
import type { Outcome, StageContext } from '../../../src/stages/stage.ts'
import { verifyDeposit } from '../../../src/stages/verify-deposit.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'

// A process that takes one large file all the way, as workers do, and says what memory each step took. Only the database is
// not there: nothing of a file is ever in it.

export type StepMemory = { readonly step: string; readonly peakBytes: number; readonly seconds: number }

const [endpoint, folder, size] = process.argv.slice(2) as [string, string, string]
const bytes = Number(size)

/** A file of nothing but holes, behind the head of a PDF. */
async function dropFile(): Promise<void> {
  await mkdir(folder)
  const file = await open(path.join(folder, 'scan.pdf'), 'w')
  await file.write('%PDF-1.7\n')
  await file.truncate(bytes)
  await file.close()
  const manifest = {
    ...{ version: 1, contract: 'C-1', box: 'B-1', operator: 'operator-1', separation: 'file' },
    scanner: {
      ...{ make: 'Make', model: 'Model', serial: 'S1' },
      profile: { dpi: 300, colour: 'grey', duplex: true },
    },
    expected: { folders: 0, documents: 1, pages: 1 },
  }
  await writeFile(path.join(folder, MANIFEST_NAME), JSON.stringify(manifest))
}

const now = new Date()
const clock = { now: () => now }
const [batchId, documentId] = [newId<BatchId>(now), newId<DocumentId>(now)]
const patientKey = randomBytes(32)
/** As the submission drew it. */
let batchKey: Buffer
const bucket = (name: string, objectLock: boolean) =>
  openBucket({
    ...{ endpoint, region: 'eu-west-1', accessKeyId: 'bench', secretAccessKey: 'not-a-secret' },
    ...{ bucket: name, forcePathStyle: true, objectLock },
  })
const [stagingBucket, archive] = [bucket('staging', false), bucket('archive', true)]
await Promise.all([stagingBucket.ensureBucket(), archive.ensureBucket()])
const staging = openStaging({ store: stagingBucket, batchKey: async () => batchKey, clock })
const sealer = createSealer(async () => patientKey)
const ports = {
  ...{ staging, sealer, packer: packPages, archives: { of: () => archive } },
  rules: { production: false, languages: ['fra'], lockDays: 1, documentTypes: readDocumentTypes() },
}

/** Truth that takes everything, and keeps the files that were recorded. */
const files: BatchFile[] = []
const records = {
  batches: { find: async () => undefined, box: async () => 'box', insert: async () => true },
  files: { insert: async (more: readonly BatchFile[]) => void files.push(...more) },
  append: async () => {},
  orders: { place: async () => {} },
}
const door = {
  truth: {
    transaction: (_: unknown, work: (given: unknown) => unknown) => work(records),
  } as unknown as Truth,
  registry: { contract: async () => ({ contract, host }) },
  keys: {
    wrap: async (key: Buffer) => {
      batchKey = key
      return { wrapped: key, epoch: 1 }
    },
  },
  admission: { activities: [], countries: ['FR'], dpiaRequired: false },
  ...{ staging, clock, room: { capacity: undefined, use: async () => ({ total: 0 }) } },
} as unknown as Door
const contract = {
  ...{ id: 'contract', organisationId: 'organisation', reference: 'C-1', clauses: Clause.options },
  ...{ startsOn: '2000-01-01', endsOn: '2999-12-31', dpiaOn: null, signedCopySha256: null },
}
const host = { activities: [], regions: ['FR'], issuedOn: '2000-01-01', expiresOn: '2999-12-31' }
const consent: ConsentQuestion = {
  patientId: 'patient' as PatientId,
  policy: { kind: 'recommended', legalBasis: 'preventive-medicine' },
  decision: null,
}

const steps: StepMemory[] = []
/** The kernel's high-water mark of this process, begun anew for each step. */
async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  writeFileSync('/proc/self/clear_refs', '5')
  const begun = performance.now()
  const result = await work()
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))!
  steps.push({ step: name, peakBytes: Number(kilobytes) * 1024, seconds: (performance.now() - begun) / 1000 })
  return result
}
const context = { signal: new AbortController().signal, now, batchId } as unknown as StageContext
const outputOf = <Output>(outcome: Outcome<Output>): Output => {
  if (outcome.kind !== 'completed') throw new Error(outcome.reason)
  return outcome.output
}

await dropFile()
await step('submit', async () => submitBatch(await readDrop(folder), batchId, 'bench', door))
const file = files[0]!
await step('read in parts', async () => {
  const ranges = await staging.open(batchId, file.staged)
  for (let at = 0; at < ranges.bytes; at += 4 * 2 ** 20) await ranges.read(at, 4 * 2 ** 20)
  await ranges.close()
})
const access = await staging.put(batchId, Buffer.from('%PDF-1.7\n'))
const document = {
  ...{ id: documentId, organisationId: 'organisation', batchId, patientId: 'patient' as PatientId, access },
} as unknown as Document
const sealed = await step('seal', async () =>
  outputOf(
    await sealDocument.run(
      { document, pages: [], files: [{ ...file, isShared: false }], hostId: 'host' as HostId, version: 1 },
      ports,
      context,
    ),
  ),
)
const deposited = await step('deposit', async () =>
  outputOf(
    await depositDocument.run(
      { document, deposits: sealed.deposits, consent, storage: 'main' },
      ports,
      context,
    ),
  ),
)
await step('verify', async () =>
  outputOf(
    await verifyDeposit.run({ document, deposits: deposited.deposits, storage: 'main' }, ports, context),
  ),
)
const master = deposited.deposits.find(({ part }: Deposit) => part === 'master')
if (master?.contentBytes !== bytes) throw new Error(`${master?.contentBytes} bytes of ${bytes}`)
process.send!(steps)
stagingBucket.close()
archive.close()
process.disconnect()
