import type { Readable } from 'node:stream'
import { type ConsentQuestion, documentGate } from '../domain/consent.ts'
import { type Actor, type CustodyEventType, custodyEvent } from '../domain/custody.ts'
import type { Deposit, Part } from '../domain/deposit.ts'
import { type Document, isDeposited } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
import { atEnd, led, measuring, passed } from '../envelope/measuring.ts'
import type { Archives, Clock, Sealer } from '../ports.ts'
import type { Records, Truth } from '../records.ts'

export type ReadingRoom = {
  readonly truth: Truth
  readonly archives: Archives
  readonly sealer: Sealer
  readonly clock: Clock
}

/**
 * A document's content out of the archive, after the gate at reading. The ciphertext is compared with the ledger's
 * digest before anything of it is opened, and again while it is: GCM alone does not bind a content to one key. Every
 * reading, and every refusal of one, is a custody event.
 *
 * The stream fails at its end when the object was changed in between: keep nothing of it before that.
 * @throws Failure not-found, state-forbids, text-not-kept, consent-withdrawn and its like, deposit-differs, object-missing
 */
export async function fetchDocument(
  organisationId: OrganisationId,
  documentId: DocumentId,
  part: Part,
  actor: Actor,
  room: ReadingRoom,
): Promise<{ content: Readable; bytes: number; mediaType: string }> {
  const { document, deposit, storage } = await passGate(
    organisationId,
    documentId,
    part,
    'document-read',
    actor,
    room,
  )
  const content = await openDeposit({ document, deposit, storage }, room)
  return { content, bytes: deposit.contentBytes, mediaType: deposit.mediaType }
}

/**
 * What a sealed object holds, compared before and while it is opened; for who passed the gate.
 *
 * The stream fails at its end when the object was changed in between: keep nothing of it before that.
 * @throws Failure deposit-differs, object-missing
 */
export async function openDeposit(
  { document: { id, patientId }, deposit, storage }: Passed,
  { archives, sealer }: Pick<ReadingRoom, 'archives' | 'sealer'>,
): Promise<Readable> {
  await passed(await readSealed(deposit, storage, archives))
  return sealer.open(patientId!, id, await readSealed(deposit, storage, archives))
}

export type SealedExport = {
  readonly deposit: Deposit
  /** Fails at its end with deposit-differs if it is not what was deposited: keep nothing of it before that. */
  readonly sealed: Readable
  readonly key: Buffer
  readonly keyId: string
}

/** A document as stored, with the one key that opens it and no other: the gate at restitution. */
export async function exportSealed(
  organisationId: OrganisationId,
  documentId: DocumentId,
  part: Part,
  actor: Actor,
  room: ReadingRoom,
): Promise<SealedExport> {
  const { document, deposit, storage } = await passGate(
    organisationId,
    documentId,
    part,
    'document-exported',
    actor,
    room,
  )
  const key = await room.sealer.release(document.patientId!, documentId)
  return { deposit, ...key, sealed: await readSealed(deposit, storage, room.archives) }
}

export type Passed = { readonly document: Document; readonly deposit: Deposit; readonly storage: string }

/** The refusal is recorded too, so it commits before it is thrown. */
async function passGate(
  organisationId: OrganisationId,
  documentId: DocumentId,
  part: Part,
  event: CustodyEventType,
  actor: Actor,
  { truth, clock }: ReadingRoom,
): Promise<Passed> {
  const passed = await truth.transaction(organisationId, async (records): Promise<Passed | Failure> => {
    const document = await records.documents.find(documentId)
    if (!document) return new Failure('not-found', { kind: 'document' })
    const deposit = (await records.deposits.ofDocument(documentId)).findLast(
      (one) => one.part === part && one.depositedAt !== null,
    )
    if (!isDeposited(document.state) || !deposit)
      return isDeposited(document.state) && part === 'words'
        ? new Failure('text-not-kept', { documentId })
        : new Failure('state-forbids', { subject: documentId, state: document.state })
    const subject = { batchId: document.batchId, documentId }
    const refusal = refusalOf(document, await question(document, records), clock.now())
    const details = { part, ...(refusal ? { reason: refusal.code } : {}) }
    await records.append(actor, [
      custodyEvent(refusal ? 'document-reading-refused' : event, subject, { details }),
    ])
    return refusal ?? { document, deposit, storage: await records.batches.storageOf(document.batchId) }
  })
  if (passed instanceof Failure) throw passed
  return passed
}

async function question({ patientId }: Document, records: Records): Promise<ConsentQuestion> {
  const decision = patientId ? await records.consents.current(patientId, 'digitisation') : undefined
  return { patientId, policy: await records.consents.policy(), decision: decision ?? null }
}

/** The gate at reading. */
export function refusalOf(
  { id: documentId }: Document,
  consent: ConsentQuestion,
  now: Date,
): Failure | undefined {
  const verdict = documentGate(consent, now)
  if (verdict.kind === 'cleared') return undefined
  return new Failure(verdict.kind === 'refused' ? 'consent-refused' : verdict.reason, { documentId })
}

/** The object as it comes; the stream fails at its end when it is not the one that was deposited. */
async function readSealed(deposit: Deposit, storage: string, archives: Archives): Promise<Readable> {
  const { through, measures } = measuring({}, 'sha256')
  const { documentId, part, sealedSha256 } = deposit
  const compared = atEnd(() =>
    measures().sha256 === sealedSha256 ? null : new Failure('deposit-differs', { documentId, part }),
  )
  return led(await archives.of(storage).get(deposit.objectKey), through, compared)
}
