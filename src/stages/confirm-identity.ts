import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import { namesSomeoneElse } from '../domain/identity-check.ts'
import type { DocumentId } from '../domain/ids.ts'
import { type Page, Recognition, textOf } from '../domain/page.ts'
import { documentAt, passGate } from './consent-gate.ts'
import { completed, defineStage, held } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'

/** Compares what the pages say with whom the document was attributed to; then the second gate. */
export const confirmIdentity = defineStage({
  name: 'confirm-identity',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pages: z.array(z.custom<Page>()),
    isAttributedByHand: z.boolean(),
  }),
  output: z.object({ document: z.custom<Document>() }),
  needs: ['staging', 'patients'],

  async load(subjectId, records) {
    const document = await documentAt('recognised', subjectId as DocumentId, records)
    if (!document) return undefined
    const pages = await records.pages.ofDocument(document.id)
    return { document, pages, isAttributedByHand: document.attributedBy !== null }
  },

  async run({ document, pages, isAttributedByHand }, { staging, patients }, { organisationId }) {
    const { batchId, id: documentId, patientId } = document
    const patient = patientId && (await patients.identity(organisationId, patientId))
    if (!patient) return held('patient-missing', { documentId })
    for (const page of isAttributedByHand ? [] : pages) {
      if (!page.words) continue
      const recognition = Recognition.parse(JSON.parse((await staging.read(batchId, page.words)).toString()))
      if (namesSomeoneElse(textOf(recognition), patient))
        return held('identity-conflict', { documentId, page: page.position ?? 0 })
    }
    return completed({ document }, [
      custodyEvent(
        'identity-confirmed',
        { batchId, documentId, patientId },
        { details: { byHand: isAttributedByHand } },
      ),
    ])
  },

  async settle({ document }, records, context) {
    if (!(await passGate(document, records, context))) return
    const { id: subjectId, batchId } = document
    await records.orders.place({
      ...{ batchId, queue: 'document', stage: 'assemble-document', subjectId },
      again: true,
    })
  },

  hold: holdDocument,
  fail: failDocument,
})
