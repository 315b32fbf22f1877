import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import type { LedgerPlace } from '../domain/certificates/page.ts'
import { custodyEvent } from '../domain/custody.ts'
import { lockRenewal } from '../domain/deposit.ts'
import { type Attestation, attestationKeyOf } from '../domain/deposit-attestation.ts'
import { depositAttestation } from '../domain/deposit-attestation-page.ts'
import { asFailure, Failure } from '../domain/failure.ts'
import type { FailureCode } from '../domain/failures.ts'
import type { BatchId, OrganisationId } from '../domain/ids.ts'
import { inclusionFromTiles } from '../ledger/tile-tree.ts'
import { formatProof } from '../ledger/tlog-proof.ts'
import type { AttestationBook, AttestationTask, CertificateMaker, ClosingEntry } from '../evidence-ports.ts'
import type { Archives, Clock, ObjectStore } from '../ports.ts'
import type { LedgerStore, Truth } from '../records.ts'
import { tilesOfLedger } from './publish-ledger.ts'

export type Notary = {
  readonly book: AttestationBook
  readonly truth: Truth
  readonly ledger: Pick<LedgerStore, 'head' | 'entriesFrom' | 'hashesFrom'>
  readonly archives: Archives
  readonly maker: CertificateMaker
  /** An authority is configured, which says when. */
  readonly isTimed: boolean
  readonly clock: Clock
  readonly lockDays: number
}

export type Attested = {
  readonly written: number
  readonly deposited: number
  readonly timestamped: number
  readonly renewed: number
  /** How many could not be seen to, by code. */
  readonly failed: Readonly<Partial<Record<FailureCode, number>>>
}

/** So many of each kind in one round. */
const atOnce = 50
const actor = 'clock.attest-batches'

/**
 * Sees to the attestations of closed batches: writes and signs what is due, puts it into the archive under a lock, adds the
 * time-stamps that were away, renews locks. Each step is kept before the next one is taken. What fails is counted, hinders
 * no other, and is met again next time.
 */
export async function attestBatches(notary: Notary, signal: AbortSignal): Promise<Attested> {
  const failed: Partial<Record<FailureCode, number>> = {}
  const each = async (
    tasks: readonly AttestationTask[],
    work: (task: AttestationTask) => Promise<boolean>,
  ): Promise<number> => {
    let done = 0
    for (const task of tasks) {
      if (signal.aborted) return done
      try {
        if (await work(task)) done++
      } catch (error) {
        const { code } = asFailure(error)
        failed[code] = (failed[code] ?? 0) + 1
      }
    }
    return done
  }
  const { book, clock, isTimed, lockDays } = notary
  const written = await each(await book.waiting('writing', atOnce), (task) => write(task, notary, signal))
  const timestamped = isTimed
    ? await each(await book.waiting('timestamp', atOnce), (task) => timestamp(task, notary, signal))
    : 0
  const deposited = await each(await book.waiting('deposit', atOnce), (task) => deposit(task, notary))
  const { dueBefore } = lockRenewal(clock.now(), lockDays)
  const renewed =
    lockDays > 0
      ? await each(await book.lockEndingBefore(dueBefore, atOnce), (task) => renew(task, notary))
      : 0
  return { written, deposited, timestamped, renewed, failed }
}

/** Not before the closing is in a signed head: the certificate says where. */
async function write(task: AttestationTask, notary: Notary, signal: AbortSignal): Promise<boolean> {
  const found = await notary.book.particulars(task)
  const place = found?.closing && (await placeOf(found.closing, notary.ledger))
  if (!place) return false
  const page = depositAttestation(found.batch, place, notary.clock.now())
  const { pdf, isStamped } = await notary.maker.make(page, signal)
  return draft(task, notary, (kept) => kept.version === 0, { draft: pdf, draftStamped: isStamped })
}

async function placeOf(
  { seq, entry, leafHash }: ClosingEntry,
  ledger: Notary['ledger'],
): Promise<LedgerPlace | undefined> {
  const head = await ledger.head()
  if (!head || head.size <= seq) return undefined
  const hashes = await inclusionFromTiles(seq, head.size, tilesOfLedger(ledger))
  return {
    ...{ index: seq, leaf: leafHash.toString('hex'), entry: entry.toString() },
    ...{ size: head.size, root: head.root.toString('hex') },
    proof: formatProof({ index: seq, hashes, checkpoint: head.note }),
  }
}

/** The certificate as it is, and after it the authority's word. */
async function timestamp(task: AttestationTask, notary: Notary, signal: AbortSignal): Promise<boolean> {
  const { organisationId, batchId } = task
  const before = await notary.truth.transaction(organisationId, ({ attestations }) =>
    attestations.find(batchId),
  )
  if (!before) return false
  const pdf = await readAttestation(before, notary.archives.of(task.storage))
  const stamped = await notary.maker.stamp(pdf, signal)
  const isAsBefore = (kept: Attestation) => kept.version === before.version
  return draft(task, notary, isAsBefore, { draft: stamped, draftStamped: true })
}

