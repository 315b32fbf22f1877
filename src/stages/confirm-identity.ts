import { z } from 'zod'
import { type ConsentQuestion, documentGate } from '../domain/consent.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import { namesSomeoneElse } from '../domain/identity-check.ts'
import type { DocumentId } from '../domain/ids.ts'
import { type Page, Recognition, textOf } from '../domain/page.ts'
import { consentQuestion, gateEvent, holdOrRefuse, stoppedByConsent } from './check-consent.ts'
import { completed, defineStage, held } from './stage.ts'
import { failDocumentById } from './stopping.ts'

/** Compares what the pages say with whom the document was attributed to; then the second gate. */
export const confirmIdentity = defineStage({
  name: 'confirm-identity',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pages: z.array(z.custom<Page>()),
    consent: z.custom<ConsentQuestion>(),
    isAttributedByHand: z.boolean(),
  }),
  output: z.object({ document: z.custom<Document>() }),
  needs: ['staging', 'patients'],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'recognised') return undefined
    const pages = await records.pages.ofDocument(document.id)
    const isAttributedByHand = document.attributedBy !== null
    return { document, pages, consent: await consentQuestion(document, records), isAttributedByHand }
  },

  async run(
    { document, pages, consent, isAttributedByHand },
    { staging, patients },
    { now, organisationId },
  ) {
    const stopped = stoppedByConsent(document, consent, now)
    if (stopped) return stopped
    const { batchId, id: documentId, patientId } = document
    const patient = await patients.identity(organisationId, patientId!)
    if (!patient) return held('patient-missing', { documentId })
    for (const page of isAttributedByHand ? [] : pages) {
      if (!page.words) continue
      const recognition = Recognition.parse(JSON.parse((await staging.read(batchId, page.words)).toString()))
      if (namesSomeoneElse(textOf(recognition), patient))
        return held('identity-conflict', { page: page.position ?? 0 })
    }
    return completed({ document }, [
      gateEvent(document, documentGate(consent, now)),
      custodyEvent(
        'identity-confirmed',
        { batchId, documentId, patientId: patientId! },
        { details: { byHand: isAttributedByHand } },
      ),
    ])
  },

  async settle({ document: { id, batchId } }, records) {
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'assemble-document',
      subjectId: id,
      again: true,
    })
  },

  hold: holdOrRefuse,
  fail: failDocumentById,
})
