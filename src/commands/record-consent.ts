import { type ConsentDecision, consentReasons } from '../domain/consent.ts'
import { type Actor, custodyEvent } from '../domain/custody.ts'
import { type Document, isDeposited } from '../domain/document.ts'
import type { OrganisationId, PatientId } from '../domain/ids.ts'
import type { Records, Truth } from '../records.ts'
import { resumeDocument } from './resume-document.ts'

/** Adds a patient's decision and asks the gate again for every document that it touches. */
export const recordConsent = (
  organisationId: OrganisationId,
  patientId: PatientId,
  decision: ConsentDecision,
  actor: Actor,
  truth: Truth,
): Promise<void> =>
  truth.transaction(organisationId, async (records) => {
    await records.consents.append(patientId, decision, actor)
    await records.append(actor, [
      custodyEvent(
        'consent-recorded',
        { patientId },
        {
          ...(decision.evidenceSha256 ? { digests: { evidence: decision.evidenceSha256 } } : {}),
          details: { purpose: decision.purpose, status: decision.status, channel: decision.channel },
        },
      ),
    ])
    if (decision.purpose !== 'digitisation') return
    for (const { id } of await records.documents.ofPatient(patientId)) {
      const document = await records.documents.lock(id)
      if (document) await askAgain(document, decision, records, actor)
    }
  })

async function askAgain(
  document: Document,
  { status }: ConsentDecision,
  records: Records,
  actor: Actor,
): Promise<void> {
  const { id: documentId, batchId } = document
  const isWaiting =
    document.state === 'held' && document.reason !== null && consentReasons.includes(document.reason)
  if (isWaiting) return resumeDocument(document, records, actor)
  if (!isDeposited(document.state)) return // on its way: the gates ahead of it ask again
  const isAgainst = status === 'withdrawn' || status === 'refused'
  const question = isAgainst ? 'withdrawn-after-deposit' : null
  if (question === document.question) return
  await records.documents.change(documentId, { question })
  if (isAgainst)
    await records.append(actor, [
      custodyEvent('withdrawal-noted', { batchId, documentId }, { details: { status } }),
    ])
}
