import { randomBytes } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { joinKeys } from '../../../src/adapters/keys/joined.ts'
import { createKeyFile, openLocalKeys } from '../../../src/adapters/keys/local-file.ts'
import { openPkcs11Keys } from '../../../src/adapters/pkcs11/keys.ts'
import { openLink } from '../../../src/adapters/pkcs11/link.ts'
import { batchKey } from '../../../src/adapters/postgres/batch-key.ts'
import { inOrganisation } from '../../../src/adapters/postgres/database.ts'
import { openEpochRegister } from '../../../src/adapters/postgres/epoch-register.ts'
import { openOneAtATime } from '../../../src/adapters/postgres/one-at-a-time.ts'
import { addPatient, createPatientDirectory, patientKey } from '../../../src/adapters/postgres/patients.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import { retireEpoch } from '../../../src/commands/retire-epoch.ts'
import { rewrapKeys } from '../../../src/commands/rewrap-keys.ts'
import { rotateKeys } from '../../../src/commands/rotate-keys.ts'
import { Failure } from '../../../src/domain/failure.ts'
import {
  batchKeyContext,
  type BatchId,
  type OrganisationId,
  type PatientId,
} from '../../../src/domain/ids.ts'
import type { KeyStore } from '../../../src/key-ports.ts'
import type { Identity, KeyProvider } from '../../../src/ports.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'
import { addFullOrganisation, now } from '../postgres/full-organisation.ts'
import { noHsm, startSoftHsm } from '../../softhsm.ts'

let folder: string
let database: TestDatabase
let organisationId: OrganisationId
let batchId: BatchId
let number = 0
const clock = { now: () => now }
const master = () => path.join(folder, 'master.json')

beforeAll(() => void (folder = mkdtempSync(path.join(tmpdir(), 'scelle-rotation-'))))
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(async () => {
  rmSync(master(), { force: true })
  createKeyFile(master())
  const copy = path.join(folder, `former-${++number}.json`)
  copyFileSync(master(), copy)
  former = openLocalKeys(copy)
  database = await createTestDatabase()
  organisationId = await addFullOrganisation(database)
  // The keys of that helper are of no provider: the patient's is destroyed, the batch's replaced by a real one.
  await database.owner.updateTable('patients').set({ key_wrapped: null }).execute()
  batchId = (await database.owner.selectFrom('batches').select('id').executeTakeFirstOrThrow()).id
  const staging = await openLocalKeys(master()).wrap(
    Buffer.alloc(32, 99),
    batchKeyContext(organisationId, batchId),
  )
  await database.owner
    .updateTable('batches')
    .set({ staging_key_wrapped: staging.wrapped, staging_key_epoch: 1 })
    .execute()
})
afterEach(() => database.drop())

const keeperOf = (...stores: [KeyStore, ...KeyStore[]]) => ({
  stores,
  keys: joinKeys(stores),
  register: openEpochRegister(database.system, clock),
  truth: openTruth(database.app, clock),
  oneAtATime: openOneAtATime(database.system),
})
const local = () => openLocalKeys(master())
/** A process that hears of no rotation: the same keys in another place. */
let former: KeyStore
const staleProvider = (): KeyProvider => former

async function addPatients(count: number, keys: KeyProvider): Promise<PatientId[]> {
  const ids: PatientId[] = []
  await inOrganisation(database.app, organisationId, async (tx) => {
    for (let i = 0; i < count; i++) ids.push(await addPatient(tx, keys, organisationId, someone(), now))
  })
  return ids
}
const someone = (): Identity => ({
  fileNumber: `D-${++number}`,
  birthName: 'Martin',
  givenNames: 'Zoé',
  birthDate: '1980-02-29',
})
const keysOf = (ids: readonly PatientId[], keys: KeyProvider) =>
  Promise.all(ids.map((id) => patientKey(database.system, keys, id)))
const epochs = async () =>
  Object.fromEntries(
    (await openEpochRegister(database.system, clock).census()).map((one) => [one.epoch, one.wrapped]),
  )
const told = async (type: string) =>
  (
    await sql<{
      details: object
    }>`select details from custody_events where type = ${type} order by id`.execute(database.owner)
  ).rows.map(({ details }) => details)

