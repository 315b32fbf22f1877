import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { DocumentId, FileId, PageId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import { StagedObject } from '../domain/staged.ts'
import type { Records } from '../records.ts'
import { closeWhenDone } from './close-batch.ts'
import { completed, defineStage } from './stage.ts'
import { holdBatch } from './stopping.ts'

/**
 * Destroys what is staged of a refused document: pages, words, access copy, sealed objects, whatever attempts that never
 * ended have left of them, and the scanner's files that it has a page in. Other documents of such a file have their own
 * page images.
 */
export const discardPages = defineStage({
  name: 'discard-pages',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pageIds: z.array(z.custom<PageId>()),
    objects: z.array(StagedObject),
    files: z.array(z.object({ fileId: z.custom<FileId>(), keep: z.array(StagedObject) })),
  }),
  output: z.object({
    document: z.custom<Document>(),
    pageIds: z.array(z.custom<PageId>()),
    objects: z.number(),
  }),
  needs: ['staging'],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'refused') return undefined
    const pages = await records.pages.ofDocument(document.id)
    const files = await records.files.ofDocument(document.id)
    const deposits = await records.deposits.ofDocument(document.id)
    const isFirst = pages.some(({ state }) => state !== 'destroyed')
    const objects = [
      ...pages.flatMap(stagedOf),
      ...(isFirst ? files.map((file) => file.staged) : []),
      ...(document.access ? [document.access] : []),
      ...deposits.flatMap(({ staged }) => (staged ? [staged] : [])),
    ]
    return {
      document,
      pageIds: pages.map((page) => page.id),
      objects,
      files: await Promise.all(files.map(({ id }) => keptOf(id, document.id, records))),
    }
  },

  async run({ document, pageIds, objects, files }, { staging }) {
    const { batchId, id: documentId } = document
    let removed = await staging.remove(batchId, objects)
    removed += await staging.removeAllBut(batchId, documentId, [])
    for (const { fileId, keep } of files) removed += await staging.removeAllBut(batchId, fileId, keep)
    const details = {
      objects: removed,
      pages: pageIds.length,
      method: 'deletion',
      reason: 'consent-refused',
    }
    const event = custodyEvent('staged-pages-destroyed', { batchId, documentId }, { details })
    return completed({ document, pageIds, objects: removed }, removed > 0 ? [event] : [])
  },

  async settle({ document: { id, batchId }, pageIds, objects }, records, context) {
    await records.pages.change(pageIds, { state: 'destroyed', image: null, marks: null, words: null })
    await records.documents.change(id, { access: null })
    for (const { part, version } of await records.deposits.ofDocument(id))
      await records.deposits.change(id, part, version, { staged: null })
    if (objects > 0)
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

  hold: async () => {},
  /** The document stays refused; its batch shows that not all of it could be destroyed, and releasing it tries again. */
  async fail(subjectId, failure, records, context) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document) await holdBatch(document.batchId, failure.code, failure.facts, records, context)
  },
})

const stagedOf = ({ image, marks, words }: Page): StagedObject[] =>
  [image, image?.ownText, marks, words].filter((object) => object !== null && object !== undefined)

/** What other documents still need of a file's page images. */
async function keptOf(fileId: FileId, documentId: DocumentId, records: Records) {
  const others = (await records.pages.ofFile(fileId)).filter((page) => page.documentId !== documentId)
  return { fileId, keep: others.flatMap(stagedOf) }
}
