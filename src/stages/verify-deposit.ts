import { createHash } from 'node:crypto'
import { z } from 'zod'
import { buffer } from 'node:stream/consumers'
import { custodyEvent } from '../domain/custody.ts'
import { type Deposit, latestOf } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId } from '../domain/ids.ts'
import { closeWhenDone } from './close-batch.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'

const digest = (algorithm: 'sha256' | 'sha512', content: Buffer): string =>
  createHash(algorithm).update(content).digest('hex')

/** Reads every object back whole, compares it, opens it, compares again. Only then is a document called verified. */
export const verifyDeposit = defineStage({
  name: 'verify-deposit',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    deposits: z.array(z.custom<Deposit>()).min(1),
    storage: z.string(),
  }),
  output: z.object({ document: z.custom<Document>(), deposits: z.array(z.custom<Deposit>()) }),
  needs: ['archives', 'sealer'],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'deposited') return undefined
    const deposits = latestOf(await records.deposits.ofDocument(document.id))
    return { document, deposits, storage: await records.batches.storageOf(document.batchId) }
  },

  async run({ document, deposits, storage }, { archives, sealer }, { signal }) {
    const store = archives.of(storage)
    for (const deposit of deposits) {
      signal.throwIfAborted()
      const sealed = await buffer(await store.get(deposit.objectKey))
      const differs = new Failure('deposit-differs', { documentId: document.id, part: deposit.part })
      if (sealed.length !== deposit.sealedBytes || digest('sha256', sealed) !== deposit.sealedSha256)
        throw differs
      const content = await sealer.open(document.patientId!, document.id, sealed)
      if (digest('sha512', content) !== deposit.contentSha512) throw differs
    }
    const subject = { batchId: document.batchId, documentId: document.id }
    return completed(
      { document, deposits },
      deposits.map((deposit) =>
        custodyEvent(
          'deposit-verified',
          { ...subject, hostId: deposit.hostId },
          {
            digests: { content: deposit.contentSha256, sealed: deposit.sealedSha256 },
            details: { part: deposit.part, version: deposit.version },
          },
        ),
      ),
    )
  },

  async settle({ document: { id, batchId }, deposits }, records, context) {
    for (const { part, version } of deposits) {
      await records.deposits.change(id, part, version, { verifiedAt: context.now, staged: null })
    }
    await records.documents.change(id, { state: 'verified', access: null })
    await closeWhenDone(batchId, records, context)
  },

  hold: holdDocument,
  fail: failDocument,
})
