import type { ColumnType, Generated, GeneratedAlways, Selectable } from 'kysely'
import type { AlarmCode } from '../../domain/alarm.ts'
import type { BatchState, FileState, Separation } from '../../domain/batch.ts'
import type { ConsentChannel, ConsentPurpose, ConsentStatus, LegalBasis } from '../../domain/consent.ts'
import type { Clause } from '../../domain/contract.ts'
import type { CustodyEvent, CustodyEventType, CustodySubject } from '../../domain/custody.ts'
import type { DepositFigures } from '../../domain/deposit-attestation.ts'
import type { Part } from '../../domain/deposit.ts'
import type { Document, DocumentState, ResumeState } from '../../domain/document.ts'
import type { Facts } from '../../domain/failure.ts'
import type { FailureCode } from '../../domain/failures.ts'
import type {
  BatchId,
  BoxId,
  ContractId,
  DocumentId,
  EventId,
  FileId,
  HostId,
  OrganisationId,
  OutboxId,
  PageId,
  PatientId,
} from '../../domain/ids.ts'
import type { Doing, Order, QueueName } from '../../domain/order.ts'
import type { PageFacts, StagedImage } from '../../domain/page.ts'
import type { ReadingFigures } from '../../domain/reading-figures.ts'
import type { StagedObject } from '../../domain/staged.ts'
import type { TimestampsTable, TimestampsWaitingTable } from './schema-timestamps.ts'

/** Tables as the migrations make them, named as in SQL. Dates without a time are `YYYY-MM-DD`. */
export type Schema = {
  organisations: OrganisationsTable
  hosts: HostsTable
  contracts: ContractsTable
  patients: PatientsTable
  consents: ConsentsTable
  boxes: BoxesTable
  batches: BatchesTable
  files: FilesTable
  documents: DocumentsTable
  pages: PagesTable
  deposits: DepositsTable
  outbox: OutboxTable
  destructions: DestructionsTable
  attestations: AttestationsTable
  workers: WorkersTable
  duties: DutiesTable
  alarms: AlarmsTable
  custody_events: CustodyEventsTable
  custody_unsequenced: CustodyUnsequencedTable
  ledger_entries: LedgerEntriesTable
  timestamps: TimestampsTable
  timestamps_waiting: TimestampsWaitingTable
  ledger_checkpoints: LedgerCheckpointsTable
  ledger_subtrees: LedgerSubtreesTable
  ledger_cosignatures: LedgerCosignaturesTable
  key_epochs: KeyEpochsTable
  key_checks: KeyChecksTable
}

export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>

/** Read always, written once: by insert. */
type Fixed<T> = ColumnType<T, T, never>
/** jsonb with a default of `{}`. */
type Defaulted<T> = ColumnType<T, T | undefined, T>

type OrganisationsTable = {
  id: Fixed<OrganisationId>
  kind: 'controller' | 'processor' | 'host' | 'destroyer'
  name: string
  siret: string
  finess: string | null
  consent_policy: Generated<'required' | 'recommended'>
  legal_basis: LegalBasis | null
  created_at: Fixed<Date>
}

type HostsTable = {
  id: Fixed<HostId>
  name: string
  siren: string
  hds_certificate: string
  certifier: string
  activities: number[]
  issued_on: string
  expires_on: string
  regions: string[]
  storage: string
  incident_contact: string
  last_checked_at: Date
  created_at: Fixed<Date>
}

type ContractsTable = {
  id: Fixed<ContractId>
  organisation_id: Fixed<OrganisationId>
  reference: string
  version: Generated<number>
  processor_id: OrganisationId
  host_id: HostId
  clauses: Clause[]
  starts_on: string
  ends_on: string
  signed_copy_sha256: string
  dpia_on: string | null
  created_at: Fixed<Date>
}

