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
  const { rows } = await sql<Omit<DocumentView, 'deposits'>>`
    select d.id, d.batch_id as "batchId", d.position, d.patient_id as "patientId", d.state,
           d.resume_state as "resumeState", d.reason, d.facts, d.page_count as "pageCount", d.confidence,
           d.attributed_by as "attributedBy", d.question, d.reading, d.changed_at as "changedAt", boxes.label as box
    from (select * from (${ofEachState(states, one)}) listed order by batch_id desc, position limit ${limit}) d
    join batches on batches.id = d.batch_id
    join boxes on boxes.id = batches.box_id
    order by d.batch_id desc, d.position`.execute(tx)
  const deposits = await depositsOf(
    tx,
    rows.map((document) => document.id),
  )
  return rows.map((document) => ({ ...document, deposits: deposits.get(document.id) ?? [] }))
}

/** As rows: put together as JSON by the database they take ten times as long. */
async function depositsOf(tx: Tx, documents: readonly DocumentId[]): Promise<Map<DocumentId, DepositView[]>> {
  if (documents.length === 0) return new Map()
  const rows = await tx
    .selectFrom('deposits')
    .innerJoin('hosts', 'hosts.id', 'deposits.host_id')
    .select([
      'document_id',
      'part',
      'version',
      'hosts.name as host',
      'hosts.storage',
      'object_key as objectKey',
    ])
    .select(['object_version as objectVersion', 'media_type as mediaType', 'key_id as keyId'])
    .select(['content_sha256 as contentSha256', 'content_sha512 as contentSha512'])
    .select(['content_bytes as contentBytes', 'sealed_sha256 as sealedSha256', 'sealed_bytes as sealedBytes'])
    .select(['retain_until as retainUntil', 'sealed_at as sealedAt'])
    .select(['deposited_at as depositedAt', 'verified_at as verifiedAt'])
    .where(sql<boolean>`document_id = any(${documents}::uuid[])`)
    .orderBy('part')
    .orderBy('version')
    .execute()
  const found = new Map<DocumentId, DepositView[]>()
  for (const { document_id, ...deposit } of rows)
    found.set(document_id, [...(found.get(document_id) ?? []), deposit])
  return found
}

/** Said of both columns, so that the index is entered at the batch and not read from its beginning. */
const comesAfter = (after: DocumentId) => sql`
  batch_id <= (select batch_id from documents where id = ${after})
  and (batch_id < (select batch_id from documents where id = ${after})
       or position > (select position from documents where id = ${after}))`

/** What happened to a document, in order. */
export const documentEvents = (tx: Tx, documentId: DocumentId): Promise<RecordedEvent[]> =>
  tx
    .selectFrom('custody_events')
    .select(['id', 'at', 'type', 'actor', 'subject', 'digests', 'details'])
    .where('document_id', '=', documentId)
    .orderBy('at')
    .orderBy('id')
    .execute()
