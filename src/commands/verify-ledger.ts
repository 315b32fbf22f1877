import { buffer } from 'node:stream/consumers'
import { ledgerEntryOf } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import { parseCheckpoint } from '../ledger/checkpoint.ts'
import { canonicalEntry } from '../ledger/entry.ts'
import { parseNote, verifierOf } from '../ledger/note.ts'
import { restoreFrontier, rootOfFrontier } from '../ledger/tree.ts'
import {
  type LedgerFinding,
  type LedgerVerdict,
  type StoredEntry,
  verifyLedger as derive,
} from '../ledger/verify.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { ObjectStore } from '../ports.ts'
import type { LedgerHead, LedgerStore } from '../records.ts'
import type { Witness } from './ask-witnesses.ts'
import { checkpointPrefix } from './publish-ledger.ts'
import {
  type PublicationFinding,
  type PublishedState,
  verifyCosignatures,
  verifyPublication,
  type WitnessedState,
} from './verify-publication.ts'

/** What stands beside a signed head in the database, for the ledger to go on from, is not what was signed. */
type CheckpointRowDiffers = { readonly kind: 'checkpoint-row-differs'; readonly size: number }

/** The digests that are kept of a content are not those that were recorded when it was sealed. */
type DepositDiffers = {
  readonly kind: 'deposit-row-differs'
  readonly documentId: string
  readonly part: string
  readonly version: number
}

type Finding = LedgerFinding | CheckpointRowDiffers | DepositDiffers | PublicationFinding

export type LedgerReport = Omit<LedgerVerdict, 'findings' | 'tally'> & {
  readonly findings: readonly Finding[]
  readonly tally: Readonly<Partial<Record<Finding['kind'], number>>>
  /** Checkpoints found in the database, and copies of them in the archives. */
  readonly stored: number
  readonly archived: number
  /** Events recorded, and not yet in the ledger. */
  readonly waiting: number
  /** Entries that were put back out of the archive, and whose events were lost with the database. */
  readonly recovered: number
  /** What each archive shows to outsiders. */
  readonly published: readonly PublishedState[]
  /** What each witness has signed. */
  readonly witnessed: readonly WitnessedState[]
}

/**
 * Derives the ledger again from the database and compares it with every signed checkpoint: those of the database and the
 * copies in the archives, which whoever changes the database cannot change. Then derives what is published in each archive
 * from its own entry bundles, and compares it with its own signed head.
 */
export async function verifyLedger(
  ledger: LedgerStore,
  signer: Pick<LedgerSigner, 'name' | 'publicKey'>,
  archives: Readonly<Record<string, ObjectStore>>,
  progress: (entries: number) => void = () => {},
  witnesses: readonly Pick<Witness, 'cosigner' | 'required'>[] = [],
): Promise<LedgerReport> {
  const heads = await ledger.checkpoints()
  const stored = heads.map(({ size, note }) => ({ place: `database/${size}`, note }))
  const copies = await archivedCheckpoints(archives)
  const aside = { recovered: 0 }
  const verdict = await derive({
    entries: compared(ledger, aside, progress),
    subtrees: ledger.subtrees(),
    checkpoints: [...stored, ...copies],
    verifiers: [verifierOf(signer)],
  })
  const published = await verifyPublication(ledger, signer, archives, witnesses)
  const witnessed = await verifyCosignatures(ledger, witnesses)
  const differing = heads.filter((head) => !isAsSigned(head)).map(rowDiffers)
  const stray = (await ledger.strayDeposits()).map(
    (one): DepositDiffers => ({ kind: 'deposit-row-differs', ...one }),
  )
  const more = [...differing, ...stray, ...published.findings, ...witnessed.findings]
  return {
    ...verdict,
    findings: [...verdict.findings, ...more],
    tally: more.reduce<Partial<Record<Finding['kind'], number>>>(
      (tally, { kind }) => ({ ...tally, [kind]: (tally[kind] ?? 0) + 1 }),
      verdict.tally,
    ),
    stored: stored.length,
    archived: copies.length,
    waiting: await ledger.waiting(),
    recovered: aside.recovered,
    published: published.states,
    witnessed: witnessed.states,
  }
}

const rowDiffers = ({ size }: LedgerHead): CheckpointRowDiffers => ({ kind: 'checkpoint-row-differs', size })

/** A note that cannot be read is another finding. */
function isAsSigned({ size, root, note, frontier }: LedgerHead): boolean {
  try {
    const signed = parseCheckpoint(parseNote(note).text)
    const restored = rootOfFrontier(restoreFrontier(size, frontier))
    return signed.size === size && signed.root.equals(root) && restored.equals(root)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return error.code === 'checkpoint-invalid'
  }
}

async function* compared(
  ledger: LedgerStore,
  aside: { recovered: number },
  progress: (entries: number) => void,
): AsyncGenerator<StoredEntry> {
  for await (const { seq, entry, leafHash, event } of ledger.entries()) {
    if (!event) aside.recovered++
    if (seq % 1_000 === 0) progress(seq)
    yield { seq, entry, leafHash, due: event && canonicalEntry(ledgerEntryOf(event, seq)) }
  }
}

async function archivedCheckpoints(archives: Readonly<Record<string, ObjectStore>>) {
  const found: { place: string; note: string }[] = []
  for (const [name, archive] of Object.entries(archives)) {
    for await (const { key, deleted } of archive.versions(checkpointPrefix)) {
      if (!deleted)
        found.push({ place: `${name}/${key}`, note: (await buffer(await archive.get(key))).toString() })
    }
  }
  return found
}
