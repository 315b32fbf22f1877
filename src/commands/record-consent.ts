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

/** What a decision did to documents at once. */
export type Touched = {
  /** Waited for a decision, and go on. */
  readonly goOn: number
  /** Waited for a decision, and still do. */
  readonly stillWait: number
  /** Waited, or were being worked on; now refused, or held. */
  readonly stopped: number
  /** Are in the archive: the service is asked what becomes of them. */
  readonly questioned: number
}

export const untouched: Touched = { goOn: 0, stillWait: 0, stopped: 0, questioned: 0 }

/**
 * Adds a patient's decision and asks the gate again for every document that it touches, wherever that is. Says what became
 * of them.
 */
export const recordConsent = (
  organisationId: OrganisationId,
  patientId: PatientId,
  decision: ConsentDecision,
  actor: Actor,
  truth: Truth,
): Promise<Touched> =>
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
    if (decision.purpose !== 'digitisation') return untouched
    const documents = await records.documents.lockPatient(patientId)
    const consent = await consentQuestion({ patientId }, records)
    const verdict = documentGate(consent, records.now).kind
    const touched: Record<keyof Touched, number> = { ...untouched }
    for (const document of documents) {
      const isTouched = await askAgain(document, consent, records, actor)
      const effect = effectOf(document, verdict)
      if (isTouched && effect) touched[effect]++
    }
    return touched
  })

function effectOf(document: Document, verdict: 'cleared' | 'held' | 'refused'): keyof Touched | undefined {
  const at = whereabouts(document)
  if (at === 'archived') return 'questioned'
  if (verdict === 'cleared') return at === 'waiting' ? 'goOn' : undefined
  return at === 'waiting' && verdict === 'held' ? 'stillWait' : 'stopped'
}

/** True when something was done to the document. */
async function askAgain(
  document: Document,
  consent: ConsentQuestion,
  records: Records,
  actor: Actor,
): Promise<boolean> {
  const keeper = { actor, now: records.now }
  const verdict = documentGate(consent, keeper.now)
  const isCleared = verdict.kind === 'cleared'
  switch (whereabouts(document)) {
    case 'waiting':
      await resumeDocument(document, records, actor)
      return true
    case 'archived':
      await askService(document, consent, records, keeper)
      return verdict.kind === 'refused' || (verdict.kind === 'held' && verdict.reason === 'consent-withdrawn')
    case 'worked-on':
      if (!isCleared) await letPass(document, consent, records, keeper)
      return !isCleared
    case 'stuck-before-archive':
      if (!isCleared) await resumeDocument(document, records, actor)
      return !isCleared
    default:
      return false
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
