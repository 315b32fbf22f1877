import { randomBytes } from 'node:crypto'
import { inOrganisation, type Tx } from '../../../src/adapters/postgres/database.ts'
import { addOrganisation } from '../../../src/adapters/postgres/organisations.ts'
import { addContract, addHost } from '../../../src/adapters/postgres/registry.ts'
import { Clause } from '../../../src/domain/contract.ts'
import type { DepositFigures } from '../../../src/domain/deposit-attestation.ts'
import {
  type BatchId,
  type BoxId,
  type DocumentId,
  type EventId,
  type FileId,
  newId,
  type OrganisationId,
  type OutboxId,
  type PageId,
  type PatientId,
} from '../../../src/domain/ids.ts'
import type { TestDatabase } from '../../database.ts'

export const now = new Date('2026-11-22T10:00:00Z')
export const digest = (length = 64): string => randomBytes(length / 2).toString('hex')
const staged = () => ({ key: `staged/${digest(16)}`, sha256: digest(), bytes: 12 })

/** A SIRET with a right Luhn key. */
export function drawSiret(): string {
  const digits = `9${randomBytes(6).readUIntBE(0, 6).toString().padStart(15, '0').slice(-12)}`
  for (let key = 0; ; key++) if (luhn(digits + key) % 10 === 0) return digits + key
}
const luhn = (digits: string): number =>
  digits
    .split('')
    .reverse()
    .reduce((sum, digit, i) => {
      const weighted = Number(digit) * (i % 2 === 0 ? 1 : 2)
      return sum + (weighted > 9 ? weighted - 9 : weighted)
    }, 0)

export const addTestOrganisation = (
  { system }: TestDatabase,
  kind: 'controller' | 'processor' = 'controller',
) =>
  addOrganisation(
    system,
    {
      kind,
      name: `Service ${digest(8)}`,
      siret: drawSiret(),
      finess: null,
      consentPolicy: { kind: 'required' },
    },
    now,
  )

export const addTestHost = ({ system }: TestDatabase) =>
  addHost(
    system,
    {
      name: `Host ${digest(8)}`,
      siren: drawSiren(),
      hdsCertificate: 'HDS-0001',
      certifier: 'Certifier',
      activities: [1, 2, 3, 4, 5, 6],
      issuedOn: '2026-01-01',
      expiresOn: '2028-12-31',
      regions: ['FR'],
      storage: 'archive',
      incidentContact: 'incident@example.org',
    },
    now,
  )

const drawSiren = (): string => {
  const digits = `8${randomBytes(4).readUInt32BE().toString().padStart(10, '0').slice(-7)}`
  for (let key = 0; ; key++) if (luhn(digits + key) % 10 === 0) return digits + key
}

/** An organisation with a row in every table that belongs to organisations, as a scelle_app session writes them. */
export async function addFullOrganisation(
  database: TestDatabase,
  { isBeforeEvidence = false } = {},
): Promise<OrganisationId> {
  const organisationId = await addTestOrganisation(database)
  const hostId = await addTestHost(database)
  await inOrganisation(database.app, organisationId, async (tx) => {
    const contract = {
      organisationId,
      reference: 'C-1',
      processorId: organisationId,
      hostId,
      clauses: Clause.options,
      startsOn: '2026-01-01',
      endsOn: '2027-12-31',
      signedCopySha256: digest(),
      dpiaOn: '2026-01-01',
    }
    const { id: contractId } = await addContract(tx, contract, now)
    const patientId = await addSomeone(tx, organisationId)
    const batchId = newId<BatchId>(now)
    const boxId = newId<BoxId>(now)
    await tx
      .insertInto('boxes')
      .values({ id: boxId, organisation_id: organisationId, label: 'B-1', created_at: now })
      .execute()
    await tx
      .insertInto('batches')
      .values({
        id: batchId,
        organisation_id: organisationId,
        contract_id: contractId,
        box_id: boxId,
        fingerprint: digest(),
        state: 'registered',
        operator: 'operator-1',
        scanner: { serial: 'S1' },
        separation: 'file',
        expected_folders: 1,
        expected_documents: 1,
        expected_pages: 1,
        manifest: staged(),
        staging_key_wrapped: randomBytes(60),
        staging_key_epoch: 1,
        received_at: now,
        changed_at: now,
      })
      .execute()
    const documentId = await addContents(tx, organisationId, batchId, patientId, hostId)
    if (!isBeforeEvidence) await addEvidence(tx, organisationId, batchId, documentId)
  })
  return organisationId
}

