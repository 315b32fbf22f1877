import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { type Batch, type BatchFile, type BatchState, fingerprintOf } from '../domain/batch.ts'
import { type AdmissionRules, admissionFaults, type Contract } from '../domain/contract.ts'
import { type Actor, custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import { fileKindOf, headBytes } from '../domain/file-kind.ts'
import { batchKeyContext, type BatchId, derivedId, type FileId, type OrganisationId } from '../domain/ids.ts'
import { type Manifest, parseManifest } from '../domain/manifest.ts'
import type { BatchRegister } from '../domain/register.ts'
import type { StagedObject } from '../domain/staged.ts'
import { led, measuring } from '../envelope/measuring.ts'
import { hasRoom } from '../domain/staging-room.ts'
import type { Clock, Drop, KeyProvider, Registry, Staging, StagingRoom } from '../ports.ts'
import type { Truth } from '../records.ts'

export type Door = {
  readonly truth: Truth
  readonly registry: Registry
  readonly staging: Staging
  readonly room: StagingRoom
  readonly keys: KeyProvider
  readonly clock: Clock
  readonly admission: AdmissionRules
}

export type Submission = {
  readonly batchId: BatchId
  readonly organisationId: OrganisationId
  readonly state: BatchState
  readonly isNew: boolean
}

/**
 * Takes a batch in. Its files are encrypted into staging as they are read; the batch exists once all of them are. The
 * same batch dropped again, whatever its names, is answered with the first one's state.
 *
 * @param batchId of the claim: a claim that was cut off starts again under the same id
 * @throws Failure manifest-invalid, batch-empty, contract-unknown and what forbids the contract, file-missing, file-digest-differs, staging-full
 */
export async function submitBatch(
  drop: Drop,
  batchId: BatchId,
  actor: Actor,
  door: Door,
): Promise<Submission> {
  const manifest = parseManifest(drop.manifest)
  if (drop.files.length === 0) throw new Failure('batch-empty')
  const contract = await admit(manifest, door)
  const { organisationId } = contract
  const known = await door.truth.transaction(organisationId, ({ batches }) => batches.find(batchId))
  if (known) return { batchId, organisationId, state: known.state, isNew: false }
  await findRoom(drop, organisationId, door.room)

  const key = randomBytes(32)
  door.staging.adopt(batchId, key)
  const own: StagedObject[] = []
  const put = async (content: Buffer | Readable): Promise<StagedObject> => {
    const object = await door.staging.put(batchId, content)
    own.push(object)
    return object
  }
  try {
    const files = await stageFiles(drop, manifest, batchId, put)
    const names = drop.files.map(({ name }) => name)
    const arrival = { batchId, key, manifest, contract, files, names }
    const submission = await record(arrival, put, actor, door)
    if (!submission.isNew) await removeQuietly(batchId, own, door)
    return submission
  } catch (error) {
    return await afterFailure(error, batchId, organisationId, own, door)
  } finally {
    door.staging.forget(batchId)
  }
}

/**
 * The batch may be there all the same: its commit went through and the answer was lost, or another process recorded it
 * under the same claim. Only what is certainly nobody's is removed.
 *
 * @throws what went wrong, unless it did not
 */
async function afterFailure(
  cause: unknown,
  batchId: BatchId,
  organisationId: OrganisationId,
  own: readonly StagedObject[],
  door: Door,
): Promise<Submission> {
  const batch = await door.truth
    .transaction(organisationId, ({ batches }) => batches.find(batchId))
    .catch(() => {
      throw cause
    })
  const isOurs = own.some(({ key }) => key === batch?.manifest.key)
  if (!isOurs) await removeQuietly(batchId, own, door)
  if (!batch) throw cause
  return { batchId, organisationId, state: batch.state, isNew: isOurs }
}

/** What cannot be removed now is unreadable, because its key is forgotten; the sweeping of staging finds it. */
const removeQuietly = async (
  batchId: BatchId,
  objects: readonly StagedObject[],
  { staging }: Door,
): Promise<void> => {
  await staging.remove(batchId, objects).catch(() => undefined)
}

/** @throws Failure staging-full */
async function findRoom(
  { files }: Drop,
  organisationId: OrganisationId,
  { capacity, use }: StagingRoom,
): Promise<void> {
  if (capacity === undefined) return
  const sizes = await Promise.all(files.map((file) => file.size()))
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  const used = await use(organisationId)
  if (!hasRoom(bytes, used, capacity)) throw stagingFull(used.total, capacity)
}

export const stagingFull = (held: number, limit: number): Failure =>
  new Failure('staging-full', { held: gigabytes(held), limit: gigabytes(limit) })

const gigabytes = (bytes: number): number => Math.round(bytes / 1e8) / 10

/** All that forbids the batch is said at once, by the first code. */
async function admit(manifest: Manifest, { registry, admission, clock }: Door): Promise<Contract> {
  const found = await registry.contract(manifest.contract)
  if (!found) throw new Failure('contract-unknown')
  const [fault, ...others] = admissionFaults(found.contract, found.host, admission, clock.now())
  if (fault)
    throw new Failure(fault.code, {
      ...fault.facts,
      ...(others.length > 0 ? { also: others.map(({ code }) => code).join(', ') } : {}),
    })
  return found.contract
}

type Put = (content: Buffer | Readable) => Promise<StagedObject>

async function stageFiles(drop: Drop, manifest: Manifest, batchId: BatchId, put: Put): Promise<BatchFile[]> {
  const announced = new Map(manifest.files?.map((file) => [file.name, file]))
  const names = drop.files.map(({ name }) => name.normalize('NFC'))
  const referred = [...announced.keys(), ...(manifest.documents?.map(({ file }) => file) ?? [])]
  const present = new Set(names)
  const missing = referred.findIndex((name) => !present.has(name))
  if (missing !== -1) throw new Failure('file-missing', { position: missing + 1 })

  const files: BatchFile[] = []
  for (const [index, file] of drop.files.entries()) {
    const position = index + 1
    const { through, measures } = measuring({ keepHead: headBytes }, 'sha512')
    const staged = await put(led(await file.read(), through))
    const { bytes, sha512, head } = measures()
    const promised = announced.get(names[index]!)
    if (promised?.sha256 && promised.sha256 !== staged.sha256)
      throw new Failure('file-digest-differs', { position })
    files.push({
      ...{ id: derivedId<FileId>(batchId, 'file', position), batchId, position, bytes, sha512, staged },
      sha256: staged.sha256,
      kind: fileKindOf(head) ?? null,
      expectedPages: promised?.pages ?? null,
      ...{ pages: null, state: 'received', reason: null, facts: {} },
    })
  }
  return files
}

type Arrival = {
  readonly batchId: BatchId
  readonly key: Buffer
  readonly manifest: Manifest
  readonly contract: Contract
  readonly files: readonly BatchFile[]
  readonly names: readonly string[]
}

async function record(
  { batchId, key, manifest, contract, files, names }: Arrival,
  put: Put,
  actor: Actor,
  { truth, keys, clock }: Door,
): Promise<Submission> {
  const { organisationId, id: contractId } = contract
  const register: BatchRegister = { manifest, names: names.map((name) => name.normalize('NFC')) }
  const staged = await put(Buffer.from(JSON.stringify(register)))
  const stagingKey = await keys.wrap(key, batchKeyContext(organisationId, batchId))
  const fingerprint = fingerprintOf(files.map(({ sha256 }) => sha256))
  return truth.transaction(organisationId, async (records) => {
    const boxId = await records.batches.box(manifest.box)
    const batch: Batch = {
      ...{ id: batchId, organisationId, contractId, boxId, fingerprint, manifest: staged },
      ...{
        operator: manifest.operator,
        scanner: manifest.scanner,
        separation: manifest.separation,
        expected: manifest.expected,
      },
      ...{
        state: 'received',
        reason: null,
        facts: {},
        releasedBy: null,
        receivedAt: clock.now(),
        closedAt: null,
      },
    }
    if (!(await records.batches.insert({ ...batch, stagingKey }))) {
      const first = await records.batches.byFingerprint(fingerprint)
      if (!first) throw new Failure('cancelled') // rejected at this very moment
      return { batchId: first.id, organisationId, state: first.state, isNew: false }
    }
    await records.files.insert(files)
    await records.append(actor, [
      custodyEvent(
        'batch-received',
        { batchId, boxId, contractId },
        { digests: { fingerprint }, details: { files: files.length } },
      ),
    ])
    await records.orders.place({ batchId, queue: 'batch', stage: 'register-batch', subjectId: batchId })
    return { batchId, organisationId, state: batch.state, isNew: true }
  })
}
