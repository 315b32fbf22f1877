import { Failure } from '../domain/failure.ts'
import { type Checkpoint, openCheckpoint } from './checkpoint.ts'
import { readCanonicalEntry } from './entry.ts'
import type { NoteVerifier } from './note.ts'
import { tileHeight } from './tiles.ts'
import { emptyFrontier, growFrom, leafHash, rootOfFrontier } from './tree.ts'

/** A row of the ledger, as it was stored. */
export type StoredEntry = {
  readonly seq: number
  /** Canonical JSON, exactly the bytes that were hashed. */
  readonly entry: Buffer
  readonly leafHash: Buffer
  /** What the entry has to be, in the same form, where the event that it stands for is known. */
  readonly due?: Buffer | undefined
}

/** A root of a full tile of the ledger (`tiles.ts`), as it was stored. */
export type StoredSubtree = { readonly level: number; readonly index: number; readonly hash: Buffer }

/** A signed checkpoint and where it was found: a place in words of the caller (`database/1200`, an object key). */
export type FoundCheckpoint = { readonly place: string; readonly note: string | Buffer }

/** Everything that can be wrong with a ledger. */
export type LedgerFinding =
  /** Entries `from` to `to` (both included) are not there. */
  | { readonly kind: 'entries-missing'; readonly from: number; readonly to: number }
  /** An entry comes again, or after one that it should precede. */
  | { readonly kind: 'entry-out-of-order'; readonly seq: number }
  /** The bytes are not the canonical JSON of an entry. */
  | { readonly kind: 'entry-malformed'; readonly seq: number }
  /** The entry was written for another place. */
  | { readonly kind: 'entry-misplaced'; readonly seq: number }
  /** The event that the entry stands for tells something else now. */
  | { readonly kind: 'event-differs'; readonly seq: number }
  /** The leaf hash beside the entry is not the entry's. */
  | { readonly kind: 'leaf-hash-differs'; readonly seq: number }
  /** The root of a full tile that is kept beside the entries is not theirs. */
  | { readonly kind: 'subtree-differs'; readonly level: number; readonly index: number }
  /** The note is malformed, or no known key signed it. */
  | { readonly kind: 'checkpoint-invalid'; readonly place: string; readonly reason: string }
  /** Two signed checkpoints of one size name different roots: the ledger has two histories. */
  | {
      readonly kind: 'checkpoints-contradict'
      readonly size: number
      readonly place: string
      readonly otherPlace: string
    }
  /** The entries lead to another root than the one that was signed. */
  | { readonly kind: 'root-differs'; readonly size: number; readonly place: string }
  /** The checkpoint covers entries that are not there: the end was cut off. */
  | {
      readonly kind: 'ledger-shorter'
      readonly size: number
      readonly place: string
      readonly entries: number
    }

export type LedgerVerdict = {
  /** Entries read. */
  readonly size: number
  /** Root derived from the entries themselves. */
  readonly root: Buffer
  /** Entries under the latest checkpoint that the entries lead to; those after it are not yet under a signature. */
  readonly covered: number
  /** Checkpoints that the entries lead to. */
  readonly checkpoints: number
  readonly findings: readonly LedgerFinding[]
  /** Findings past the limit, counted only. */
  readonly omitted: number
  /** How many findings there are of each kind, those past the limit too. */
  readonly tally: Readonly<Partial<Record<LedgerFinding['kind'], number>>>
}

/**
 * Derives the whole ledger again: each leaf hash from its entry, the root from the leaves, and compares it with every
 * signed checkpoint. Reports what it finds and goes on; without findings the ledger is what was signed.
 */
