import { type RawBuilder, sql } from 'kysely'
import type { BatchFile, BatchState, Counts, Separation } from '../../domain/batch.ts'
import type { DocumentState } from '../../domain/document.ts'
import type { Facts } from '../../domain/failure.ts'
import type { FailureCode } from '../../domain/failures.ts'
import type { BatchId, DocumentId, OrganisationId, PatientId } from '../../domain/ids.ts'
import type { KeyProvider } from '../../ports.ts'
import { type Database, inOrganisation, type Tx } from './database.ts'
import { type DocumentFilter, type DocumentView, documentEvents, listDocuments } from './views-documents.ts'
import { ofEachState } from './views-states.ts'
import { latestEntries, ledgerHead } from './views-ledger.ts'
import { fileNumbersOf, listPatients, type PatientView } from './views-patients.ts'
import { listRescans, type RescanView } from './views-rescans.ts'
import { listPaperToReturn, type PaperReturnView } from './views-returns.ts'

/** A batch as its people follow it. */
export type BatchView = {
  readonly id: BatchId
  readonly state: BatchState
  readonly reason: FailureCode | null
  readonly facts: Facts
  /** Label of the box of paper. */
  readonly box: string
  /** Reference of the contract. */
  readonly contract: string
  readonly operator: string
  readonly separation: Separation
  readonly expected: Counts
  /** Found so far: pages of the files that could be split, and documents. */
  readonly counted: { readonly files: number; readonly pages: number; readonly documents: number }
  readonly documents: Readonly<Partial<Record<DocumentState, number>>>
  readonly releasedBy: string | null
  readonly receivedAt: Date
  readonly closedAt: Date | null
}

export type FileView = Pick<
  BatchFile,
  'id' | 'position' | 'kind' | 'bytes' | 'sha256' | 'expectedPages' | 'pages' | 'state' | 'reason' | 'facts'
>

/** A page of the list: `after` names the last batch of the page before. */
export type BatchFilter = {
  readonly states?: readonly BatchState[]
  readonly after?: BatchId
  readonly limit: number
}

/** How far a batch is, in pages and orders. */
export type BatchProgress = {
  readonly pages: { readonly split: number; readonly examined: number; readonly recognised: number }
  /** Orders that are not carried out yet: none means that nothing more happens by itself. */
  readonly open: number
}

/** Read models for lists and progress: nothing is locked, nothing is changed. */
export function openViews(app: Database, system: Database, keys: () => KeyProvider) {
  const within = <Result>(organisationId: OrganisationId, read: (tx: Tx) => Promise<Result>) =>
    inOrganisation(app, organisationId, read)
  return {
    /** The latest first. */
    batches: (organisationId: OrganisationId, filter: BatchFilter) =>
      within(organisationId, (tx) => readBatches(tx, filter)),
    batch: (organisationId: OrganisationId, id: BatchId): Promise<BatchView | undefined> =>
      within(organisationId, async (tx) => (await readBatches(tx, { id, limit: 1 }))[0]),
    files: (organisationId: OrganisationId, id: BatchId) => within(organisationId, (tx) => readFiles(tx, id)),
    progress: (organisationId: OrganisationId, id: BatchId) =>
      within(organisationId, (tx) => readProgress(tx, id)),
    documents: (organisationId: OrganisationId, filter: DocumentFilter): Promise<DocumentView[]> =>
      within(organisationId, (tx) => listDocuments(tx, filter)),
    /** Paper of refused documents, which goes back. */
    paperToReturn: (
      organisationId: OrganisationId,
      filter: { batchId?: BatchId; limit: number },
    ): Promise<PaperReturnView[]> => within(organisationId, (tx) => listPaperToReturn(tx, filter)),
    /** Pages whose sheets should be scanned again. */
    rescans: (
      organisationId: OrganisationId,
      of: { readonly batchId: BatchId } | { readonly documentId: DocumentId },
    ): Promise<RescanView[]> => within(organisationId, (tx) => listRescans(tx, of)),
    documentEvents: (organisationId: OrganisationId, id: DocumentId) =>
      within(organisationId, (tx) => documentEvents(tx, id)),
    /** In clear: for the eyes of who asked, only. */
    fileNumbers: (organisationId: OrganisationId, patientIds: Iterable<PatientId>) =>
      within(organisationId, (tx) => fileNumbersOf(tx, keys(), patientIds)),
    patient: (organisationId: OrganisationId, id: PatientId): Promise<PatientView | undefined> =>
      within(organisationId, async (tx) => (await listPatients(tx, keys(), { limit: 1, only: id }))[0]),
    ledgerHead: () => ledgerHead(system),
    latestEntries: (count: number) => latestEntries(system, count),
  }
}