type PatientsTable = {
  id: Fixed<PatientId>
  organisation_id: Fixed<OrganisationId>
  identity_sealed: Buffer
  file_number_index: Buffer
  matricule_index: Buffer | null
  name_birth_index: Buffer
  ins_status: Generated<'provisional' | 'retrieved' | 'validated' | 'qualified'>
  key_wrapped: Buffer | null
  key_epoch: number
  created_at: Fixed<Date>
}

type ConsentsTable = {
  id: Fixed<string>
  position: GeneratedAlways<number>
  organisation_id: Fixed<OrganisationId>
  patient_id: Fixed<PatientId>
  purpose: Fixed<ConsentPurpose>
  status: Fixed<ConsentStatus>
  notice_version: Fixed<string | null>
  channel: Fixed<ConsentChannel>
  evidence_sha256: Fixed<string | null>
  legal_basis: Fixed<LegalBasis | null>
  decided_by: Fixed<string | null>
  decided_at: Fixed<Date>
  expires_at: Fixed<Date | null>
  recorded_by: Fixed<string>
  recorded_at: Fixed<Date>
}

type BoxesTable = {
  id: Fixed<BoxId>
  organisation_id: Fixed<OrganisationId>
  label: string
  created_at: Fixed<Date>
}

type BatchesTable = {
  id: Fixed<BatchId>
  organisation_id: Fixed<OrganisationId>
  contract_id: ContractId
  box_id: BoxId
  fingerprint: string
  state: BatchState
  reason: FailureCode | null
  facts: Defaulted<Facts>
  operator: string
  scanner: Readonly<Record<string, unknown>>
  separation: Separation
  expected_folders: number
  expected_documents: number
  expected_pages: number
  manifest: StagedObject
  released_by: string | null
  staging_key_wrapped: Buffer | null
  staging_key_epoch: number
  received_at: Date
  changed_at: Date
  closed_at: Date | null
  orders_forgotten: Generated<boolean>
  /** What its files come to. */
  file_bytes: Generated<number>
}

type FilesTable = {
  id: Fixed<FileId>
  organisation_id: Fixed<OrganisationId>
  batch_id: Fixed<BatchId>
  position: number
  sha256: string
  sha512: string
  bytes: number
  kind: 'pdf' | 'tiff' | 'jpeg' | 'png' | null
  expected_pages: number | null
  pages: number | null
  staged: StagedObject
  state: FileState
  reason: FailureCode | null
  facts: Defaulted<Facts>
}

type DocumentsTable = {
  id: Fixed<DocumentId>
  organisation_id: Fixed<OrganisationId>
  batch_id: Fixed<BatchId>
  position: number
  patient_id: PatientId | null
  state: DocumentState
  resume_state: ResumeState | null
  reason: FailureCode | null
  facts: Defaulted<Facts>
  page_count: number
  confidence: number | null
  access: StagedObject | null
  attributed_by: string | null
  question: NonNullable<Document['question']> | null
  reading: ReadingFigures | null
  changed_at: Date
}

type PagesTable = {
  id: Fixed<PageId>
  organisation_id: Fixed<OrganisationId>
  batch_id: Fixed<BatchId>
  file_id: Fixed<FileId>
  number: number
  document_id: DocumentId | null
  position: number | null
  state: 'split' | 'examined' | 'recognised' | 'destroyed'
  image: StagedImage | null
  facts: PageFacts | null
  marks: StagedObject | null
  words: StagedObject | null
  confidence: number | null
}

type AttestationsTable = {
  batch_id: Fixed<BatchId>
  organisation_id: Fixed<OrganisationId>
  figures: Fixed<DepositFigures>
  closed_at: Fixed<Date>
  draft: Buffer | null
  draft_stamped: Generated<boolean>
  version: Generated<number>
  object_key: string | null
  object_version: string | null
  sha256: string | null
  bytes: number | null
  stamped: Generated<boolean>
  deposited_at: Date | null
  retain_until: Date | null
}

