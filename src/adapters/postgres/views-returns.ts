import { sql } from 'kysely'
import type { FailureCode } from '../../domain/failures.ts'
import type { BatchId, DocumentId, PatientId } from '../../domain/ids.ts'
import type { Tx } from './database.ts'

/** Where the sheets of a refused document are: its paper goes back to the patient or to the service. */
export type PaperReturnView = {
  readonly documentId: DocumentId
  readonly patientId: PatientId | null
  readonly reason: FailureCode
  readonly refusedAt: Date
  readonly batchId: BatchId
  /** Label of the box of paper. */
  readonly box: string
  /** Files of the batch by position, from 1, and the pages in each that are the document's, its cover sheet included. */
  readonly sheets: readonly { readonly file: number; readonly pages: readonly number[] }[]
}

/** The paper that is to be returned, the latest refusal first. */
export async function listPaperToReturn(
  tx: Tx,
  { batchId, limit }: { batchId?: BatchId; limit: number },
): Promise<PaperReturnView[]> {
  const { rows } = await sql<PaperReturnView>`
    select d.id as "documentId", d.patient_id as "patientId", d.reason, d.changed_at as "refusedAt",
           d.batch_id as "batchId", boxes.label as box, s.sheets
    from (
      select * from documents
      where state = 'refused' and ${batchId ? sql`batch_id = ${batchId}` : sql`true`}
      order by changed_at desc, id limit ${limit}
    ) d
    join batches on batches.id = d.batch_id
    join boxes on boxes.id = batches.box_id
    cross join lateral (
      select coalesce(jsonb_agg(jsonb_build_object('file', position, 'pages', pages) order by position), '[]') as sheets
      from (
        select files.position, jsonb_agg(pages.number order by pages.number) as pages
        from pages join files on files.id = pages.file_id
        where pages.document_id = d.id group by files.position
      ) f
    ) s
    order by d.changed_at desc, d.id`.execute(tx)
  return rows
}
