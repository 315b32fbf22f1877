import { type Actor, custodyEvent } from '../domain/custody.ts'
import { type Deposit, hasEarlierSeal } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
import type { Records, Truth } from '../records.ts'
import { closeWhenDone } from '../stages/close-batch.ts'
import { resumeDocument } from './resume-document.ts'

/**
 * Takes a failed document up where it failed: whatever made it fail is thought to be put right.
 *
 * @throws Failure not-found, state-forbids unless it failed
 */
export const retryDocument = (
  organisationId: OrganisationId,
  documentId: DocumentId,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    const document = await lockDocument(documentId, records)
    if (document.state !== 'failed') throw forbidden(document)
    await resumeDocument(document, records, actor)
  })

/**
 * Gives up a single document that has stopped: its paper is to be scanned again or kept. The file that is its alone goes
 * back to the operator; of a file that it shares, a copy does.
 *
 * @throws Failure not-found, state-forbids unless it is held or failed and nothing of it can be in the archive
 */
export const rejectDocument = (
  organisationId: OrganisationId,
  documentId: DocumentId,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    const document = await lockDocument(documentId, records)
    if (!isRejectable(document, await records.deposits.ofDocument(documentId))) throw forbidden(document)
    const { batchId } = document
    const reason = 'rejected-by-operator'
    await records.documents.change(documentId, { state: 'rejected', resumeState: null, reason, facts: {} })
    await records.append(actor, [
      custodyEvent('document-rejected', { batchId, documentId }, { details: { reason } }),
    ])
    await rejectEmptiedFiles(document, records, actor)
    await closeWhenDone(batchId, records)
  })

/** A file of which every document was rejected is rejected with them. */
async function rejectEmptiedFiles(
  { id: documentId, batchId }: Document,
  records: Records,
  actor: Actor,
): Promise<void> {
  const reason = 'rejected-by-operator'
  const documents = await records.documents.ofBatch(batchId)
  const rejected = new Set(documents.filter(({ state }) => state === 'rejected').map(({ id }) => id))
  for (const { id: fileId, position, sha256 } of await records.files.ofDocument(documentId)) {
    const pages = await records.pages.ofFile(fileId)
    if (!pages.every((page) => page.documentId && rejected.has(page.documentId))) continue
    await records.files.change(fileId, { state: 'rejected', reason, facts: { position } })
    await records.append(actor, [
      custodyEvent('file-rejected', { batchId, fileId }, { digests: { sha256 }, details: { reason } }),
    ])
  }
}

/** A sealed one only where the gate before deposit has looked, and found nothing of it in the archive. */
function isRejectable({ state, resumeState, facts }: Document, deposits: readonly Deposit[]): boolean {
  if (state !== 'held' && state !== 'failed') return false
  if (resumeState === 'deposited' || hasEarlierSeal(deposits, resumeState)) return false
  return resumeState !== 'sealed' || (state === 'held' && facts['archived'] === 0)
}

const forbidden = ({ id, state }: Document): Failure => new Failure('state-forbids', { subject: id, state })

async function lockDocument(documentId: DocumentId, records: Records): Promise<Document> {
  const document = await records.documents.lock(documentId)
  if (!document) throw new Failure('not-found', { kind: 'document' })
  return document
}
