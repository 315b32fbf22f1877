import { z } from 'zod'
import { type ConsentQuestion, documentGate } from '../domain/consent.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { Deposit } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { ObjectStore, Staging } from '../ports.ts'
import { consentQuestion, gateEvent, holdOrRefuse, stoppedByConsent } from './check-consent.ts'
import { completed, defineStage } from './stage.ts'
import { failDocumentById } from './stopping.ts'

const day = 86_400_000

/** Asks the gate once more, then puts the sealed objects into the archive; what is already there is compared, not sent again. */
export const depositDocument = defineStage({
  name: 'deposit-document',
  queue: 'document',
  input: z.object({
    document: z.custom<Document>(),
    deposits: z.array(z.custom<Deposit>()),
    consent: z.custom<ConsentQuestion>(),
    storage: z.string(),
  }),
  output: z.object({ document: z.custom<Document>(), deposits: z.array(z.custom<Deposit>()) }),
  needs: ['staging', 'archives', 'rules'],

  async load(subjectId, records) {
    const document = await records.documents.find(subjectId as DocumentId)
    if (document?.state !== 'sealed') return undefined
    return {
      document,
      deposits: await records.deposits.ofDocument(document.id),
      consent: await consentQuestion(document, records),
      storage: await records.batches.storageOf(document.batchId),
    }
  },

  async run({ document, deposits, consent, storage }, { staging, archives, rules }, { now, signal }) {
    const stopped = stoppedByConsent(document, consent, now)
    if (stopped) return stopped
    const store = archives.of(storage)
    const retainUntil = rules.lockDays > 0 ? new Date(now.getTime() + rules.lockDays * day) : null
    const done: Deposit[] = []
    for (const deposit of deposits) {
      signal.throwIfAborted()
      done.push({
        ...deposit,
        retainUntil,
        depositedAt: now,
        ...(await putOnce(document, deposit, store, staging, retainUntil)),
      })
    }
    const subject = { batchId: document.batchId, documentId: document.id }
    return completed({ document, deposits: done }, [
      gateEvent(document, documentGate(consent, now)),
      ...done.map((deposit) =>
        custodyEvent(
          'document-deposited',
          { ...subject, hostId: deposit.hostId },
          {
            digests: { sealed: deposit.sealedSha256 },
            details: { part: deposit.part, version: deposit.version, bytes: deposit.sealedBytes },
          },
        ),
      ),
    ])
  },

  async settle({ document: { id, batchId }, deposits }, records) {
    for (const { part, version, objectVersion, retainUntil, depositedAt } of deposits) {
      await records.deposits.change(id, part, version, { objectVersion, retainUntil, depositedAt })
    }
    await records.documents.change(id, { state: 'deposited' })
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'verify-deposit',
      subjectId: id,
      again: true,
    })
  },

  hold: holdOrRefuse,
  fail: failDocumentById,
})

/** With Object Lock a blind second try would leave a version that nobody can delete: look first, and write on condition. */
async function putOnce(
  document: Document,
  deposit: Deposit,
  store: ObjectStore,
  staging: Staging,
  retainUntil: Date | null,
): Promise<{ objectVersion: string | null }> {
  const found = await store.head(deposit.objectKey)
  if (found) return { objectVersion: sameObject(document, deposit, found) }
  const sealed = await staging.read(document.batchId, deposit.staged!)
  const { created, version } = await store.put(deposit.objectKey, sealed, {
    bytes: deposit.sealedBytes,
    sha256: deposit.sealedSha256,
    mediaType: 'application/cms',
    onlyIfAbsent: true,
    ...(retainUntil ? { retainUntil } : {}),
  })
  if (created) return { objectVersion: version ?? null }
  const other = await store.head(deposit.objectKey)
  return { objectVersion: other ? sameObject(document, deposit, other) : null }
}

function sameObject(
  document: Document,
  deposit: Deposit,
  found: { bytes: number; sha256?: string; version?: string },
): string | null {
  const differs =
    found.bytes !== deposit.sealedBytes ||
    (found.sha256 !== undefined && found.sha256 !== deposit.sealedSha256)
  if (differs) throw new Failure('deposit-conflict', { documentId: document.id })
  return found.version ?? null
}