type DepositsTable = {
  organisation_id: Fixed<OrganisationId>
  document_id: Fixed<DocumentId>
  part: Fixed<Part>
  version: Fixed<number>
  host_id: HostId
  object_key: string
  object_version: string | null
  media_type: string
  content_sha256: string
  content_sha512: string
  content_bytes: number
  sealed_sha256: string
  sealed_bytes: number
  key_id: string
  staged: StagedObject | null
  retain_until: Date | null
  sealed_at: Date
  deposited_at: Date | null
  verified_at: Date | null
}

type OutboxTable = {
  id: Fixed<OutboxId>
  organisation_id: Fixed<OrganisationId>
  batch_id: Fixed<BatchId>
  queue: QueueName
  stage: string
  subject_id: string
  round: Generated<number>
  state: Generated<Order['state']>
  attempts: Generated<number>
  error_code: FailureCode | null
  tries: Generated<number>
  error_facts: Defaulted<Facts>
  failed_at: Date | null
  created_at: Fixed<Date>
  available_at: Date
  dispatched_at: Date | null
  finished_at: Date | null
}

type DestructionsTable = {
  id: Fixed<string>
  organisation_id: Fixed<OrganisationId>
  batch_id: Fixed<BatchId>
  document_id: Fixed<DocumentId | null>
  what: Fixed<'staging' | 'staged-pages'>
  method: Fixed<string>
  standard: Fixed<string>
  objects: Fixed<number>
  ordered_by: Fixed<string>
  reason: Fixed<string>
  destroyed_at: Fixed<Date>
}

type WorkersTable = {
  id: Fixed<string>
  queue: string
  host: string
  pid: number
  started_at: Fixed<Date>
  places: Generated<number>
  beat_at: Date
  doing: ColumnType<Doing[], string | undefined, string>
}

type DutiesTable = {
  name: string
  reported_at: Date
  succeeded_at: Date | null
  failing_since: Date | null
  error_code: FailureCode | null
}

type AlarmsTable = { code: AlarmCode; subject: string; facts: Defaulted<Facts>; since: Date }

type CustodyEventsTable = {
  id: Fixed<EventId>
  organisation_id: Fixed<OrganisationId>
  at: Fixed<Date>
  type: Fixed<CustodyEventType>
  actor: Fixed<string>
  subject: Fixed<CustodySubject>
  digests: ColumnType<
    NonNullable<CustodyEvent['digests']>,
    NonNullable<CustodyEvent['digests']> | undefined,
    never
  >
  details: ColumnType<
    NonNullable<CustodyEvent['details']>,
    NonNullable<CustodyEvent['details']> | undefined,
    never
  >
  /** Out of `subject`, for looking up. */
  document_id: GeneratedAlways<DocumentId | null>
  batch_id: GeneratedAlways<BatchId | null>
  patient_id: GeneratedAlways<PatientId | null>
}

type CustodyUnsequencedTable = {
  event_id: Fixed<EventId>
  organisation_id: Fixed<OrganisationId>
  place: GeneratedAlways<number>
}

type LedgerEntriesTable = {
  seq: Fixed<number>
  event_id: Fixed<EventId | null>
  entry: Fixed<Buffer>
  leaf_hash: Fixed<Buffer>
}

type LedgerCheckpointsTable = {
  size: Fixed<number>
  root: Fixed<Buffer>
  note: Fixed<string>
  frontier: Fixed<Buffer[]>
  at: Fixed<Date>
  archived_at: Date | null
}

type LedgerSubtreesTable = { level: Fixed<number>; index: Fixed<number>; hash: Fixed<Buffer> }

type KeyEpochsTable = {
  epoch: Fixed<number>
  made_at: Fixed<Date>
  escrowed_at: Date | null
  retired_at: Date | null
}

type KeyChecksTable = { name: Fixed<'index'>; digest: Fixed<Buffer> }

type LedgerCosignaturesTable = {
  size: Fixed<number>
  witness: Fixed<string>
  key_id: Fixed<string>
  line: Fixed<string>
  at: Fixed<Date>
}