test('after rotation and re-wrapping every key is under the new epoch, and is the same key', async () => {
  const keeper = keeperOf(local())
  const patients = await addPatients(450, keeper.keys)
  const before = await keysOf(patients, keeper.keys)

  expect(await rotateKeys(keeper, 'cli')).toEqual({ epoch: 2, provider: 'local', indexMoved: false })
  expect(await epochs()).toEqual({ 1: { patient: 450, batch: 1 }, 2: { patient: 0, batch: 0 } })
  const seen: number[] = []
  const done = await rewrapKeys(keeper, 'cli', (count) => seen.push(count))

  expect(done).toEqual({ epoch: 2, rewrapped: { patient: 450, batch: 1 }, passedOver: 0, failed: {} })
  expect(seen).toEqual([200, 400, 450, 451])
  expect(await epochs()).toEqual({ 1: { patient: 0, batch: 0 }, 2: { patient: 450, batch: 1 } })
  expect(await keysOf(patients, keeper.keys)).toEqual(before)
  expect(await batchKey(database.system, keeper.keys, batchId)).toEqual(Buffer.alloc(32, 99))

  await retireEpoch(1, keeper, 'cli')
  expect(await local().epochs()).toEqual([2])
  expect(await keysOf(patients, local())).toEqual(before)
  expect(await told('master-key-made')).toEqual([{ epoch: 2, provider: 'local' }])
  const rewrapped = await told('keys-rewrapped')
  expect(rewrapped).toHaveLength(4)
  for (const [kind, keys] of [
    ['patient', 200],
    ['patient', 50],
    ['batch', 1],
  ] as const)
    expect(rewrapped).toContainEqual({ kind, epoch: 2, keys })
  expect(await told('master-key-retired')).toEqual([{ epoch: 1 }])
})

test('re-wrapping that was cut off goes on where it was, and repeats nothing', async () => {
  const keeper = keeperOf(local())
  await addPatients(450, keeper.keys)
  await rotateKeys(keeper, 'cli')
  const stop = new AbortController()
  const first = await rewrapKeys(keeper, 'cli', () => stop.abort(), stop.signal)
  expect(first.rewrapped).toEqual({ patient: 200, batch: 0 })
  const second = await rewrapKeys(keeper, 'cli')
  expect(second.rewrapped).toEqual({ patient: 250, batch: 1 })
  expect((await rewrapKeys(keeper, 'cli')).rewrapped).toEqual({ patient: 0, batch: 0 })
})

test('an epoch under which anything is wrapped is not retired, and its key stays', async () => {
  const keeper = keeperOf(local())
  await addPatients(3, keeper.keys)
  await rotateKeys(keeper, 'cli')
  await expect(retireEpoch(1, keeper, 'cli')).rejects.toMatchObject({
    code: 'key-epoch-in-use',
    facts: { epoch: 1, patients: 3, batches: 1 },
  })
  expect(await local().epochs()).toEqual([1, 2])
  expect(await addPatients(1, staleProvider())).toHaveLength(1)
})

test('the present epoch is not retired, nor one that never was', async () => {
  const keeper = keeperOf(local())
  await expect(retireEpoch(1, keeper, 'cli')).rejects.toMatchObject({ code: 'key-epoch-current' })
  await expect(retireEpoch(7, keeper, 'cli')).rejects.toMatchObject({ code: 'not-found' })
})

test('a key wrapped under a former epoch while re-wrapping ran is found by the next one', async () => {
  const keeper = keeperOf(local())
  await addPatients(210, keeper.keys)
  await rotateKeys(keeper, 'cli')
  let late: PatientId[] = []
  let writing: Promise<unknown> | undefined
  await rewrapKeys(keeper, 'cli', () => {
    writing ??= addPatients(5, staleProvider()).then((ids) => (late = ids))
  })
  await writing
  await rewrapKeys(keeper, 'cli')
  expect((await epochs())[1]).toEqual({ patient: 0, batch: 0 })
  await retireEpoch(1, keeper, 'cli')
  expect(await keysOf(late, local())).toHaveLength(5)
})

