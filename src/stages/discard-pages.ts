import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import type { StagedObject } from '../domain/staged.ts'
import { closeWhenDone } from './close-batch.ts'
import { completed, defineStage } from './stage.ts'
import { failDocumentById, holdDocument } from './stopping.ts'

const wholly = (document: Document, pages: readonly Page[]): boolean =>
  pages.every((page) => page.documentId === document.id)

/** Destroys what is staged of a refused document; the scanner's file too, when it holds nothing else. */
export const discardPages = defineStage({
  name: 'discard-pages',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pages: z.array(z.custom<Page>()),
    files: z.array(z.custom<StagedObject>()),
  }),
  output: z.object({ document: z.custom<Document>(), pages: z.array(z.custom<Page>()), objects: z.number() }),
  needs: ['staging'],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'refused') return undefined
    const pages = await records.pages.ofDocument(document.id)
    const ofBatch = await records.pages.ofBatch(document.batchId)
    const files = await records.files.ofBatch(document.batchId)
    const own = files.filter((file) => {
      const filePages = ofBatch.filter((page) => page.fileId === file.id)
      return filePages.length > 0 && wholly(document, filePages)
    })
    return { document, pages, files: own.map((file) => file.staged) }
  },

  async run({ document, pages, files }, { staging }) {
    const { batchId, id: documentId } = document
    const staged = pages.flatMap((page) =>
      [page.image, page.marks, page.words].filter((object) => object !== null),
    )
    const objects = await staging.remove(batchId, [...staged, ...files])
    return completed({ document, pages, objects }, [
      custodyEvent(
        'staged-pages-destroyed',
        { batchId, documentId },
        { details: { objects, pages: pages.length, method: 'deletion', reason: 'consent-refused' } },
      ),
    ])
  },

  async settle({ document: { id, batchId }, pages, objects }, records, context) {
    await records.pages.change(
      pages.map((page) => page.id),
      { state: 'destroyed', image: null, marks: null, words: null },
    )
    await records.destructions.append({
      batchId,
      documentId: id,
      what: 'staged-pages',
      method: 'deletion, then cryptographic erase with the batch key',
      standard: 'NIST SP 800-88r2 Purge, on closing the batch',
      objects,
      orderedBy: context.actor,
      reason: 'consent-refused',
      destroyedAt: context.now,
    })
    await closeWhenDone(batchId, records, context)
  },

  hold: holdDocument,
  fail: failDocumentById,
})
