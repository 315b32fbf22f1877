import { z } from 'zod'
import { type ConsentQuestion, documentGate } from '../domain/consent.ts'
import { custodyEvent } from '../domain/custody.ts'
import { type Deposit, latestOf } from '../domain/deposit.ts'
import type { Document } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId } from '../domain/ids.ts'
import type { ObjectStore, Staging, StoredObject } from '../ports.ts'
import { askService } from './service-question.ts'
import { consentQuestion, documentAt, gateEvent, passGate, reasonOf, takeUp } from './consent-gate.ts'
import { completed, defineStage, held } from './stage.ts'
import { failDocument } from './stopping.ts'

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
    const document = await documentAt('sealed', subjectId as DocumentId, records)
    if (!document) return undefined
    return {
      document,
      deposits: latestOf(await records.deposits.ofDocument(document.id)),
      consent: await consentQuestion(document, records),
      storage: await records.batches.storageOf(document.batchId),
    }
  },

  async run({ document, deposits, consent, storage }, { staging, archives, rules }, { now, signal }) {
    const store = archives.of(storage)
    const verdict = documentGate(consent, now)
    if (verdict.kind !== 'cleared') {
      const facts = { documentId: document.id, archived: await countPresent(deposits, store) }
      return held(reasonOf(verdict), facts)
    }
    const retainUntil = rules.lockDays > 0 ? new Date(now.getTime() + rules.lockDays * day) : null
    const done: Deposit[] = []
    for (const deposit of deposits) {
      signal.throwIfAborted()
      done.push({
        ...deposit,
        depositedAt: now,
        ...(await putOnce(document, deposit, store, staging, retainUntil)),
      })
    }
    const subject = { batchId: document.batchId, documentId: document.id }
    return completed({ document, deposits: done }, [
      gateEvent(document, verdict),
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

  /** What is in the archive is recorded, whatever was decided meanwhile; a decision against it asks the service. */
  async settle({ document, deposits }, records, context) {
    const { id, batchId } = document
    const consent = await consentQuestion(document, records)
    const goesOn = await takeUp(document, records)
    for (const { part, version, objectVersion, retainUntil, depositedAt } of deposits) {
      await records.deposits.change(id, part, version, { objectVersion, retainUntil, depositedAt })
    }
    if (!goesOn) return
    await records.documents.change(id, { state: 'deposited' })
    await askService({ ...document, state: 'deposited' }, consent, records, context)
    await records.orders.place({
      batchId,
      queue: 'document',
      stage: 'verify-deposit',
      subjectId: id,
      again: true,
    })
  },

  /** The gate is asked where its answer is acted upon: who decided otherwise meanwhile is not held for what was said before. */
  async hold(subjectId, _reason, facts, records, context) {
    const document = await documentAt('sealed', subjectId as DocumentId, records)
    if (!document || !(await passGate(document, records, context, facts))) return
    const { id, batchId } = document
    await records.orders.place({
      ...{ batchId, queue: 'document', stage: 'deposit-document', subjectId: id },
      again: true,
    })
  },
  fail: failDocument,
})

/** How many of the objects an earlier attempt has put, that nobody can delete now. */
async function countPresent(deposits: readonly Deposit[], store: ObjectStore): Promise<number> {
  const found = await Promise.all(deposits.map(({ objectKey }) => store.head(objectKey)))
  return found.filter((object) => object !== undefined).length
}

type Put = Pick<Deposit, 'objectVersion' | 'retainUntil'>

/** With Object Lock a blind second try would leave a version that nobody can delete: look first, and write on condition. */
async function putOnce(
  document: Document,
  deposit: Deposit,
  store: ObjectStore,
  staging: Staging,
  retainUntil: Date | null,
): Promise<Put> {
  const found = await store.head(deposit.objectKey)
  if (found) return sameObject(document, deposit, found, store, retainUntil)
  // Its digest is compared before the object comes to be: of a staged object that is damaged nothing is deposited.
  const sealed = await staging.stream(document.batchId, deposit.staged!)
  const { created, version } = await store.put(deposit.objectKey, sealed, {
    bytes: deposit.sealedBytes,
    sha256: deposit.sealedSha256,
    mediaType: 'application/cms',
    onlyIfAbsent: true,
    ...(retainUntil ? { retainUntil } : {}),
  })
  if (created) return { objectVersion: version ?? null, retainUntil }
  const other = await store.head(deposit.objectKey)
  if (!other) throw new Failure('storage-away', { reason: 'object-not-seen' })
  return sameObject(document, deposit, other, store, retainUntil)
}

/** An attempt that was cut off put it, and may not have come to locking it. */
async function sameObject(
  document: Document,
  deposit: Deposit,
  found: StoredObject,
  store: ObjectStore,
  retainUntil: Date | null,
): Promise<Put> {
  const differs =
    found.bytes !== deposit.sealedBytes ||
    (found.sha256 !== undefined && found.sha256 !== deposit.sealedSha256)
  if (differs) throw new Failure('deposit-conflict', { documentId: document.id })
  const locked = retainUntil
    ? await store.extendLock(deposit.objectKey, found.version, retainUntil)
    : (found.retainUntil ?? null)
  return { objectVersion: found.version ?? null, retainUntil: locked }
}