test('who writes a key under an epoch at the moment it is retired makes that wait, and it is refused', async () => {
  const keeper = keeperOf(local())
  await rotateKeys(keeper, 'cli')
  await rewrapKeys(keeper, 'cli')
  const [wrote, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const writer = inOrganisation(database.app, organisationId, async (tx) => {
    await addPatient(tx, staleProvider(), organisationId, someone(), now)
    wrote.resolve()
    await mayEnd.promise
  })
  await wrote.promise
  let isRetired = false
  const retiring = retireEpoch(1, keeper, 'cli').finally(() => (isRetired = true))
  const outcome = retiring.catch((error: unknown) => error)
  await waitForLock()
  expect(isRetired).toBe(false)
  mayEnd.resolve()
  await writer
  expect(await outcome).toMatchObject({ code: 'key-epoch-in-use', facts: { patients: 1, batches: 0 } })
  expect(await local().epochs()).toEqual([1, 2])
})

test('nothing is wrapped under a retired epoch any more: the writer is told to try again, and does', async () => {
  const keeper = keeperOf(local())
  await rotateKeys(keeper, 'cli')
  await rewrapKeys(keeper, 'cli')
  await retireEpoch(1, keeper, 'cli')
  await expect(addPatients(1, staleProvider())).rejects.toMatchObject({
    code: 'key-epoch-retired',
    retry: 'later',
  })
  expect(await addPatients(1, local())).toHaveLength(1)
})

test('a process that runs through a rotation wraps under the new epoch without being started again', async () => {
  const running = local()
  await addPatients(1, running)
  await rotateKeys(keeperOf(local()), 'cli')
  const [patient] = await addPatients(1, running)
  const row = await database.owner
    .selectFrom('patients')
    .select('key_epoch')
    .where('id', '=', patient!)
    .executeTakeFirstOrThrow()
  expect(row.key_epoch).toBe(2)
})

test('a key that is destroyed while it is wrapped anew stays destroyed', async () => {
  const keeper = keeperOf(local())
  const [patient] = await addPatients(1, keeper.keys)
  await rotateKeys(keeper, 'cli')
  const destroying: KeyProvider = {
    ...keeper.keys,
    async wrap(key, context) {
      await database.owner
        .updateTable('patients')
        .set({ key_wrapped: null })
        .where('id', '=', patient!)
        .execute()
      return keeper.keys.wrap(key, context)
    },
  }
  const done = await rewrapKeys({ ...keeper, keys: destroying }, 'cli')
  expect(done).toMatchObject({ rewrapped: { patient: 0, batch: 1 }, passedOver: 1 })
  await expect(patientKey(database.system, keeper.keys, patient!)).rejects.toMatchObject({
    code: 'key-destroyed',
  })
})

test('a damaged key is counted and hinders no other', async () => {
  const keeper = keeperOf(local())
  const [patient] = await addPatients(3, keeper.keys)
  await database.owner
    .updateTable('patients')
    .set({ key_wrapped: randomBytes(60) })
    .where('id', '=', patient!)
    .execute()
  await rotateKeys(keeper, 'cli')
  const done = await rewrapKeys(keeper, 'cli')
  expect(done).toMatchObject({ rewrapped: { patient: 2, batch: 1 }, failed: { 'key-mismatch': 1 } })
  await expect(retireEpoch(1, keeper, 'cli')).rejects.toMatchObject({ facts: { patients: 1 } })
})

test('a provider that goes away stops re-wrapping; what was written stays, and nothing is lost', async () => {
  const keeper = keeperOf(local())
  const patients = await addPatients(250, keeper.keys)
  const before = await keysOf(patients, keeper.keys)
  await rotateKeys(keeper, 'cli')
  let asked = 0
  const failing: KeyProvider = {
    ...keeper.keys,
    async unwrap(key, context) {
      if (++asked > 220) throw new Failure('key-unavailable', { reason: 'no-answer' })
      return keeper.keys.unwrap(key, context)
    },
  }
  await expect(rewrapKeys({ ...keeper, keys: failing }, 'cli')).rejects.toMatchObject({
    code: 'key-unavailable',
  })
  expect(await epochs()).toMatchObject({ 1: { patient: 50 }, 2: { patient: 200 } })
  await rewrapKeys(keeper, 'cli')
  expect(await keysOf(patients, keeper.keys)).toEqual(before)
})

test('retiring that was cut off before the key was destroyed is done to its end the next time', async () => {
  const keeper = keeperOf(local())
  await rotateKeys(keeper, 'cli')
  await rewrapKeys(keeper, 'cli')
  await keeper.register.retire(1)
  await retireEpoch(1, keeper, 'cli')
  await retireEpoch(1, keeper, 'cli')
  expect(await local().epochs()).toEqual([2])
  expect(await told('master-key-retired')).toEqual([{ epoch: 1 }])
  expect(await rotateKeys(keeper, 'cli')).toMatchObject({ epoch: 3 })
})

test('another index key than the database was filled with is refused', async () => {
  await rotateKeys(keeperOf(local()), 'cli')
  rmSync(master())
  createKeyFile(master())
  await expect(rotateKeys(keeperOf(local()), 'cli')).rejects.toMatchObject({ code: 'index-key-differs' })
  expect(await local().epochs()).toEqual([1])
})

describe.skipIf(noHsm)('moving from the local file into an HSM', () => {
  test('keeps every key and finds every patient; then the file is gone', async () => {
    const hsm = startSoftHsm()
    const link = openLink(hsm.token())
    try {
      const inside = () => openPkcs11Keys(link, { master: 'scelle-master', index: 'scelle-index' })
      const patients = await addPatients(30, local())
      const before = await keysOf(patients, local())
      const both = keeperOf(inside(), local())
      expect(await rotateKeys(both, 'cli')).toEqual({ epoch: 2, provider: 'pkcs11', indexMoved: true })
      expect((await rewrapKeys(both, 'cli')).rewrapped).toEqual({ patient: 30, batch: 1 })
      await retireEpoch(1, both, 'cli')
      expect(existsSync(master())).toBe(false)
      const alone = inside()
      expect(await keysOf(patients, alone)).toEqual(before)
      expect(await batchKey(database.system, alone, batchId)).toEqual(Buffer.alloc(32, 99))
      const directory = createPatientDirectory(database.app, alone)
      const { fileNumber } = (await directory.identity(organisationId, patients[0]!))!
      expect(await directory.byFileNumber(organisationId, fileNumber)).toBe(patients[0])
      await retireEpoch(1, keeperOf(alone), 'cli')
    } finally {
      link.close()
      hsm.destroy()
    }
  })
})

/** Until somebody waits for a lock in this database. */
async function waitForLock(): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ waits: boolean }>`
      select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waits`.execute(
      database.owner,
    )
    if (rows[0]!.waits) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
