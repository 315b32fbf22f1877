import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import type { Document } from '../domain/document.ts'
import type { BatchId, DocumentId } from '../domain/ids.ts'
import { type Page, Recognition } from '../domain/page.ts'
import { StagedObject } from '../domain/staged.ts'
import type { PdfPage, Staging } from '../ports.ts'
import { documentAt, takeUp } from './consent-gate.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'

/**
 * Makes the access copy: a PDF whose words can be searched and selected. Cover sheets are no pages of it. It goes into
 * staging as it comes, page by page.
 */
export const assembleDocument = defineStage({
  name: 'assemble-document',
  queue: 'document',
  input: z.object({ document: z.custom<Document>(), pages: z.array(z.custom<Page>()), createdAt: z.date() }),
  output: z.object({ document: z.custom<Document>(), access: StagedObject }),
  needs: ['staging', 'assembler'],

  async load(subjectId, records) {
    const document = await documentAt('recognised', subjectId as DocumentId, records)
    if (!document) return undefined
    const batch = await records.batches.find(document.batchId)
    const pages = (await records.pages.ofDocument(document.id)).filter((page) => page.position !== null)
    return { document, pages, createdAt: batch!.receivedAt }
  },

  async run({ document, pages, createdAt }, { staging, assembler }) {
    const { batchId, id: documentId } = document
    const meta = { title: `Document numérisé ${documentId}`, language: 'fr', createdAt, documentId }
    const pdf = await assembler.assemble(readPages(batchId, pages, staging), meta)
    const access = await staging.put(batchId, pdf, documentId)
    return completed({ document, access }, [
      custodyEvent(
        'document-assembled',
        { batchId, documentId },
        { digests: { sha256: access.sha256 }, details: { pages: pages.length, bytes: access.bytes } },
      ),
    ])
  },

  async settle({ document, access }, records) {
    const { id, batchId } = document
    if (!(await takeUp(document, records))) return
    await records.documents.change(id, { state: 'assembled', access })
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'seal-document',
      subjectId: id,
      again: true,
    })
  },

  hold: holdDocument,
  fail: failDocument,
})

/** Reads one page ahead and no more: a document of any length takes no more memory than two of its pages. */
async function* readPages(
  batchId: BatchId,
  pages: readonly Page[],
  staging: Staging,
): AsyncGenerator<PdfPage> {
  const parts = partsOf(pages)
  const read = (index: number) => {
    const page = pages[index]
    const reading = page && readPage(batchId, page, staging, parts.get(index))
    // Whether it is waited for depends on the page before it.
    reading?.catch(() => {})
    return reading
  }
  let ahead = read(0)
  try {
    for (let next = 1; ahead; next++) {
      const page: PdfPage = await ahead
      ahead = read(next)
      yield page
    }
  } finally {
    await ahead?.catch(() => {})
  }
}

/**
 * Titles of the parts of a document, by the index of the page with which each begins: what was scanned into one file is
 * a part. A document of one part has none.
 */
function partsOf(pages: readonly Page[]): ReadonlyMap<number, string> {
  const starts = pages.flatMap((page, index) => (page.fileId === pages[index - 1]?.fileId ? [] : [index]))
  if (starts.length < 2) return new Map()
  return new Map(
    starts.map((start, at) => {
      const [first, last] = [start + 1, starts[at + 1] ?? pages.length]
      const span = first === last ? `page ${first}` : `pages ${first} à ${last}`
      return [start, `Partie ${at + 1}, ${span}`]
    }),
  )
}

async function readPage(
  batchId: BatchId,
  { image, words, facts }: Page,
  staging: Staging,
  part: string | undefined,
): Promise<PdfPage> {
  const recognition = words
    ? Recognition.parse(JSON.parse((await staging.read(batchId, words)).toString()))
    : undefined
  return {
    image: await staging.read(batchId, image!),
    mediaType: image!.mediaType,
    dpi: facts?.dpi ?? image!.dpi,
    ...(recognition ? { recognition } : {}),
    ...(part === undefined ? {} : { part }),
  }
}