type BatchRow = Omit<BatchView, 'expected' | 'counted' | 'documents'> & {
  expectedFolders: number
  expectedDocuments: number
  expectedPages: number
  files: number
  pages: number
  documents: Partial<Record<DocumentState, number>> | null
}

/** The page is chosen first: what is counted is counted for its batches only. */
async function readBatches(
  tx: Tx,
  { id, states, after, limit }: Partial<BatchFilter> & { id?: BatchId; limit: number },
): Promise<BatchView[]> {
  const one = (state: RawBuilder<string> | undefined) => sql`
    select * from batches where ${state ? sql`state = ${state}` : sql`true`}
      and ${id ? sql`id = ${id}` : sql`true`}
      and ${after ? sql`(received_at, id) < (select received_at, id from batches where id = ${after})` : sql`true`}
    order by received_at desc, id desc limit ${limit}`
  const { rows } = await sql<BatchRow>`
    select b.id, b.state, b.reason, b.facts, boxes.label as box, contracts.reference as contract, b.operator, b.separation,
           b.expected_folders as "expectedFolders", b.expected_documents as "expectedDocuments",
           b.expected_pages as "expectedPages", b.released_by as "releasedBy", b.received_at as "receivedAt",
           b.closed_at as "closedAt", f.files, f.pages, d.documents
    from (select * from (${ofEachState(states, one)}) listed order by received_at desc, id desc limit ${limit}) b
    join boxes on boxes.id = b.box_id
    join contracts on contracts.id = b.contract_id
    cross join lateral (
      select count(*)::int as files, coalesce(sum(pages) filter (where state = 'split'), 0)::int as pages
      from files where batch_id = b.id
    ) f
    cross join lateral (
      select jsonb_object_agg(state, documents) as documents
      from (select state, count(*)::int as documents from documents where batch_id = b.id group by state) counted
    ) d
    order by b.received_at desc, b.id desc`.execute(tx)
  return rows.map(batchView)
}

function batchView(row: BatchRow): BatchView {
  const { expectedFolders, expectedDocuments, expectedPages, files, pages, documents, ...batch } = row
  const total = Object.values(documents ?? {}).reduce((sum, count) => sum + count, 0)
  return {
    ...batch,
    expected: { folders: expectedFolders, documents: expectedDocuments, pages: expectedPages },
    counted: { files, pages, documents: total },
    documents: documents ?? {},
  }
}

const readFiles = (tx: Tx, batchId: BatchId): Promise<FileView[]> =>
  tx
    .selectFrom('files')
    .select(['id', 'position', 'kind', 'bytes', 'sha256', 'expected_pages as expectedPages', 'pages'])
    .select(['state', 'reason', 'facts'])
    .where('batch_id', '=', batchId)
    .orderBy('position')
    .execute()

async function readProgress(tx: Tx, batchId: BatchId): Promise<BatchProgress> {
  const { rows } = await sql<BatchProgress['pages'] & { open: number }>`
    select p.*, o.open from (
      select count(*)::int as split,
             count(*) filter (where state <> 'split')::int as examined,
             count(*) filter (where state = 'recognised')::int as recognised
      from pages where batch_id = ${batchId}
    ) p cross join (
      select count(*)::int as open from outbox where batch_id = ${batchId} and state in ('waiting', 'dispatched')
    ) o`.execute(tx)
  const { open, ...pages } = rows[0]!
  return { pages, open }
}
