import { sql } from 'kysely'
import type { RecordedEvent } from '../../domain/custody.ts'
import type { Part } from '../../domain/deposit.ts'
import type { Document, DocumentState } from '../../domain/document.ts'
import type { BatchId, DocumentId, PatientId } from '../../domain/ids.ts'
import type { Tx } from './database.ts'

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
  readonly limit: number
}

/** Documents by batch and position, each with its sealed objects. */
export async function listDocuments(
  tx: Tx,
  { id, batchId, patientId, states, limit }: DocumentFilter,
): Promise<DocumentView[]> {
  const { rows } = await sql<DocumentView & { deposits: DepositView[] | null }>`
    select d.id, d.batch_id as "batchId", d.position, d.patient_id as "patientId", d.state,
           d.resume_state as "resumeState", d.reason, d.facts, d.page_count as "pageCount", d.confidence,
           d.attributed_by as "attributedBy", d.question, d.changed_at as "changedAt", boxes.label as box, p.deposits
    from documents d
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
    where (${id ?? null}::uuid is null or d.id = ${id ?? null}::uuid)
      and (${batchId ?? null}::uuid is null or d.batch_id = ${batchId ?? null}::uuid)
      and (${patientId ?? null}::uuid is null or d.patient_id = ${patientId ?? null}::uuid)
      and (${states ? [...states] : null}::text[] is null or d.state = any(${states ? [...states] : null}::text[]))
    order by batches.received_at desc, d.batch_id desc, d.position
    limit ${limit}`.execute(tx)
  return rows.map(({ deposits, ...document }) => ({ ...document, deposits: (deposits ?? []).map(withDates) }))
}

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
export const documentEvents = (tx: Tx, documentId: string): Promise<RecordedEvent[]> =>
  tx
    .selectFrom('custody_events')
    .select(['id', 'at', 'type', 'actor', 'subject', 'digests', 'details'])
    .where(sql`subject->>'documentId'`, '=', documentId)
    .orderBy('at')
    .orderBy('id')
    .execute()
