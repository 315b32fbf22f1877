import { ledgerEntryOf, type RecordedEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import { formatCheckpoint } from '../ledger/checkpoint.ts'
import { canonicalEntry } from '../ledger/entry.ts'
import { signNote } from '../ledger/note.ts'
import { refuseTooLong, tileHeight } from '../ledger/tiles.ts'
import { emptyFrontier, growFrom, leafHash, restoreFrontier, rootOfFrontier } from '../ledger/tree.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { Clock } from '../ports.ts'
import type { LedgerExtension, LedgerHead, LedgerStore, LedgerSubtree } from '../records.ts'
import type { LedgerGuard } from './guard-ledger.ts'

export type Sequencer = {
  readonly ledger: LedgerStore
  readonly signer: LedgerSigner
  readonly clock: Clock
  /** Says whether this database may go on from where it is; without one, whatever it holds is gone on from. */
  readonly guard?: LedgerGuard
}

/**
 * Gives the custody events that wait their places in the ledger, in the order in which they were appended, and signs the
 * new head. Entries and checkpoint commit together: the ledger never has a head that it does not lead to.
 *
 * @returns how many entries were added
 * @throws Failure ledger-older-than-published, ledger-contradicts-published: nothing is signed from there
 */
export async function extendLedger({ ledger, signer, clock, guard }: Sequencer): Promise<number> {
  await guard?.look()
  let signed: LedgerHead | undefined
  const added = await ledger.extend(async (events, head) => {
    guard?.compare(head)
    const extension = await sequence(events, head, signer, clock)
    signed = extension.checkpoint
    return extension
  })
  // A head whose transaction failed was given to nobody: to insist on it would stop the ledger for good.
  if (signed) guard?.remember(signed)
  return added
}

async function sequence(
  events: readonly RecordedEvent[],
  head: LedgerHead | undefined,
  signer: LedgerSigner,
  clock: Clock,
): Promise<LedgerExtension> {
  const { tree, subtrees } = growing(head)
  const start = tree.frontier.size
  const entries = events.map((event, at) => {
    const seq = start + at
    const entry = canonicalEntry(ledgerEntryOf(event, seq))
    refuseTooLong(entry)
    const leaf = leafHash(entry)
    tree.append(leaf)
    return { seq, eventId: event.id, entry, leafHash: leaf }
  })
  const { size, roots } = tree.frontier
  const root = rootOfFrontier({ size, roots })
  const note = await signNote(formatCheckpoint({ origin: signer.name, size, root }), signer)
  return { entries, subtrees, checkpoint: { size, root, note, frontier: roots, at: clock.now() } }
}

/**
 * A tree that goes on from a head, and the full tiles that it comes to.
 * @throws Failure ledger-not-consistent where what is kept beside the head does not lead to its root
 */
export function growing(head: Pick<LedgerHead, 'size' | 'root' | 'frontier'> | undefined) {
  const subtrees: LedgerSubtree[] = []
  const start = head ? restoreFrontier(head.size, head.frontier) : emptyFrontier()
  if (head && !rootOfFrontier(start).equals(head.root))
    throw new Failure('ledger-not-consistent', { seq: head.size })
  const tree = growFrom(start, (height, index, hash) => {
    if (height % tileHeight === 0) subtrees.push({ level: height / tileHeight, index, hash })
  })
  return { tree, subtrees }
}
