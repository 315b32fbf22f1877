import type { Correction } from '../domain/correction.ts'
import { custodyEvent } from '../domain/custody.ts'
import type { Deposit } from '../domain/deposit.ts'
import { Failure } from '../domain/failure.ts'
import type { ObjectStore, PageUnpacker } from '../ports.ts'
import { isAsDeposited } from '../stages/verify-deposit.ts'
import { archivedIndex } from './archived-words.ts'
import { openDeposit, type Passed, type ReadingRoom } from './read-document.ts'

const day = 86_400_000

type DepositRoom = ReadingRoom & { readonly unpacker: PageUnpacker; readonly lockDays: number }

/**
 * Puts the sealed words of a correction into the archive, locks them, reads them back, and records that the document is
 * corrected, by whom the words themselves say. Without sealed words: brings to its end what an attempt that was cut off has put.
 *
 * @returns false where nothing of it is in the archive
 * @throws Failure deposit-conflict, deposit-differs, storage-away, storage-refused
 */
export async function depositCorrection(
  passed: Passed,
  sealed: Buffer | undefined,
  room: DepositRoom,
): Promise<boolean> {
  const { document, deposit, storage } = passed
  const store = room.archives.of(storage)
  const { lockDays, clock } = room
  const until = lockDays > 0 ? new Date(clock.now().getTime() + lockDays * day) : null
  if (sealed) await put(deposit, sealed, until, store)
  const place = await placeOf(deposit, until, store)
  if (!place) return false
  if (!(await isAsDeposited(document, deposit, store, room.sealer)))
    throw new Failure('deposit-differs', { documentId: document.id, part: deposit.part })
  const index = await archivedIndex(await openDeposit(passed, room), room.unpacker)
  await record(passed, place, index.corrections.at(-1)!, room)
  return true
}

async function put(
  { objectKey, sealedBytes: bytes, sealedSha256: sha256 }: Deposit,
  sealed: Buffer,
  until: Date | null,
  store: ObjectStore,
): Promise<void> {
  const options = { bytes, sha256, mediaType: 'application/cms', onlyIfAbsent: true }
  await store.put(objectKey, sealed, { ...options, ...(until ? { retainUntil: until } : {}) })
}

type Place = Pick<Deposit, 'objectVersion' | 'retainUntil'>

async function placeOf(
  { documentId, objectKey, sealedBytes, sealedSha256 }: Deposit,
  until: Date | null,
  store: ObjectStore,
): Promise<Place | undefined> {
  const found = await store.head(objectKey)
  if (!found) return undefined
  const differs = found.bytes !== sealedBytes || (found.sha256 !== undefined && found.sha256 !== sealedSha256)
  if (differs) throw new Failure('deposit-conflict', { documentId })
  const retainUntil = until
    ? await store.extendLock(objectKey, found.version, until)
    : (found.retainUntil ?? null)
  return { objectVersion: found.version ?? null, retainUntil }
}

/** Once, whoever comes to it: who corrected is whom the words name, not who brings it to its end. */
async function record(
  { document, deposit }: Passed,
  place: Place,
  said: Correction,
  { truth, clock }: DepositRoom,
): Promise<void> {
  const { id: documentId, organisationId, batchId } = document
  const { part, version, hostId, contentSha256: content, sealedSha256: sealed } = deposit
  const subject = { batchId, documentId }
  await truth.transaction(organisationId, async (records) => {
    await records.documents.lock(documentId)
    const now = clock.now()
    await records.deposits.change(documentId, part, version, {
      ...{ ...place, depositedAt: now, verifiedAt: now },
    })
    const events = [
      custodyEvent(
        'document-deposited',
        { ...subject, hostId },
        { digests: { sealed }, details: { part, version, bytes: deposit.sealedBytes } },
      ),
      custodyEvent(
        'deposit-verified',
        { ...subject, hostId },
        { digests: { content, sealed }, details: { part, version } },
      ),
      custodyEvent('document-corrected', subject, {
        digests: { content, sealed },
        details: {
          ...{ part, version, type: said.type !== undefined, date: said.date !== undefined },
          places: said.words?.length ?? 0,
        },
      }),
    ]
    await records.append(said.by, events, `correct/${documentId}/${version}`)
  })
}
