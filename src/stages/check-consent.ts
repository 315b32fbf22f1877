import { z } from 'zod'
import { type ConsentQuestion, documentGate, type Verdict } from '../domain/consent.ts'
import { type CustodyEvent, custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { DocumentId, PageId } from '../domain/ids.ts'
import type { Records } from '../records.ts'
import { closeWhenDone } from './close-batch.ts'
import { completed, defineStage, held, type Outcome } from './stage.ts'
import { failDocumentById, holdDocument } from './stopping.ts'

/** What the gate needs of a document: its patient's standing decision and the controller's policy. */
export async function consentQuestion(document: Document, records: Records): Promise<ConsentQuestion> {
  const { patientId } = document
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

/** The gate as an outcome: what stops here, or undefined when the document may pass. */
export function stoppedByConsent(
  document: Document,
  consent: ConsentQuestion,
  now: Date,
): Outcome<never> | undefined {
  const verdict = documentGate(consent, now)
  if (verdict.kind === 'cleared') return undefined
  const events = [gateEvent(document, verdict)]
  return held(
    verdict.kind === 'held' ? verdict.reason : 'consent-refused',
    { documentId: document.id },
    events,
  )
}

/** A held gate, or the end of the road: a refused document's pages are destroyed, its paper goes back. */
export const holdOrRefuse: typeof holdDocument = async (subjectId, reason, facts, records, context) => {
  if (reason !== 'consent-refused') return holdDocument(subjectId, reason, facts, records, context)
  const document = await records.documents.lock(subjectId as DocumentId)
  if (!document || document.state === 'refused') return
  const { id: documentId, batchId } = document
  await records.documents.change(documentId, { state: 'refused', resumeState: null, reason, facts: {} })
  await records.append(context.actor, [
    custodyEvent('document-refused', { batchId, documentId }, { details: { reason } }),
  ])
  await records.orders.place({ batchId, queue: 'document', stage: 'discard-pages', subjectId: documentId })
  await closeWhenDone(batchId, records, context)
}

/** The first of the five gates: nothing is read of a document before it. */
export const checkConsent = defineStage({
  name: 'check-consent',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    consent: z.custom<ConsentQuestion>(),
    pagesToRead: z.array(z.custom<PageId>()),
  }),
  output: z.object({ document: z.custom<Document>(), pagesToRead: z.array(z.custom<PageId>()) }),
  needs: [],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'examined' && document?.state !== 'registered') return undefined
    const pages = await records.pages.ofDocument(document.id)
    const unread = pages.filter(
      (page) => page.position !== null && page.facts && !page.facts.blank && !page.words,
    )
    return {
      document,
      consent: await consentQuestion(document, records),
      pagesToRead: unread.map((page) => page.id),
    }
  },

  async run({ document, consent, pagesToRead }, _ports, { now }) {
    const stopped = stoppedByConsent(document, consent, now)
    return stopped ?? completed({ document, pagesToRead }, [gateEvent(document, documentGate(consent, now))])
  },

  async settle({ document: { id, batchId }, pagesToRead }, records) {
    await records.documents.change(id, { state: 'cleared', resumeState: null, reason: null, facts: {} })
    for (const subjectId of pagesToRead) {
      await records.orders.place({ batchId, queue: 'page', stage: 'recognise-page', subjectId, again: true })
    }
    if (pagesToRead.length > 0) return
    await records.documents.change(id, { state: 'recognised' })
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'confirm-identity',
      subjectId: id,
      again: true,
    })
  },

  hold: holdOrRefuse,
  fail: failDocumentById,
})
