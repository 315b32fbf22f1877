import { sql } from 'kysely'
import type { BatchId, DocumentId } from '../../domain/ids.ts'
import type { PageFault } from '../../domain/page-quality.ts'
import type { Tx } from './database.ts'

/** A page of which not all can be read from its scan: its sheet should be scanned again while the paper is there. */
export type RescanView = {
  /** Its file's position in the batch, and its number in the file, both from 1. */
  readonly file: number
  readonly page: number
  readonly documentId: DocumentId | null
  /** The document's position in the batch; null before documents were composed. */
  readonly document: number | null
  readonly faults: readonly PageFault[]
}

/** The pages of a batch, or of a document, that should be scanned again, in the order of the paper. */
export async function listRescans(
  tx: Tx,
  of: { readonly batchId: BatchId } | { readonly documentId: DocumentId },
): Promise<RescanView[]> {
  const { rows } = await sql<RescanView>`
    select files.position as file, pages.number as page, pages.document_id as "documentId",
           documents.position as document, pages.facts->'quality'->'faults' as faults
    from pages
    join files on files.id = pages.file_id
    left join documents on documents.id = pages.document_id
    where ${'batchId' in of ? sql`pages.batch_id = ${of.batchId}` : sql`pages.document_id = ${of.documentId}`}
      and pages.facts->'quality'->>'verdict' = 'rescan'
    order by files.position, pages.number`.execute(tx)
  return rows
}
