import { z } from 'zod'
import { custodyEvent } from '../domain/custody.ts'
import { type Deposit, latestOf } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId } from '../domain/ids.ts'
import { led, measuring, passed } from '../envelope/measuring.ts'
import type { ObjectStore, Sealer } from '../ports.ts'
import { closeWhenDone } from './close-batch.ts'
import { completed, defineStage } from './stage.ts'
import { failDocument, holdDocument } from './stopping.ts'

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
      if (!(await isAsDeposited(document, deposit, store, sealer)))
        throw new Failure('deposit-differs', { documentId: document.id, part: deposit.part })
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

/** In one pass over the object: are its bytes those that were deposited, and what they open to what was sealed? */
export async function isAsDeposited(
  document: Document,
  deposit: Deposit,
  store: ObjectStore,
  sealer: Sealer,
  isSecondTry = false,
): Promise<boolean> {
  const { id, patientId } = document
  const sealed = measuring({}, 'sha256')
  const content = measuring({}, 'sha512')
  try {
    const archived = led(await store.get(deposit.objectKey), sealed.through)
    await passed(led(await sealer.open(patientId!, id, archived), content.through))
  } catch (error) {
    // An object that does not open may be another one, or read wrongly this once, or be opened with another key.
    if (!isOfEnvelope(error)) throw error
    if (!(await hasDigest(deposit, store))) return false
    if (isSecondTry) throw error
    return isAsDeposited(document, deposit, store, sealer, true)
  }
  return isSealed(deposit, sealed.measures()) && content.measures().sha512 === deposit.contentSha512
}

async function hasDigest(deposit: Deposit, store: ObjectStore): Promise<boolean> {
  const { through, measures } = measuring({}, 'sha256')
  await passed(led(await store.get(deposit.objectKey), through))
  return isSealed(deposit, measures())
}

const isSealed = (deposit: Deposit, { sha256, bytes }: { sha256: string; bytes: number }): boolean =>
  bytes === deposit.sealedBytes && sha256 === deposit.sealedSha256

const isOfEnvelope = (error: unknown): boolean =>
  error instanceof Failure && (error.code === 'envelope-invalid' || error.code === 'envelope-not-authentic')
