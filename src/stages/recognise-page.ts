import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { DocumentId, PageId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import { StagedObject } from '../domain/staged.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument } from './stopping.ts'

/** Turns one page image into words with their places. */
export const recognisePage = defineStage({
  name: 'recognise-page',
  queue: 'page',
  input: z.object({ page: z.custom<Page>() }),
  output: z.object({ page: z.custom<Page>(), words: StagedObject, confidence: z.number().min(0).max(100) }),
  needs: ['staging', 'recogniser', 'rules'],

  async load(subjectId, records) {
    const page = await records.pages.find(subjectId as PageId)
    if (page?.state !== 'examined' || page.documentId === null) return undefined
    const document = await records.documents.find(page.documentId)
    return document?.state === 'cleared' ? { page } : undefined
  },

  async run({ page }, { staging, recogniser, rules }, { signal }) {
    const { batchId, image, facts } = page
    const content = await staging.read(batchId, image!)
    const recognition = await recogniser.recognise(
      content,
      { turn: facts!.turn, dpi: facts!.dpi, languages: rules.languages },
      signal,
    )
    const words = await staging.put(batchId, Buffer.from(JSON.stringify(recognition)))
    const count = recognition.lines.reduce((total, line) => total + line.words.length, 0)
    return completed({ page, words, confidence: recognition.confidence }, [
      custodyEvent(
        'page-recognised',
        { batchId, documentId: page.documentId!, pageId: page.id },
        { details: { words: count, confidence: Math.round(recognition.confidence), turn: recognition.turn } },
      ),
    ])
  },

  async settle({ page, words, confidence }, records) {
    const { batchId } = page
    const documentId = page.documentId as DocumentId
    const document = await records.documents.lock(documentId)
    await records.pages.change([page.id], { state: 'recognised', words, confidence })
    const pages = (await records.pages.ofDocument(documentId)).filter(
      (one) => one.position !== null && !one.facts?.blank,
    )
    if (document?.state !== 'cleared' || pages.some((one) => one.words === null)) return
    const mean = pages.reduce((total, one) => total + (one.confidence ?? 0), 0) / pages.length
    await records.documents.change(documentId, { state: 'recognised', confidence: mean })
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'confirm-identity',
      subjectId: documentId,
      again: true,
    })
  },

  hold: async () => {},
  async fail(subjectId, failure, records, context) {
    const page = await records.pages.find(subjectId as PageId)
    const document = page?.documentId ? await records.documents.lock(page.documentId) : undefined
    if (document?.state === 'cleared') await failDocument(document, failure, records, context)
  },
})