async function addSomeone(tx: Tx, organisation_id: OrganisationId): Promise<PatientId> {
  const id = newId<PatientId>(now)
  await tx
    .insertInto('patients')
    .values({
      id,
      organisation_id,
      identity_sealed: randomBytes(80),
      file_number_index: randomBytes(32),
      name_birth_index: randomBytes(32),
      key_wrapped: randomBytes(60),
      key_epoch: 1,
      created_at: now,
    })
    .execute()
  await tx
    .insertInto('consents')
    .values({
      id: newId<string>(now),
      organisation_id,
      patient_id: id,
      purpose: 'digitisation',
      status: 'granted',
      channel: 'paper',
      decided_at: now,
      recorded_by: 'cli',
      recorded_at: now,
    })
    .execute()
  return id
}

async function addContents(
  tx: Tx,
  organisation_id: OrganisationId,
  batch_id: BatchId,
  patient_id: PatientId,
  host_id: Awaited<ReturnType<typeof addTestHost>>,
): Promise<DocumentId> {
  const of = { organisation_id, batch_id }
  const [file_id, document_id] = [newId<FileId>(now), newId<DocumentId>(now)]
  await tx
    .insertInto('files')
    .values({
      id: file_id,
      ...of,
      position: 1,
      sha256: digest(),
      sha512: digest(128),
      bytes: 12,
      staged: staged(),
      state: 'split',
    })
    .execute()
  await tx
    .insertInto('documents')
    .values({
      id: document_id,
      ...of,
      position: 1,
      patient_id,
      state: 'sealed',
      page_count: 1,
      changed_at: now,
    })
    .execute()
  await tx
    .insertInto('pages')
    .values({ id: newId<PageId>(now), ...of, file_id, number: 1, document_id, position: 1, state: 'split' })
    .execute()
  await tx
    .insertInto('deposits')
    .values({
      organisation_id,
      document_id,
      part: 'access',
      version: 1,
      host_id,
      object_key: `${organisation_id}/${document_id}/v1.cms`,
      media_type: 'application/pdf',
      content_sha256: digest(),
      content_sha512: digest(128),
      content_bytes: 12,
      sealed_sha256: digest(),
      sealed_bytes: 120,
      key_id: document_id,
      sealed_at: now,
    })
    .execute()
  await tx
    .insertInto('outbox')
    .values({
      id: newId<OutboxId>(now),
      ...of,
      queue: 'document',
      stage: 'deposit-document',
      subject_id: document_id,
      created_at: now,
      available_at: now,
    })
    .execute()
  await tx
    .insertInto('destructions')
    .values({
      id: newId<string>(now),
      ...of,
      what: 'staged-pages',
      method: 'cryptographic-erase',
      standard: 'nist-sp-800-88r2',
      objects: 1,
      ordered_by: 'cli',
      reason: 'consent-refused',
      destroyed_at: now,
    })
    .execute()
  await tx
    .insertInto('custody_events')
    .values({
      id: newId<EventId>(now),
      organisation_id,
      at: now,
      type: 'batch-received',
      actor: 'cli',
      subject: { batchId: batch_id },
    })
    .execute()
  return document_id
}

/** Timestamps and an attestation. */
async function addEvidence(
  tx: Tx,
  organisation_id: OrganisationId,
  batch_id: BatchId,
  document_id: DocumentId,
): Promise<void> {
  const timed = { kind: 'sealed-document' as const, subject: `${document_id}/access/1`, organisation_id }
  await tx
    .insertInto('timestamps_waiting')
    .values({ ...timed, since: now })
    .execute()
  await tx
    .insertInto('timestamps')
    .values({
      ...timed,
      ...{ digest: randomBytes(32), generation: 1, token: randomBytes(900), authority: 'authority' },
      ...{ at: now, certificate_until: now, algorithms: ['sha256'], recorded_at: now },
    })
    .execute()
  await tx
    .insertInto('attestations')
    .values({ batch_id, organisation_id, figures: {} as DepositFigures, closed_at: now })
    .execute()
}
