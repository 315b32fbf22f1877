import type { Readable } from 'node:stream'
import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import { type Deposit, objectKeyOf, type Part } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import type { DocumentId, HostId } from '../domain/ids.ts'
import type { Page } from '../domain/page.ts'
import type { Ports } from '../ports.ts'
import type { DocumentFile } from '../records.ts'
import { documentAt, takeUp } from './consent-gate.ts'
import { masterOf } from './master.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'
import { wordsOf } from './words.ts'

/**
 * Seals the access copy, the master and the words under the patient's key. The sealed bytes are staged and not made again: a second
 * try of the deposit sends the very same object.
 */
export const sealDocument = defineStage({
  name: 'seal-document',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    pages: z.array(z.custom<Page>()),
    files: z.array(z.custom<DocumentFile>()),
    hostId: z.custom<HostId>(),
    version: z.number().int().positive(),
  }),
  output: z.object({ document: z.custom<Document>(), deposits: z.array(z.custom<Deposit>()).length(3) }),
  needs: ['staging', 'sealer', 'packer', 'rules'],

  async load(subjectId, records) {
    const document = await documentAt('assembled', subjectId as DocumentId, records)
    if (!document) return undefined
    // Sealed before, and brought back here: the archive has, or may have, something else under the first name.
    const versions = (await records.deposits.ofDocument(document.id)).map(({ version }) => version)
    return {
      document,
      pages: await records.pages.ofDocument(document.id),
      files: await records.files.ofDocument(document.id),
      hostId: await records.batches.hostOf(document.batchId),
      version: Math.max(0, ...versions) + 1,
    }
  },

  async run({ document, pages, files, hostId, version }, ports, { now }) {
    const access = {
      content: await ports.staging.stream(document.batchId, document.access!),
      mediaType: 'application/pdf',
    }
    const sealing = { document, version, hostId, sealedAt: now }
    const deposits = [
      await sealPart('access', access, sealing, ports),
      await sealPart('master', await masterOf(document, pages, files, ports), sealing, ports),
      await sealPart('words', await wordsOf(document, pages, ports), sealing, ports),
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

  async settle({ document, deposits }, records) {
    const { id, batchId } = document
    if (!(await takeUp(document, records))) return
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
  fail: failDocument,
})

type Sealing = Pick<Deposit, 'version' | 'hostId' | 'sealedAt'> & { readonly document: Document }

async function sealPart(
  part: Part,
  { mediaType, content }: { mediaType: string; content: Readable },
  { document: { id, batchId, organisationId, patientId }, ...sealing }: Sealing,
  { sealer, staging }: Pick<Ports, 'sealer' | 'staging'>,
): Promise<Deposit> {
  const { sealed, keyId, content: measures } = await sealer.seal(patientId!, id, content)
  // Fails, and leaves nothing, where the content turns out at its end not to be what was staged.
  const staged = await staging.put(batchId, sealed, id)
  const { sha256, sha512, bytes } = measures()
  return {
    ...{ documentId: id, part, mediaType, keyId, staged },
    ...sealing,
    ...{ contentSha256: sha256, contentSha512: sha512, contentBytes: bytes },
    ...{ sealedSha256: staged.sha256, sealedBytes: staged.bytes },
    objectKey: objectKeyOf(organisationId, id, part, sealing.version),
    ...{ objectVersion: null, retainUntil: null, depositedAt: null, verifiedAt: null },
  }
}
