import type { LedgerEntry } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { BatchId, OrganisationId } from '../domain/ids.ts'
import { type Cosigner, formatCosignerKey } from '../ledger/cosignature.ts'
import { formatVerifierKey } from '../ledger/note.ts'
import {
  consistencyFromTiles,
  inclusionFromTiles,
  remembering,
  type TileReader,
} from '../ledger/tile-tree.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { Archives, Clock } from '../ports.ts'
import { about } from '../proof/about.ts'
import { buildProof, type ProvenCertificate, type ProvenEntry, type ProvenTime } from '../proof/build.ts'
import type { ProofSubject } from '../proof/proof-file.ts'
import type { LedgerEvidence, LedgerHead, LedgerStore, Truth } from '../records.ts'
import { fetchAttestation } from './attest-batches.ts'
import { tilesOfLedger } from './publish-ledger.ts'

export type ProofRoom = {
  readonly ledger: Pick<LedgerStore, 'publishedHead' | 'head' | 'cosignatures' | 'entriesFrom' | 'hashesFrom'>
  readonly evidence: LedgerEvidence
  readonly signer: Pick<LedgerSigner, 'name' | 'publicKey'>
  readonly witnesses: readonly { readonly cosigner: Cosigner; readonly required: boolean }[]
  /** Certificates in DER that timestamp tokens lead up to. */
  readonly anchors: readonly Buffer[]
  /** The same of whoever signs attestations. */
  readonly signerAnchors: readonly Buffer[]
  /** Lists of certificates that are good no more, DER. */
  readonly revocations: readonly Buffer[]
  readonly truth: Truth
  readonly archives: Archives
  readonly clock: Clock
}

export type MadeProof = {
  readonly file: Uint8Array
  readonly entries: number
  /** Entries under the head that the proofs lead to. */
  readonly size: number
  /** Entries that no published head covers yet, and that are therefore not in it. */
  readonly waiting: number
  readonly isTimed: boolean
}

/**
 * Gathers what the ledger and the timestamp authorities say of a document, a batch or a patient into one file that is
 * checked without us. All entries lead to one head: the latest that is published and that every required witness signed.
 *
 * @param since size of a head that somebody kept: the file then shows that the ledger goes on from it
 * @throws Failure not-found, entry-not-published, ledger-not-consistent, proof-too-large
 */
export async function makeProof(
  organisationId: OrganisationId,
  subject: ProofSubject,
  room: ProofRoom,
  {
    progress = () => {},
    since,
  }: { progress?: (done: number, total: number) => void; since?: number | undefined } = {},
): Promise<MadeProof> {
  const known = await entriesAbout(organisationId, subject, room)
  if (known.length === 0) throw new Failure('not-found', { kind: subject.kind })
  const head = await headOf(room)
  const covered = known.filter(({ entry }) => entry.seq < (head?.size ?? 0))
  if (!head || covered.length === 0)
    throw new Failure('entry-not-published', { seq: known[0]!.entry.seq, size: head?.size ?? 0 })
  if (since !== undefined && since > head.size)
    throw new Failure('entry-not-published', { seq: since - 1, size: head.size })
  const tiles = remembering(tilesOfLedger(room.ledger))
  const entries = await provenEntries(covered, head, tiles, progress)
  const shown = covered.map(({ entry }) => entry)
  const times = await timesOf(shown, head, room.evidence)
  const certificates = await certificatesOf(organisationId, shown, room)
  const file = await buildProof({
    ...{ subject, madeAt: room.clock.now(), entries, times, certificates },
    continuity:
      since === undefined
        ? []
        : [{ old: since, hashes: await consistencyFromTiles(since, head.size, tiles) }],
    checkpoint:
      head.note + (await room.ledger.cosignatures(head.size)).map(({ line }) => `${line}\n`).join(''),
    ledgerKey: formatVerifierKey(room.signer),
    witnessKeys: room.witnesses.map(({ cosigner }) => formatCosignerKey(cosigner)),
    anchors: [
      ...room.anchors.map((der) => pemOf(der)),
      ...room.revocations.map((der) => pemOf(der, 'X509 CRL')),
    ].join(''),
    signerAnchors: room.signerAnchors.map((der) => pemOf(der)).join(''),
  })
  return {
    ...{ file, entries: entries.length, size: head.size },
    waiting: known.length - covered.length,
    isTimed: times.length > 0,
  }
}

