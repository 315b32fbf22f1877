import { type Actor, custodyEvent } from '../domain/custody.ts'
import { type Document, nextStage, type ResumeState } from '../domain/document.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { Records } from '../records.ts'

/** Puts a held or failed document back on its road; the stage that stopped it looks at it again. */
export async function resumeDocument(document: Document, records: Records, actor: Actor): Promise<void> {
  const state = resumeFrom(document)
  const { id, batchId } = document
  await records.documents.change(id, { state, resumeState: null, reason: null, facts: {} })
  await records.append(actor, [
    custodyEvent('document-resumed', { batchId, documentId: id }, { details: { state } }),
  ])
  await records.orders.place({
    ...{ batchId, queue: 'document', stage: nextStage[state], subjectId: id },
    again: true,
  })
}

/** What lies under its names in the archive is not what was sealed: it is sealed again, under the next version's names. */
const spoilt: readonly (FailureCode | null)[] = [
  'deposit-conflict',
  'deposit-differs',
  'object-missing',
  'envelope-invalid',
  'envelope-not-authentic',
]

/** Recognition goes page by page: it is ordered anew by the gate before it, which asks for the pages still unread. */
function resumeFrom({ resumeState, reason }: Document): Exclude<ResumeState, 'cleared'> {
  if (resumeState === null || resumeState === 'cleared' || resumeState === 'registered') return 'examined'
  const isArchived = resumeState === 'sealed' || resumeState === 'deposited'
  return isArchived && spoilt.includes(reason) ? 'assembled' : resumeState
}
