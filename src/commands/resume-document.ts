import { type Actor, custodyEvent } from '../domain/custody.ts'
import { type Document, nextStage, type ResumeState } from '../domain/document.ts'
import type { Records } from '../records.ts'

/** Puts a held or failed document back on its road; the stage that stopped it looks at it again. */
export async function resumeDocument(document: Document, records: Records, actor: Actor): Promise<void> {
  const state: ResumeState = resumeFrom(document)
  const { id, batchId } = document
  await records.documents.change(id, { state, resumeState: null, reason: null, facts: {} })
  await records.append(actor, [
    custodyEvent('document-resumed', { batchId, documentId: id }, { details: { state } }),
  ])
  await records.orders.place({
    batchId,
    queue: 'document',
    stage: nextStage[state],
    subjectId: id,
    again: true,
  })
}

/** Recognition goes page by page: it is ordered anew by the gate before it, which asks for the pages still unread. */
function resumeFrom({ resumeState }: Document): Exclude<ResumeState, 'cleared'> {
  return resumeState === null || resumeState === 'cleared' || resumeState === 'registered'
    ? 'examined'
    : resumeState
}
