import {
  type ConsentDecision,
  type ConsentQuestion,
  consentReasons,
  documentGate,
} from '../domain/consent.ts'
import { type Actor, custodyEvent } from '../domain/custody.ts'
import { type Document, isOnRoad } from '../domain/document.ts'
import type { OrganisationId, PatientId } from '../domain/ids.ts'
import type { Records, Truth } from '../records.ts'
import { consentQuestion, letPass } from '../stages/consent-gate.ts'
import { askService } from '../stages/service-question.ts'
import { resumeDocument } from './resume-document.ts'

/** Adds a patient's decision and asks the gate again for every document that it touches, wherever that is. */
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
    const documents = await records.documents.lockPatient(patientId)
    const consent = await consentQuestion({ patientId }, records)
    for (const document of documents) await askAgain(document, consent, records, actor)
  })

async function askAgain(
  document: Document,
  consent: ConsentQuestion,
  records: Records,
  actor: Actor,
): Promise<void> {
  const keeper = { actor, now: records.now }
  const isCleared = documentGate(consent, keeper.now).kind === 'cleared'
  switch (whereabouts(document)) {
    case 'waiting':
      return resumeDocument(document, records, actor)
    case 'archived':
      return askService(document, consent, records, keeper)
    case 'worked-on':
      if (!isCleared) await letPass(document, consent, records, keeper)
      return
    case 'stuck-before-archive':
      if (!isCleared) await resumeDocument(document, records, actor)
      return
    default:
      return
  }
}

/**
 * Where a decision finds a document. One that is sealed may be reaching the archive at this very moment: only the gate
 * before deposit can tell, and asks. One that is held for something else is nobody's for certain, or waits for a person.
 */
function whereabouts({ state, resumeState, reason }: Document) {
  if (state === 'held') return reason !== null && consentReasons.includes(reason) ? 'waiting' : 'elsewhere'
  const at = state === 'failed' ? resumeState : state
  if (at === 'deposited' || at === 'verified') return 'archived'
  if (at === 'sealed') return state === 'failed' ? 'stuck-before-archive' : 'elsewhere'
  return at !== null && isOnRoad(at) ? 'worked-on' : 'elsewhere'
}
