import { z } from 'zod'
import type { Document } from '../domain/document.ts'
import type { DocumentId } from '../domain/ids.ts'
import { passGate } from './consent-gate.ts'
import { goOnWhenRead } from './recognise-page.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'

/** The first of the five gates: nothing is read of a document before it. */
export const checkConsent = defineStage({
  name: 'check-consent',
  queue: 'document',
  input: z.object({ document: z.custom<Document>() }),
  output: z.object({ document: z.custom<Document>() }),
  needs: [],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    return document?.state === 'examined' ? { document } : undefined
  },

  /** The gate is asked where its answer is acted upon. */
  run: async ({ document }) => completed({ document }),

  async settle({ document }, records, context) {
    if (!(await passGate(document, records, context))) return
    const { id, batchId } = document
    await records.documents.change(id, { state: 'cleared', resumeState: null, reason: null, facts: {} })
    const subjectId = (await goOnWhenRead(document, records)).map((page) => page.id)
    await records.orders.place({ batchId, queue: 'page', stage: 'recognise-page', subjectId, again: true })
  },

  hold: holdDocument,
  fail: failDocument,
})
