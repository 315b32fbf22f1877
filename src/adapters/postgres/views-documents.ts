import { type RawBuilder, sql } from 'kysely'
import type { RecordedEvent } from '../../domain/custody.ts'
import type { Part } from '../../domain/deposit.ts'
import type { Document, DocumentState } from '../../domain/document.ts'
import type { BatchId, DocumentId, PatientId } from '../../domain/ids.ts'
import type { Tx } from './database.ts'
import { ofEachState } from './views-states.ts'

/** Where a sealed object is, and how to tell that it is the one. */
export type DepositView = {
  readonly part: Part
  readonly version: number
  /** Name of the host. */
  readonly host: string
  /** Name of the storage in the settings. */
  readonly storage: string
  readonly objectKey: string
  readonly objectVersion: string | null
  readonly mediaType: string
  readonly contentSha256: string
  readonly contentSha512: string
  readonly contentBytes: number
  readonly sealedSha256: string
  readonly sealedBytes: number
  readonly keyId: string
  readonly retainUntil: Date | null
  readonly sealedAt: Date
  readonly depositedAt: Date | null
  readonly verifiedAt: Date | null
}

export type DocumentView = Omit<Document, 'organisationId' | 'access'> & {
  /** Label of the box of paper. */
  readonly box: string
  readonly changedAt: Date
  readonly deposits: readonly DepositView[]
}

export type DocumentFilter = {
  readonly id?: DocumentId
  readonly batchId?: BatchId
  readonly patientId?: PatientId
  readonly states?: readonly DocumentState[]
  /** The last document of the page before. */
  readonly after?: DocumentId
  readonly limit: number
}

/** Documents by batch, the latest first, and position, each with its sealed objects; these are read for the page only. */
export async function listDocuments(
  tx: Tx,
  { id, batchId, patientId, states, after, limit }: DocumentFilter,
): Promise<DocumentView[]> {
  const one = (state: RawBuilder<string> | undefined) => sql`
    select * from documents d where ${state ? sql`state = ${state}` : sql`true`}
      and ${id ? sql`id = ${id}` : sql`true`}
      and ${batchId ? sql`batch_id = ${batchId}` : sql`true`}
      and ${patientId ? sql`patient_id = ${patientId}` : sql`true`}
      and ${after ? comesAfter(after) : sql`true`}
    order by batch_id desc, position limit ${limit}`
  const { rows } = await sql<DocumentView & { deposits: DepositView[] | null }>`
    select d.id, d.batch_id as "batchId", d.position, d.patient_id as "patientId", d.state,
           d.resume_state as "resumeState", d.reason, d.facts, d.page_count as "pageCount", d.confidence,
           d.attributed_by as "attributedBy", d.question, d.changed_at as "changedAt", boxes.label as box, p.deposits
    from (select * from (${ofEachState(states, one)}) listed order by batch_id desc, position limit ${limit}) d
    join batches on batches.id = d.batch_id
    join boxes on boxes.id = batches.box_id
    cross join lateral (
      select jsonb_agg(jsonb_build_object(
               'part', part, 'version', version, 'host', hosts.name, 'storage', hosts.storage,
               'objectKey', object_key, 'objectVersion', object_version, 'mediaType', media_type,
               'contentSha256', content_sha256, 'contentSha512', content_sha512, 'contentBytes', content_bytes,
               'sealedSha256', sealed_sha256, 'sealedBytes', sealed_bytes, 'keyId', key_id,
               'retainUntil', retain_until, 'sealedAt', sealed_at, 'depositedAt', deposited_at,
               'verifiedAt', verified_at) order by part, version) as deposits
      from deposits join hosts on hosts.id = deposits.host_id where deposits.document_id = d.id
    ) p
    order by d.batch_id desc, d.position`.execute(tx)
  return rows.map(({ deposits, ...document }) => ({ ...document, deposits: (deposits ?? []).map(withDates) }))
}

/** Said of both columns, so that the index is entered at the batch and not read from its beginning. */
const comesAfter = (after: DocumentId) => sql`
  batch_id <= (select batch_id from documents where id = ${after})
  and (batch_id < (select batch_id from documents where id = ${after})
       or position > (select position from documents where id = ${after}))`

/** JSON has no dates. */
const withDates = (deposit: DepositView): DepositView => ({
  ...deposit,
  retainUntil: dateOf(deposit.retainUntil),
  sealedAt: new Date(deposit.sealedAt),
  depositedAt: dateOf(deposit.depositedAt),
  verifiedAt: dateOf(deposit.verifiedAt),
})
const dateOf = (value: Date | null): Date | null => value && new Date(value)

/** What happened to a document, in order. */
export const documentEvents = (tx: Tx, documentId: DocumentId): Promise<RecordedEvent[]> =>
  tx
    .selectFrom('custody_events')
    .select(['id', 'at', 'type', 'actor', 'subject', 'digests', 'details'])
    .where('document_id', '=', documentId)
    .orderBy('at')
    .orderBy('id')
    .execute()
