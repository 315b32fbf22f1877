import { buffer } from 'node:stream/consumers'
import { ledgerEntryOf } from '../domain/custody.ts'
import { canonicalEntry } from '../ledger/entry.ts'
import { verifierOf } from '../ledger/note.ts'
import {
  type LedgerFinding,
  type LedgerVerdict,
  type StoredEntry,
  verifyLedger as derive,
} from '../ledger/verify.ts'
import type { LedgerSigner, ObjectStore } from '../ports.ts'
import type { LedgerStore } from '../records.ts'
import { checkpointPrefix } from './extend-ledger.ts'

export type LedgerReport = Omit<LedgerVerdict, 'findings' | 'tally'> & {
  readonly findings: readonly (LedgerFinding | EventDiffers)[]
  readonly tally: Readonly<Partial<Record<(LedgerFinding | EventDiffers)['kind'], number>>>
  /** Checkpoints found in the database, and copies of them in the archives. */
  readonly stored: number
  readonly archived: number
  /** Events recorded, and not yet in the ledger. */
  readonly waiting: number
}

/** The event in the database is not what its entry said when it was written. */
export type EventDiffers = { readonly kind: 'event-differs'; readonly seq: number }

/**
 * Derives the ledger again from the database and compares it with every signed checkpoint: those of the database and the
 * copies in the archives, which whoever changes the database cannot change.
 */
export async function verifyLedger(
  ledger: LedgerStore,
  signer: Pick<LedgerSigner, 'name' | 'publicKey'>,
  archives: Readonly<Record<string, ObjectStore>>,
  progress: (entries: number) => void = () => {},
): Promise<LedgerReport> {
  const stored = (await ledger.checkpoints()).map(({ size, note }) => ({ place: `database/${size}`, note }))
  const copies = await archivedCheckpoints(archives)
  const differing: EventDiffers[] = []
  const verdict = await derive({
    entries: compared(ledger, differing, progress),
    checkpoints: [...stored, ...copies],
    verifiers: [verifierOf(signer)],
  })
  return {
    ...verdict,
    findings: [...verdict.findings, ...differing],
    tally: { ...verdict.tally, ...(differing.length > 0 ? { 'event-differs': differing.length } : {}) },
    stored: stored.length,
    archived: copies.length,
    waiting: await ledger.waiting(),
  }
}

async function* compared(
  ledger: LedgerStore,
  differing: EventDiffers[],
  progress: (entries: number) => void,
): AsyncGenerator<StoredEntry> {
  for await (const { seq, entry, leafHash, event } of ledger.entries()) {
    if (!canonicalEntry(ledgerEntryOf(event, seq)).equals(entry))
      differing.push({ kind: 'event-differs', seq })
    if (seq % 1_000 === 0) progress(seq)
    yield { seq, entry, leafHash }
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
