import { sql } from 'kysely'
import type { Contract, Host } from '../../domain/contract.ts'
import { Failure } from '../../domain/failure.ts'
import { isSiren } from '../../domain/identifiers.ts'
import { type ContractId, type HostId, newId, type OrganisationId } from '../../domain/ids.ts'
import type { Database, Tx } from './database.ts'
import { isDuplicate } from './refusals.ts'
import type { Row } from './schema.ts'

/** Needs the system's database: hosts are shared. @throws Failure identifier-invalid, already-registered */
export async function addHost(database: Database, host: Omit<Host, 'id'>, now: Date): Promise<HostId> {
  if (!isSiren(host.siren)) throw new Failure('identifier-invalid', { kind: 'SIREN' })
  const id = newId<HostId>(now)
  const row = {
    id,
    name: host.name,
    siren: host.siren,
    hds_certificate: host.hdsCertificate,
    certifier: host.certifier,
    activities: host.activities,
    issued_on: host.issuedOn,
    expires_on: host.expiresOn,
    regions: host.regions,
    storage: host.storage,
    incident_contact: host.incidentContact,
    last_checked_at: now,
    created_at: now,
  }
  await orDuplicate('host', database.insertInto('hosts').values(row).execute())
  return id
}

export async function findHost(
  database: Database,
  by: { id: HostId } | { name: string },
): Promise<Host | undefined> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['name', by.name] as const)
  const row = await database.selectFrom('hosts').selectAll().where(column, '=', value).executeTakeFirst()
  return row && hostFromRow(row)
}

export async function listHosts(database: Database): Promise<Host[]> {
  return (await database.selectFrom('hosts').selectAll().orderBy('id').execute()).map(hostFromRow)
}

/** Adds the first version of a contract, or the next one of this reference. @throws Failure already-registered (two at once) */
export async function addContract(
  tx: Tx,
  contract: Omit<Contract, 'id' | 'version'>,
  now: Date,
): Promise<{ id: ContractId; version: number }> {
  const { organisationId, reference } = contract
  const last = await ofReference(tx, organisationId, reference).executeTakeFirst()
  const added = { id: newId<ContractId>(now), version: (last?.version ?? 0) + 1 }
  const row = {
    ...added,
    organisation_id: organisationId,
    reference,
    processor_id: contract.processorId,
    host_id: contract.hostId,
    clauses: contract.clauses,
    starts_on: contract.startsOn,
    ends_on: contract.endsOn,
    signed_copy_sha256: contract.signedCopySha256,
    dpia_on: contract.dpiaOn,
    created_at: now,
  }
  await orDuplicate('contract', tx.insertInto('contracts').values(row).execute())
  return added
}

/**
 * The contract that governs a batch dropped now: its latest version in force, failing that its latest, of which
 * `admissionFaults` tells what is wrong. @throws Failure contract-unknown
 */
export async function contractInForce(
  tx: Tx,
  organisationId: OrganisationId,
  reference: string,
  now: Date,
): Promise<{ contract: Contract; host: Host }> {
  const today = now.toISOString().slice(0, 10)
  const row = await ofReference(tx, organisationId, reference)
    .clearOrderBy()
    .orderBy(sql<boolean>`${today}::date between starts_on and ends_on`, 'desc')
    .orderBy('version', 'desc')
    .executeTakeFirst()
  const host = row && (await findHost(tx, { id: row.host_id }))
  if (!host) throw new Failure('contract-unknown')
  return { contract: contractFromRow(row), host }
}

/**
 * The organisation whose contract has this reference. References are each controller's own: where two use the same one,
 * the one named first decides, and without it nobody is guessed.
 */
export async function controllerOf(
  system: Database,
  reference: string,
  preferred: OrganisationId | undefined,
): Promise<OrganisationId | undefined> {
  const rows = await system
    .selectFrom('contracts')
    .select('organisation_id')
    .distinct()
    .where('reference', '=', reference)
    .execute()
  const ids = rows.map((row) => row.organisation_id)
  if (preferred) return ids.find((id) => id === preferred)
  return ids.length === 1 ? ids[0] : undefined
}

export async function findContract(tx: Tx, id: ContractId): Promise<Contract | undefined> {
  const row = await tx.selectFrom('contracts').selectAll().where('id', '=', id).executeTakeFirst()
  return row && contractFromRow(row)
}

/** Every version, by reference. */
export async function listContracts(tx: Tx, organisationId: OrganisationId): Promise<Contract[]> {
  const rows = await tx
    .selectFrom('contracts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .orderBy('reference')
    .orderBy('version')
    .execute()
  return rows.map(contractFromRow)
}

const ofReference = (tx: Tx, organisationId: OrganisationId, reference: string) =>
  tx
    .selectFrom('contracts')
    .selectAll()
    .where('organisation_id', '=', organisationId)
    .where('reference', '=', reference)
    .orderBy('version', 'desc')
    .limit(1)

async function orDuplicate(kind: 'host' | 'contract', insertion: Promise<unknown>): Promise<void> {
  await insertion.catch((error: unknown) => {
    throw isDuplicate(error) ? new Failure('already-registered', { kind }) : error
  })
}

const hostFromRow = (row: Row<'hosts'>): Host => ({
  id: row.id,
  name: row.name,
  siren: row.siren,
  hdsCertificate: row.hds_certificate,
  certifier: row.certifier,
  activities: row.activities,
  issuedOn: row.issued_on,
  expiresOn: row.expires_on,
  regions: row.regions,
  storage: row.storage,
  incidentContact: row.incident_contact,
})

const contractFromRow = (row: Row<'contracts'>): Contract => ({
  id: row.id,
  organisationId: row.organisation_id,
  reference: row.reference,
  version: row.version,
  processorId: row.processor_id,
  hostId: row.host_id,
  clauses: row.clauses,
  startsOn: row.starts_on,
  endsOn: row.ends_on,
  signedCopySha256: row.signed_copy_sha256,
  dpiaOn: row.dpia_on,
})
