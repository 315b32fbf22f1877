import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { type ConsentQuestion, documentGate } from '../domain/consent.ts'
import { type Actor, type CustodyEventType, custodyEvent } from '../domain/custody.ts'
import type { Deposit, Part } from '../domain/deposit.ts'
import { type Document, isDeposited } from '../domain/document.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
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
 * digest before it is opened. Every reading, and every refusal of one, is a custody event.
 *
 * @throws Failure not-found, state-forbids, consent-withdrawn and its like, deposit-differs, object-missing
 */
export async function fetchDocument(
  organisationId: OrganisationId,
  documentId: DocumentId,
  part: Part,
  actor: Actor,
  room: ReadingRoom,
): Promise<{ content: Buffer; mediaType: string }> {
  const { document, deposit, storage } = await passGate(
    organisationId,
    documentId,
    part,
    'document-read',
    actor,
    room,
  )
  const sealed = await readSealed(deposit, storage, room.archives)
  const content = await room.sealer.open(document.patientId!, documentId, sealed)
  return { content, mediaType: deposit.mediaType }
}

export type SealedExport = {
  readonly deposit: Deposit
  readonly sealed: Buffer
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
  const sealed = await readSealed(deposit, storage, room.archives)
  return { deposit, sealed, ...(await room.sealer.release(document.patientId!, documentId)) }
}

type Passed = { readonly document: Document; readonly deposit: Deposit; readonly storage: string }

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
    const deposit = (await records.deposits.ofDocument(documentId)).findLast((one) => one.part === part)
    if (!isDeposited(document.state) || !deposit)
      return new Failure('state-forbids', { subject: documentId, state: document.state })
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

function refusalOf({ id: documentId }: Document, consent: ConsentQuestion, now: Date): Failure | undefined {
  const verdict = documentGate(consent, now)
  if (verdict.kind === 'cleared') return undefined
  return new Failure(verdict.kind === 'refused' ? 'consent-refused' : verdict.reason, { documentId })
}

async function readSealed(deposit: Deposit, storage: string, archives: Archives): Promise<Buffer> {
  const sealed = await buffer(await archives.of(storage).get(deposit.objectKey))
  const isSame = createHash('sha256').update(sealed).digest('hex') === deposit.sealedSha256
  if (!isSame) throw new Failure('deposit-differs', { documentId: deposit.documentId, part: deposit.part })
  return sealed
}