export async function verifyLedger({
  entries,
  subtrees,
  checkpoints,
  verifiers,
  limit = 1_000,
}: {
  /** In the order of `seq`. */
  readonly entries: AsyncIterable<StoredEntry> | Iterable<StoredEntry>
  /** Roots of full tiles that are kept beside the entries. */
  readonly subtrees?: AsyncIterable<StoredSubtree> | Iterable<StoredSubtree>
  readonly checkpoints: readonly FoundCheckpoint[]
  readonly verifiers: readonly NoteVerifier[]
  /** Most findings to list. */
  readonly limit?: number
}): Promise<LedgerVerdict> {
  const findings: LedgerFinding[] = []
  const tally: Partial<Record<LedgerFinding['kind'], number>> = {}
  let omitted = 0
  const report = (finding: LedgerFinding): void => {
    tally[finding.kind] = (tally[finding.kind] ?? 0) + 1
    if (findings.length < limit) findings.push(finding)
    else omitted++
  }

  const heads = openHeads(checkpoints, verifiers, report)
  let covered = 0
  let confirmed = 0
  const tiles = new Map<string, Buffer>()
  const tree = growFrom(emptyFrontier(), (height, index, root) => {
    if (height % tileHeight === 0) tiles.set(`${height / tileHeight}/${index}`, root)
  })
  let size = 0
  const compare = (): void => {
    for (const { root, place } of heads.get(size) ?? []) {
      if (rootOfFrontier(tree.frontier).equals(root)) {
        covered = size
        confirmed++
      } else report({ kind: 'root-differs', size, place })
    }
  }

  let next = 0
  compare()
  for await (const stored of entries) {
    const leaf = leafHash(stored.entry)
    inspect(stored, leaf, next, report)
    next = Math.max(next, stored.seq + 1)
    tree.append(leaf)
    size++
    compare()
  }
  for (const head of [...heads.values()].flat()) {
    if (head.size > size)
      report({ kind: 'ledger-shorter', size: head.size, place: head.place, entries: size })
  }
  if (subtrees) await compareSubtrees(tiles, subtrees, report)
  return {
    size,
    root: rootOfFrontier(tree.frontier),
    covered,
    checkpoints: confirmed,
    findings,
    omitted,
    tally,
  }
}

/** Those that are kept, and those that should be. */
async function compareSubtrees(
  derived: Map<string, Buffer>,
  stored: AsyncIterable<StoredSubtree> | Iterable<StoredSubtree>,
  report: Report,
): Promise<void> {
  for await (const { level, index, hash } of stored) {
    const place = `${level}/${index}`
    if (!derived.get(place)?.equals(hash)) report({ kind: 'subtree-differs', level, index })
    derived.delete(place)
  }
  for (const place of derived.keys()) {
    const [level, index] = place.split('/').map(Number) as [number, number]
    report({ kind: 'subtree-differs', level, index })
  }
}

type Head = Checkpoint & { readonly place: string }
type Report = (finding: LedgerFinding) => void

/** The valid checkpoints by size. */
function openHeads(
  checkpoints: readonly FoundCheckpoint[],
  verifiers: readonly NoteVerifier[],
  report: Report,
): Map<number, Head[]> {
  const heads = new Map<number, Head[]>()
  for (const { place, note } of checkpoints) {
    const head = openHead(place, note, verifiers, report)
    if (!head) continue
    const others = heads.get(head.size) ?? []
    const other = others.find(({ root }) => !root.equals(head.root))
    if (other) {
      report({ kind: 'checkpoints-contradict', size: head.size, place, otherPlace: other.place })
    }
    heads.set(head.size, [...others, head])
  }
  return heads
}

function openHead(
  place: string,
  note: string | Buffer,
  verifiers: readonly NoteVerifier[],
  report: Report,
): Head | undefined {
  try {
    return { ...openCheckpoint(note, verifiers), place }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    report({ kind: 'checkpoint-invalid', place, reason: String(error.facts.reason) })
    return undefined
  }
}

/** What one row says of itself, where entry `next` is due. */
function inspect(stored: StoredEntry, leaf: Buffer, next: number, report: Report): void {
  const { seq } = stored
  if (seq > next) report({ kind: 'entries-missing', from: next, to: seq - 1 })
  if (seq < next) report({ kind: 'entry-out-of-order', seq })
  if (!leaf.equals(stored.leafHash)) report({ kind: 'leaf-hash-differs', seq })
  if (stored.due?.equals(stored.entry)) return
  if (stored.due) report({ kind: 'event-differs', seq })
  const entry = readCanonicalEntry(stored.entry)
  if (entry?.v !== 1) report({ kind: 'entry-malformed', seq })
  else if (entry.seq !== seq) report({ kind: 'entry-misplaced', seq })
}
