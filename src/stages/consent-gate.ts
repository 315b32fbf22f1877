import { type ConsentQuestion, documentGate, type Verdict } from '../domain/consent.ts'
import { type Actor, type CustodyEvent, custodyEvent } from '../domain/custody.ts'
import { hasEarlierSeal } from '../domain/deposit.ts'
import { type Document, isOnRoad, type RoadState } from '../domain/document.ts'
import type { Facts } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { Records } from '../records.ts'
import type { StageContext } from './stage.ts'
import { holdDocument } from './stopping.ts'

type Keeper = Pick<StageContext, 'actor' | 'now'>

/** What the gate needs of a document: its patient's standing decision and the controller's policy. */
export async function consentQuestion(
  { patientId }: Pick<Document, 'patientId'>,
  records: Records,
): Promise<ConsentQuestion> {
  const decision = patientId ? await records.consents.current(patientId, 'digitisation') : undefined
  return { patientId, policy: await records.consents.policy(), decision: decision ?? null }
}

/** The gate as an event: what was asked of whom, and the answer. */
export const gateEvent = (document: Document, verdict: Verdict): CustodyEvent =>
  custodyEvent(
    'consent-checked',
    {
      batchId: document.batchId,
      documentId: document.id,
      ...(document.patientId ? { patientId: document.patientId } : {}),
    },
    {
      details: {
        verdict: verdict.kind,
        ...(verdict.kind === 'cleared' ? { basis: verdict.basis } : {}),
        ...(verdict.kind === 'held' ? { reason: verdict.reason } : {}),
      },
    },
  )

export const reasonOf = (verdict: Exclude<Verdict, { kind: 'cleared' }>): FailureCode =>
  verdict.kind === 'held' ? verdict.reason : 'consent-refused'

/**
 * Asks the gate in the very transaction that acts on its answer: a decision that is being recorded is waited for, or
 * waits. True when the document, still where the stage found it, may pass.
 */
export async function passGate(
  found: Document,
  records: Records,
  keeper: Keeper,
  facts?: Facts,
): Promise<boolean> {
  const consent = await consentQuestion(found, records)
  if (!(await takeUp(found, records))) return false
  return letPass(found, consent, records, keeper, facts)
}

/** The same for a document that is locked, whose patient's decision is known. */
export async function letPass(
  document: Document,
  consent: ConsentQuestion,
  records: Records,
  keeper: Keeper,
  facts: Facts = { documentId: document.id },
): Promise<boolean> {
  const verdict = documentGate(consent, keeper.now)
  await records.append(keeper.actor, [gateEvent(document, verdict)])
  if (verdict.kind === 'cleared') return true
  await holdOrRefuse(document.id, reasonOf(verdict), facts, records, keeper)
  return false
}

/** A held gate, or the end of the road: a refused document's pages are destroyed, its paper goes back. */
async function holdOrRefuse(
  subjectId: string,
  reason: FailureCode,
  facts: Facts,
  records: Records,
  context: { readonly actor: Actor },
): Promise<void> {
  if (reason !== 'consent-refused') return holdDocument(subjectId, reason, facts, records, context)
  const document = await records.documents.lock(subjectId as DocumentId)
  if (!document || ['refused', 'rejected', 'deposited', 'verified'].includes(document.state)) return
  const { id: documentId, batchId } = document
  const at = isOnRoad(document.state) ? document.state : document.resumeState
  const isSealedAnew = hasEarlierSeal(await records.deposits.ofDocument(documentId), at)
  const isArchived = isSealedAnew || Number(facts['archived'] ?? 0) > 0
  await records.documents.change(documentId, {
    ...{ state: 'refused', resumeState: null, reason, facts },
    // Something of it reached the archive before the refusal, and is locked there: the service must say what becomes of it.
    ...(isArchived ? { question: 'withdrawn-after-deposit' } : {}),
  })
  await records.append(context.actor, [
    custodyEvent('document-refused', { batchId, documentId }, { details: { reason } }),
    ...(isArchived
      ? [custodyEvent('withdrawal-noted', { batchId, documentId }, { details: { status: 'refused' } })]
      : []),
  ])
  await discardPagesOf(document, records)
}

/** Orders the destruction of what is staged of a refused document; the batch waits for it. */
export const discardPagesOf = ({ id, batchId }: Document, records: Records): Promise<void> =>
  records.orders.place({
    ...{ batchId, queue: 'document', stage: 'discard-pages', subjectId: id },
    again: true,
  })

/**
 * Locks the document of a result, and tells whether it still is where the stage found it: a decision may have moved it
 * meanwhile. The result is dropped then, and what was staged of one that was refused is discarded.
 */
export async function takeUp(found: Document, records: Records): Promise<boolean> {
  const now = await records.documents.lock(found.id)
  if (now?.state === 'refused') await discardPagesOf(now, records)
  return now?.state === found.state && now.patientId === found.patientId
}

/**
 * The document, if it is where the stage takes it up. What an attempt that died has left staged of one that was refused
 * since is discarded.
 */
export async function documentAt(
  state: RoadState,
  documentId: DocumentId,
  records: Records,
): Promise<Document | undefined> {
  const document = await records.documents.find(documentId)
  if (document?.state === 'refused') await discardPagesOf(document, records)
  return document?.state === state ? document : undefined
}
