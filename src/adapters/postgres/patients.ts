import { randomBytes } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import { Failure } from '../../domain/failure.ts'
import { isSomebodyElse } from '../../domain/identity.ts'
import { newId, type OrganisationId, type PatientId, patientKeyContext } from '../../domain/ids.ts'
import type { Identity, KeyProvider, PatientDirectory } from '../../ports.ts'
import { fileNumberIndex, matriculeIndex, nameBirthIndex } from './blind-index.ts'
import { type Database, inOrganisation, type Tx } from './database.ts'
import { isDuplicate } from './refusals.ts'
import type { Row } from './schema.ts'
import { openColumn, sealColumn } from './sealed-column.ts'

/** Looks patients up for the stages and the commands, each time within one organisation. */
export function createPatientDirectory(
  database: Database,
  keys: KeyProvider,
): PatientDirectory & {
  /** Every patient of that birth name and date: twins are two. Given names must tell them apart. */
  byNameAndBirth(organisationId: OrganisationId, birthName: string, birthDate: string): Promise<PatientId[]>
} {
  const having = async (
    organisationId: OrganisationId,
    column: 'file_number_index' | 'matricule_index' | 'name_birth_index',
    index: Promise<Buffer>,
  ): Promise<PatientId[]> => {
    const value = await index
    const rows = await inOrganisation(database, organisationId, (tx) =>
      tx.selectFrom('patients').select('id').where(column, '=', value).orderBy('id').execute(),
    )
    return rows.map(({ id }) => id)
  }
  /** Two patients with one matricule are a mistake of the import that a person must clear up: neither is taken. */
  const only = (found: PatientId[]): PatientId | undefined => (found.length === 1 ? found[0] : undefined)
  return {
    byFileNumber: async (organisationId, fileNumber) =>
      only(
        await having(organisationId, 'file_number_index', fileNumberIndex(keys, organisationId, fileNumber)),
      ),
    byMatricule: async (organisationId, matricule) =>
      only(await having(organisationId, 'matricule_index', matriculeIndex(keys, organisationId, matricule))),
    byNameAndBirth: (organisationId, birthName, birthDate) =>
      having(organisationId, 'name_birth_index', nameBirthIndex(keys, organisationId, birthName, birthDate)),
    identity: (organisationId, patientId) =>
      inOrganisation(database, organisationId, (tx) => readIdentity(tx, keys, patientId)),
  }
}

/** Adds a patient and the patient's own key. @throws Failure already-registered */
export async function addPatient(
  tx: Tx,
  keys: KeyProvider,
  organisationId: OrganisationId,
  identity: Identity,
  now: Date,
): Promise<PatientId> {
  const id = newId<PatientId>(now)
  const key = await keys.wrap(randomBytes(32), patientKeyContext(organisationId, id))
  const row = {
    id,
    organisation_id: organisationId,
    ...(await identityColumns(keys, organisationId, id, identity)),
    key_wrapped: key.wrapped,
    key_epoch: key.epoch,
    created_at: now,
  }
  try {
    await tx.insertInto('patients').values(row).execute()
  } catch (error) {
    throw isDuplicate(error) ? new Failure('already-registered', { kind: 'patient' }) : error
  }
  return id
}

/**
 * Adds the patient of this file number, or writes over the identity that is known of it, unless that is somebody else's:
 * documents would be filed under a stranger. `isSamePerson`: somebody vouches for it.
 */
export async function importPatient(
  tx: Tx,
  keys: KeyProvider,
  organisationId: OrganisationId,
  identity: Identity,
  now: Date,
  isSamePerson = false,
): Promise<{ patientId: PatientId; outcome: 'added' | 'changed' | 'unchanged' | 'somebody-else' }> {
  const index = await fileNumberIndex(keys, organisationId, identity.fileNumber)
  const known = await tx
    .selectFrom('patients')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('file_number_index', '=', index)
    .forUpdate()
    .executeTakeFirst()
  if (!known)
    return { patientId: await addPatient(tx, keys, organisationId, identity, now), outcome: 'added' }
  const before = await readIdentity(tx, keys, known.id)
  if (isDeepStrictEqual(before, withoutGaps(identity))) return { patientId: known.id, outcome: 'unchanged' }
  if (before && !isSamePerson && isSomebodyElse(before, identity))
    return { patientId: known.id, outcome: 'somebody-else' }
  const columns = await identityColumns(keys, organisationId, known.id, identity)
  await tx.updateTable('patients').set(columns).where('id', '=', known.id).execute()
  return { patientId: known.id, outcome: 'changed' }
}

/** Undefined when the transaction sees no such patient. */
async function readIdentity(tx: Tx, keys: KeyProvider, patientId: PatientId): Promise<Identity | undefined> {
  return (await readIdentities(tx, keys, [patientId])).get(patientId)
}

/** Of those patients that the transaction sees, all at once. */
export async function readIdentities(
  tx: Tx,
  keys: KeyProvider,
  patientIds: readonly PatientId[],
): Promise<ReadonlyMap<PatientId, Identity>> {
  const { rows } = await sql<Pick<Row<'patients'>, 'id' | 'organisation_id' | 'identity_sealed'>>`
    select id, organisation_id, identity_sealed from patients where id = any(${[...patientIds]}::uuid[])`.execute(
    tx,
  )
  const derived = new Map<OrganisationId, Promise<Buffer>>()
  const identities = new Map<PatientId, Identity>()
  for (const { id, organisation_id: owner, identity_sealed: sealed } of rows) {
    if (!derived.has(owner)) derived.set(owner, keys.derive(`identity/${owner}`))
    const content = openColumn(await derived.get(owner)!, identityPlace(id), sealed)
    identities.set(id, JSON.parse(content.toString()) as Identity)
  }
  return identities
}

/**
 * The patient's 32-byte key, unwrapped. Over a database or transaction that sees the patient: the stages' sealer knows no
 * organisation and takes the system's.
 * @throws Failure not-found, key-destroyed, key-mismatch, key-unavailable
 */
export async function patientKey(
  database: Database,
  keys: KeyProvider,
  patientId: PatientId,
): Promise<Buffer> {
  const row = await database
    .selectFrom('patients')
    .select(['organisation_id', 'key_wrapped', 'key_epoch'])
    .where('id', '=', patientId)
    .executeTakeFirst()
  if (!row) throw new Failure('not-found', { kind: 'patient' })
  if (!row.key_wrapped) throw new Failure('key-destroyed', { patientId })
  const wrapped = { wrapped: row.key_wrapped, epoch: row.key_epoch }
  return keys.unwrap(wrapped, patientKeyContext(row.organisation_id, patientId))
}

async function identityColumns(
  keys: KeyProvider,
  organisationId: OrganisationId,
  patientId: PatientId,
  identity: Identity,
) {
  const { fileNumber, matricule, birthName, birthDate } = identity
  const content = Buffer.from(JSON.stringify(withoutGaps(identity)))
  return {
    identity_sealed: sealColumn(
      await keys.derive(`identity/${organisationId}`),
      identityPlace(patientId),
      content,
    ),
    file_number_index: await fileNumberIndex(keys, organisationId, fileNumber),
    matricule_index: matricule ? await matriculeIndex(keys, organisationId, matricule) : null,
    name_birth_index: await nameBirthIndex(keys, organisationId, birthName, birthDate),
  }
}

const withoutGaps = (identity: Identity): Identity =>
  Object.fromEntries(Object.entries(identity).filter(([, trait]) => trait !== undefined)) as Identity

const identityPlace = (patientId: PatientId) => ({
  table: 'patients',
  column: 'identity_sealed',
  rowId: patientId,
})
