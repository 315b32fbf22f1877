import { z } from 'zod'
import type { BatchFile } from '../domain/batch.ts'
import { custodyEvent } from '../domain/custody.ts'
import { type Deposit, objectKeyOf, type Part } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import type { DocumentId, HostId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import type { Ports } from '../ports.ts'
import { masterOf } from './master.ts'
import { completed, defineStage } from './stage.ts'
import { failDocumentById, holdDocument } from './stopping.ts'

/**
 * Seals the access copy and the master under the patient's key. The sealed bytes are staged and not made again: a second
 * try of the deposit sends the very same object.
 */
export const sealDocument = defineStage({
  name: 'seal-document',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pages: z.array(z.custom<Page>()),
    files: z.array(z.custom<BatchFile>()),
    /** Pages of these files, by all documents: tells whether a file is this document's alone. */
    filePages: z.array(z.custom<Page>()),
    hostId: z.custom<HostId>(),
  }),
  output: z.object({ document: z.custom<Document>(), deposits: z.array(z.custom<Deposit>()).length(2) }),
  needs: ['staging', 'sealer', 'packer'],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'assembled') return undefined
    const pages = await records.pages.ofDocument(document.id)
    const fileIds = new Set(pages.map((page) => page.fileId))
    const files = (await records.files.ofBatch(document.batchId)).filter((file) => fileIds.has(file.id))
    const filePages = (await records.pages.ofBatch(document.batchId)).filter((page) =>
      fileIds.has(page.fileId),
    )
    return { document, pages, files, filePages, hostId: await records.batches.hostOf(document.batchId) }
  },

  async run({ document, pages, files, filePages, hostId }, ports, { now }) {
    const access = await ports.staging.read(document.batchId, document.access!)
    const master = await masterOf(document, pages, files, filePages, ports)
    const deposits = [
      await sealPart(document, 'access', 'application/pdf', access, hostId, ports, now),
      await sealPart(document, 'master', master.mediaType, master.content, hostId, ports, now),
    ]
    const subject = { batchId: document.batchId, documentId: document.id }
    return completed(
      { document, deposits },
      deposits.map((deposit) =>
        custodyEvent('document-sealed', subject, {
          digests: {
            content: deposit.contentSha256,
            content512: deposit.contentSha512,
            sealed: deposit.sealedSha256,
          },
          details: { part: deposit.part, version: deposit.version, bytes: deposit.contentBytes },
        }),
      ),
    )
  },

  async settle({ document: { id, batchId }, deposits }, records) {
    await records.deposits.put(deposits)
    await records.documents.change(id, { state: 'sealed' })
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'deposit-document',
      subjectId: id,
      again: true,
    })
  },

  hold: holdDocument,
  fail: failDocumentById,
})

async function sealPart(
  { id, batchId, organisationId, patientId }: Document,
  part: Part,
  mediaType: string,
  content: Buffer,
  hostId: HostId,
  { sealer, staging }: Pick<Ports, 'sealer' | 'staging'>,
  sealedAt: Date,
): Promise<Deposit> {
  const version = 1
  const { sealed, ...digests } = await sealer.seal(patientId!, id, content)
  return {
    ...{ documentId: id, part, version, hostId, mediaType, sealedAt },
    ...digests,
    objectKey: objectKeyOf(organisationId, id, part, version),
    contentBytes: content.length,
    sealedBytes: sealed.length,
    staged: await staging.put(batchId, sealed),
    ...{ objectVersion: null, retainUntil: null, depositedAt: null, verifiedAt: null },
  }
}
