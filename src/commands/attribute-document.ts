import { type Actor, custodyEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId, PatientId } from '../domain/ids.ts'
import type { Truth } from '../records.ts'
import { resumeDocument } from './resume-document.ts'

/**
 * Says whose document it is. A person answers for it: the text may then name someone else without stopping the document
 * again; the patient's consent is asked as ever.
 *
 * @throws Failure not-found, state-forbids unless the document is held, was never sealed, and has a page
 */
export const attributeDocument = (
  organisationId: OrganisationId,
  documentId: DocumentId,
  patientId: PatientId,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    const document = await records.documents.lock(documentId)
    if (!document) throw new Failure('not-found', { kind: 'document' })
    const isOpen =
      document.state === 'held' &&
      document.reason !== 'document-empty' &&
      (await records.deposits.ofDocument(documentId)).length === 0
    if (!isOpen) throw new Failure('state-forbids', { subject: documentId, state: document.state })
    await records.documents.change(documentId, { patientId, attributedBy: actor })
    await records.append(actor, [
      custodyEvent('document-attributed', { batchId: document.batchId, documentId, patientId }),
    ])
    await resumeDocument({ ...document, resumeState: 'examined' }, records, actor)
  })
