import { createHash } from 'node:crypto'
import { ledgerEntryOf } from '../domain/custody.ts'
import { canonicalEntry } from '../ledger/entry.ts'
import { formatCheckpoint } from '../ledger/checkpoint.ts'
import { signNote } from '../ledger/note.ts'
import { append, emptyFrontier, leafHash, restoreFrontier, rootOfFrontier } from '../ledger/tree.ts'
import type { Clock, LedgerSigner, ObjectStore } from '../ports.ts'
import type { LedgerStore } from '../records.ts'

export type Sequencer = { readonly ledger: LedgerStore; readonly signer: LedgerSigner; readonly clock: Clock }

/**
 * Gives the custody events that wait their places in the ledger, in the order in which they were appended, and signs the
 * new head. Entries and checkpoint commit together: the ledger never has a head that it does not lead to.
 *
 * @returns how many entries were added
 */
export const extendLedger = ({ ledger, signer, clock }: Sequencer): Promise<number> =>
  ledger.extend(async (events, head) => {
    let frontier = head ? restoreFrontier(head.size, head.frontier) : emptyFrontier()
    const entries = events.map((event) => {
      const seq = frontier.size
      const entry = canonicalEntry(ledgerEntryOf(event, seq))
      const leaf = leafHash(entry)
      frontier = append(frontier, leaf)
      return { seq, eventId: event.id, entry, leafHash: leaf }
    })
    const root = rootOfFrontier(frontier)
    const text = formatCheckpoint({ origin: signer.name, size: frontier.size, root })
    const note = await signNote(text, signer)
    return {
      entries,
      checkpoint: { size: frontier.size, root, note, frontier: frontier.roots, at: clock.now() },
    }
  })

/**
 * Copies signed heads that the archive does not have yet, each under its size: whoever changes the database afterwards
 * contradicts them.
 */
export async function archiveCheckpoints(
  ledger: LedgerStore,
  archives: readonly ObjectStore[],
): Promise<number> {
  const checkpoints = await ledger.unarchived()
  for (const { size, note } of checkpoints) {
    const body = Buffer.from(note)
    for (const archive of archives) {
      await archive.put(checkpointKey(size), body, {
        bytes: body.length,
        sha256: createHash('sha256').update(body).digest('hex'),
        onlyIfAbsent: true,
        mediaType: 'text/plain; charset=utf-8',
      })
    }
    await ledger.markArchived(size)
  }
  return checkpoints.length
}

/** Sorted by size, whatever the store. */
export const checkpointPrefix = 'ledger/checkpoints/'
const checkpointKey = (size: number): string => `${checkpointPrefix}${String(size).padStart(16, '0')}`