/** Keeps what was made: an attempt that is cut off from here on puts these bytes and no others. */
const draft = (
  { organisationId, batchId }: AttestationTask,
  { truth }: Notary,
  isStillWanted: (kept: Attestation) => boolean,
  made: Pick<Attestation, 'draft' | 'draftStamped'>,
): Promise<boolean> =>
  truth.transaction(organisationId, async ({ attestations }) => {
    const kept = await attestations.lock(batchId)
    if (!kept || kept.draft || !isStillWanted(kept)) return false
    await attestations.change(batchId, made)
    return true
  })

async function deposit(
  task: AttestationTask,
  { truth, archives, clock, lockDays }: Notary,
): Promise<boolean> {
  const { organisationId, batchId } = task
  const kept = await truth.transaction(organisationId, ({ attestations }) => attestations.find(batchId))
  if (!kept?.draft) return false
  const version = kept.version + 1
  const objectKey = attestationKeyOf(organisationId, batchId, version)
  const [sha256, bytes] = [sha256Of(kept.draft), kept.draft.length]
  const retainUntil = lockDays > 0 ? lockRenewal(clock.now(), lockDays).until : null
  const objectVersion = await putOnce(archives.of(task.storage), objectKey, kept.draft, retainUntil)
  const inArchive = { version, objectKey, objectVersion, sha256, bytes, retainUntil }
  return truth.transaction(organisationId, async (records) => {
    const now = await records.attestations.lock(batchId)
    if (now?.version !== kept.version || !now.draft) return false
    await records.attestations.change(batchId, {
      ...{ ...inArchive, stamped: kept.draftStamped, depositedAt: records.now },
      ...{ draft: null, draftStamped: false },
    })
    const hostId = await records.batches.hostOf(batchId)
    await records.append(
      actor,
      [
        custodyEvent(
          'batch-attested',
          { batchId, hostId },
          { digests: { certificate: sha256 }, details: { version, bytes, timestamped: kept.draftStamped } },
        ),
      ],
      `batch-attested/${batchId}/${version}`,
    )
    return true
  })
}

/** What an attempt that was cut off has put is the same, or it is not ours. @throws Failure deposit-conflict */
async function putOnce(
  store: ObjectStore,
  key: string,
  body: Buffer,
  retainUntil: Date | null,
): Promise<string | null> {
  const sha256 = sha256Of(body)
  const lock = retainUntil ? { retainUntil } : {}
  const wish = { bytes: body.length, sha256, mediaType: 'application/pdf', onlyIfAbsent: true, ...lock }
  const { created, version } = await store.put(key, body, wish)
  if (sha256Of(await buffer(await store.get(key))) !== sha256) throw new Failure('attestation-differs')
  if (created) return version ?? null
  const found = await store.head(key)
  if (retainUntil) await store.extendLock(key, found?.version, retainUntil)
  return found?.version ?? null
}

async function renew(task: AttestationTask, { truth, archives, clock, lockDays }: Notary): Promise<boolean> {
  const { organisationId, batchId, storage } = task
  const kept = await truth.transaction(organisationId, ({ attestations }) => attestations.find(batchId))
  if (!kept?.objectKey) return false
  const { until } = lockRenewal(clock.now(), lockDays)
  const retainUntil = await archives
    .of(storage)
    .extendLock(kept.objectKey, kept.objectVersion ?? undefined, until)
  await truth.transaction(organisationId, ({ attestations }) => attestations.change(batchId, { retainUntil }))
  return true
}

/** The certificate out of the archive, compared. @throws Failure attestation-differs, object-missing, storage-away */
async function readAttestation(
  { batchId, objectKey, sha256 }: Attestation,
  store: ObjectStore,
): Promise<Buffer> {
  const pdf = await buffer(await store.get(objectKey!))
  if (sha256Of(pdf) !== sha256) throw new Failure('attestation-differs', { batchId })
  return pdf
}

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/**
 * The attestation of a closed batch; `pdf` compared with the digest that stands in the ledger.
 * @throws Failure not-found, state-forbids while it is open or where it was rejected, attestation-pending,
 * attestation-differs, object-missing, storage-away
 */
export async function fetchAttestation(
  organisationId: OrganisationId,
  batchId: BatchId,
  { truth, archives }: Pick<Notary, 'truth' | 'archives'>,
): Promise<{ attestation: Attestation; pdf: Buffer }> {
  const found = await truth.transaction(organisationId, async ({ batches, attestations }) => {
    const batch = await batches.find(batchId)
    if (!batch) throw new Failure('not-found', { kind: 'batch' })
    const attestation = await attestations.find(batchId)
    if (!attestation) throw new Failure('state-forbids', { subject: batchId, state: batch.state })
    return { attestation, storage: await batches.storageOf(batchId) }
  })
  const { attestation, storage } = found
  if (attestation.version === 0)
    throw new Failure('attestation-pending', { batchId, reason: attestation.draft ? 'deposit' : 'signature' })
  return { attestation, pdf: await readAttestation(attestation, archives.of(storage)) }
}
