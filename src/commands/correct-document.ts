import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { correctedFindings, notYetSaid, type Said } from '../domain/correction.ts'
import { type Actor, custodyEvent } from '../domain/custody.ts'
import { type Deposit, objectKeyOf } from '../domain/deposit.ts'
import { Failure } from '../domain/failure.ts'
import type { DocumentId, OrganisationId } from '../domain/ids.ts'
import { indexName, type WordsIndex, writeIndex } from '../domain/words-index.ts'
import type { OneAtATime, PagePacker, PageUnpacker } from '../ports.ts'
import type { Records } from '../records.ts'
import { consentQuestion } from '../stages/consent-gate.ts'
import { archivedIndex, withFiles } from './archived-words.ts'
import { correctedWords, refuseUnknownPages } from './corrected-words.ts'
import { depositCorrection } from './deposit-correction.ts'
import { openDeposit, type Passed, type ReadingRoom, refusalOf } from './read-document.ts'

export type CorrectionRoom = ReadingRoom & {
  readonly packer: PagePacker
  readonly unpacker: PageUnpacker
  readonly oneAtATime: OneAtATime
  readonly lockDays: number
}

/** What stands now, and in which version of the words. */
export type Corrected = { readonly version: number; readonly index: WordsIndex }

/**
 * Puts a person's word in the place of what was found or read: the words of the document get a next version, sealed, deposited,
 * locked and read back like the first, with who said so and when. Earlier versions stay. What already stands is not said again,
 * and a correction that was cut off is brought to its end before the next. The sealed words are held in memory.
 *
 * @throws Failure not-found, state-forbids, text-not-kept, consent-withdrawn and its like, deposit-conflict, deposit-differs,
 * object-missing, storage-away, correction-page-unknown, correction-place-unknown
 */
export const correctDocument = (
  organisationId: OrganisationId,
  documentId: DocumentId,
  said: Said,
  actor: Actor,
  room: CorrectionRoom,
): Promise<Corrected> =>
  room.oneAtATime(`correct/${documentId}`, async () => {
    const found = await passGate(organisationId, documentId, actor, room)
    const isFinished =
      found.begun && (await depositCorrection({ ...found, deposit: found.begun }, undefined, room))
    const passed = isFinished ? await passGate(organisationId, documentId, actor, room) : found
    const index = await archivedIndex(await openDeposit(passed, room), room.unpacker)
    const news = notYetSaid(index, said)
    if (!news) return { version: passed.deposit.version, index }
    return sealNext(passed, await next(passed, index, news, actor, room), actor, room)
  })

/** What is said of the whole document, and the files that are others than before. */
type Next = { readonly index: WordsIndex; readonly files: ReadonlyMap<string, Buffer> }

async function next(
  passed: Passed,
  index: WordsIndex,
  { words, ...findings }: Said,
  by: Actor,
  room: CorrectionRoom,
): Promise<Next> {
  const at = room.clock.now().toISOString()
  const corrections = [...index.corrections, { at, by, ...findings, ...(words && { words: [...words] }) }]
  const said: WordsIndex = { ...index, ...correctedFindings(index, findings), corrections }
  if (!words) return { index: said, files: new Map([[indexName, writeIndex(said)]]) }
  refuseUnknownPages(index, words)
  const packed = await openDeposit(passed, room)
  const reading = { number: corrections.length, at, by }
  const { files, ...figures } = await correctedWords(packed, room.unpacker, index, words, reading)
  const corrected = { ...said, ...figures }
  return { index: corrected, files: new Map([...files, [indexName, writeIndex(corrected)]]) }
}

type Found = Passed & {
  /** A version that was sealed, and perhaps put, by a correction that was cut off. */
  readonly begun: Deposit | undefined
  /** No version has it yet. What was begun may still arrive, so its place is not taken. */
  readonly nextVersion: number
}

/** That of reading. A refusal is recorded too, so it commits before it is thrown. */
async function passGate(
  organisationId: OrganisationId,
  documentId: DocumentId,
  actor: Actor,
  { truth, clock }: CorrectionRoom,
): Promise<Found> {
  const passed = await truth.transaction(organisationId, async (records): Promise<Found | Failure> => {
    const document = await records.documents.find(documentId)
    if (!document) return new Failure('not-found', { kind: 'document' })
    const { batchId, state } = document
    if (state !== 'verified') return new Failure('state-forbids', { subject: documentId, state })
    const { standing, ...others } = await wordsOf(documentId, records)
    if (!standing) return new Failure('text-not-kept', { documentId })
    const refusal = refusalOf(document, await consentQuestion(document, records), clock.now())
    if (refusal) {
      const details = { part: 'words', reason: refusal.code }
      await records.append(actor, [
        custodyEvent('document-reading-refused', { batchId, documentId }, { details }),
      ])
      return refusal
    }
    const storage = await records.batches.storageOf(batchId)
    return { document, deposit: standing, storage, ...others }
  })
  if (passed instanceof Failure) throw passed
  return passed
}

async function wordsOf(documentId: DocumentId, records: Records) {
  const words = (await records.deposits.ofDocument(documentId)).filter(({ part }) => part === 'words')
  const last = words.at(-1)
  return {
    standing: words.findLast(({ depositedAt }) => depositedAt !== null),
    begun: last?.depositedAt === null ? last : undefined,
    nextVersion: (last?.version ?? 0) + 1,
  }
}

/** The seal is recorded before the object is put: whatever is in the archive is known to the truth. */
async function sealNext(
  passed: Found,
  { index, files }: Next,
  actor: Actor,
  room: CorrectionRoom,
): Promise<Corrected> {
  const { document, deposit: standing, storage, nextVersion: version } = passed
  const { id: documentId, organisationId, batchId, patientId } = document
  const entries = withFiles(await openDeposit(passed, room), room.unpacker, files)
  const sealing = await room.sealer.seal(patientId!, documentId, room.packer(entries, { isCompressed: true }))
  const sealed = await buffer(sealing.sealed)
  const content = sealing.content()
  const deposit: Deposit = {
    ...{ documentId, part: 'words', version, hostId: standing.hostId, mediaType: standing.mediaType },
    ...{ contentSha256: content.sha256, contentSha512: content.sha512, contentBytes: content.bytes },
    ...{
      sealedSha256: createHash('sha256').update(sealed).digest('hex'),
      sealedBytes: sealed.length,
      keyId: sealing.keyId,
    },
    objectKey: objectKeyOf(organisationId, documentId, 'words', version),
    ...{ staged: null, objectVersion: null, retainUntil: null, sealedAt: room.clock.now() },
    ...{ depositedAt: null, verifiedAt: null },
  }
  await room.truth.transaction(organisationId, async (records) => {
    const refusal = refusalOf(document, await consentQuestion(document, records), room.clock.now())
    if (refusal) throw refusal
    await records.deposits.put([deposit])
    await records.append(actor, [
      custodyEvent(
        'document-sealed',
        { batchId, documentId },
        {
          digests: {
            content: deposit.contentSha256,
            content512: deposit.contentSha512,
            sealed: deposit.sealedSha256,
          },
          details: { part: 'words', version, bytes: deposit.contentBytes },
        },
      ),
    ])
  })
  if (!(await depositCorrection({ document, deposit, storage }, sealed, room)))
    throw new Failure('storage-away', { reason: 'object-not-seen' })
  return { version, index }
}