type Known = { readonly bytes: Buffer; readonly entry: LedgerEntry }

async function entriesAbout(
  organisationId: OrganisationId,
  subject: ProofSubject,
  { evidence }: ProofRoom,
): Promise<Known[]> {
  const rows = await evidence.entriesAbout(organisationId, subject)
  const known = rows.map(
    ({ entry }): Known => ({ bytes: entry, entry: JSON.parse(entry.toString()) as LedgerEntry }),
  )
  const belongs = about(
    subject,
    known.map(({ entry }) => entry),
  )
  return known.filter(({ entry }) => belongs(entry))
}

const headOf = ({ ledger, witnesses }: ProofRoom): Promise<LedgerHead | undefined> =>
  ledger.publishedHead(
    witnesses
      .filter(({ required }) => required)
      .map(({ cosigner }) => ({ witness: cosigner.name, keyId: cosigner.keyId.toString('hex') })),
  )

async function provenEntries(
  known: readonly Known[],
  head: LedgerHead,
  tiles: TileReader,
  progress: (done: number, total: number) => void,
): Promise<ProvenEntry[]> {
  const proven: ProvenEntry[] = []
  for (const { bytes, entry } of known) {
    proven.push({ seq: entry.seq, bytes, hashes: await inclusionFromTiles(entry.seq, head.size, tiles) })
    progress(proven.length, known.length)
  }
  return proven
}

/** The head's tokens, and those of every content that was sealed. */
async function timesOf(
  entries: readonly LedgerEntry[],
  head: LedgerHead,
  evidence: LedgerEvidence,
): Promise<ProvenTime[]> {
  const sealings = entries.filter(({ type }) => type === 'document-sealed')
  const subjectOf = ({ subject, details }: LedgerEntry) =>
    `${subject.documentId}/${details?.part}/${details?.version}`
  const ofHeads = await evidence.tokensOf('checkpoint', [String(head.size)])
  const ofContents = await evidence.tokensOf('sealed-document', sealings.map(subjectOf))
  return [
    ...[...ofHeads.values()].map((tokens) => ({ name: 'checkpoint', tokens, seq: undefined })),
    ...sealings.flatMap((entry) => {
      const tokens = ofContents.get(subjectOf(entry))
      return tokens ? [{ name: `content-${entry.seq}`, tokens, seq: entry.seq }] : []
    }),
  ]
}

/** Of each batch the latest attestation, where its entry is covered; one that is not yet, or no more, is left out. */
async function certificatesOf(
  organisationId: OrganisationId,
  entries: readonly LedgerEntry[],
  room: ProofRoom,
): Promise<ProvenCertificate[]> {
  const attested = entries.filter(({ type }) => type === 'batch-attested')
  const found: ProvenCertificate[] = []
  for (const batchId of new Set(attested.map(({ subject }) => subject.batchId as BatchId))) {
    const { pdf, attestation } = await fetchAttestation(organisationId, batchId, room)
    const entry = attested.find(({ digests }) => digests?.certificate === attestation.sha256)
    if (entry) found.push({ seq: entry.seq, pdf })
  }
  return found
}

const pemOf = (der: Buffer, kind = 'CERTIFICATE'): string =>
  `-----BEGIN ${kind}-----\n${der
    .toString('base64')
    .replace(/(.{64})(?=.)/g, '$1\n')}\n-----END ${kind}-----\n`
