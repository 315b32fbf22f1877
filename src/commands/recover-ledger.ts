import { ledgerEntryOf, type RecordedEvent } from '../domain/custody.ts'
import { Failure } from '../domain/failure.ts'
import type { Checkpoint } from '../ledger/checkpoint.ts'
import { canonicalEntry } from '../ledger/entry.ts'
import { type NoteVerifier, verifierOf } from '../ledger/note.ts'
import { verifyConsistency } from '../ledger/proofs.ts'
import { consistencyFromTiles, entriesOf, oneByOne, TileRefused } from '../ledger/tile-tree.ts'
import { type Tile, tileAt, tileWidth } from '../ledger/tiles.ts'
import { emptyRoot, leafHash, rootOfFrontier } from '../ledger/tree.ts'
import type { ObjectStore } from '../ports.ts'
import type { LedgerHead, LedgerRestoration, LedgerStore, SequencedEntry } from '../records.ts'
import { growing } from './extend-ledger.ts'
import { contentOf, publishedHead } from './guard-ledger.ts'
import { copiedHeads, type LedgerInArchives, type NotedHead, readable } from './published-heads.ts'
import { mendPublication } from './mend-publication.ts'
import { tileKey } from './publish-ledger.ts'

/** How an archive and the database stand to each other. */
export type Standing =
  /** Nothing is published there yet, or the same as here, or less: the next publication brings it. */
  | { readonly kind: 'fine'; readonly size: number }
  /** The database lacks what was published: it was restored from an older state. Can be put back. */
  | { readonly kind: 'database-behind'; readonly size: number }
  /** Two histories. Nobody but a person can say what happened. */
  | { readonly kind: 'contradiction'; readonly size: number }
  /** Its head cannot be read, or is not ours. */
  | { readonly kind: 'checkpoint-invalid'; readonly reason: string }

export type Diagnosis = {
  /** Entries in the database. */
  readonly size: number
  readonly archives: Readonly<Record<string, Standing>>
}

/** Compares the database with what every archive shows, and changes nothing. @throws Failure storage-away */
export async function diagnoseLedger({ ledger, signer, archives }: LedgerInArchives): Promise<Diagnosis> {
  const head = await ledger.head()
  const standings: Record<string, Standing> = {}
  for (const [name, archive] of Object.entries(archives))
    standings[name] = await standingOf(archive, head, ledger, [verifierOf(signer)])
  return { size: head?.size ?? 0, archives: standings }
}

async function standingOf(
  archive: ObjectStore,
  head: LedgerHead | undefined,
  ledger: LedgerStore,
  verifiers: readonly NoteVerifier[],
): Promise<Standing> {
  const opened = await readable(() => publishedHead(archive, verifiers))
  if (typeof opened === 'string') return { kind: 'checkpoint-invalid', reason: opened }
  if (!opened || opened.size === 0) return { kind: 'fine', size: 0 }
  const { size, root } = opened
  if ((head?.size ?? 0) >= size) {
    const own = await ledger.headAt(size)
    return { kind: own?.root.equals(root) ? 'fine' : 'contradiction', size }
  }
  const isOlder = await leadsTo(head, opened, archive)
  return { kind: isOlder ? 'database-behind' : 'contradiction', size }
}

/** Do the archive's tiles prove that its head goes on from ours? */
async function leadsTo(
  head: Pick<LedgerHead, 'size' | 'root'> | undefined,
  { size, root }: Checkpoint,
  archive: ObjectStore,
): Promise<boolean> {
  const first = head?.size ?? 0
  try {
    const tiles = oneByOne((tile) => tileOf(archive, tile))
    const proof = await consistencyFromTiles(first, size, tiles)
    verifyConsistency({ first, firstRoot: head?.root ?? emptyRoot, second: size, secondRoot: root, proof })
    return true
  } catch (error) {
    if (error instanceof TileRefused) return false
    if (error instanceof Failure && error.code === 'proof-invalid') return false
    throw error
  }
}

async function tileOf(archive: ObjectStore, tile: Tile): Promise<Buffer> {
  const content = await contentOf(archive, tileKey(tile))
  if (!content) throw new Failure('object-missing')
  return content
}

export type Recovery = {
  /** Entries put back, and how many of these stand for events that the database still has. */
  readonly entries: number
  readonly events: number
  /** Published files written again, because they were missing or damaged. */
  readonly rewritten: readonly string[]
}

/**
 * Puts back what the database lacks, out of the archive with the largest head, once every entry was shown to lead to that
 * signed head; then writes published files again that are missing or damaged, once the database was shown to lead there.
 * Where histories disagree nothing is done.
 * @throws Failure ledger-contradicts-published, ledger-not-consistent, checkpoint-invalid, object-missing, storage-away
 */
export async function recoverLedger(house: LedgerInArchives): Promise<Recovery> {
  const { archives } = await diagnoseLedger(house)
  for (const [name, standing] of Object.entries(archives)) {
    if (standing.kind === 'contradiction')
      throw new Failure('ledger-contradicts-published', { size: standing.size, place: name })
  }
  const [furthest] = Object.entries(archives)
    .flatMap(([name, standing]) =>
      standing.kind === 'database-behind' ? [{ name, size: standing.size }] : [],
    )
    .toSorted((one, other) => other.size - one.size)
  const put = furthest ? await putBack(house, house.archives[furthest.name]!) : { entries: 0, events: 0 }
  return { ...put, rewritten: await mendPublication(house) }
}

async function putBack(
  { ledger, signer }: Pick<LedgerInArchives, 'ledger' | 'signer'>,
  archive: ObjectStore,
) {
  const verifiers = [verifierOf(signer)]
  const published = (await publishedHead(archive, verifiers))!
  const copies = await copiedHeads(archive, verifiers)
  const counted = { entries: 0, events: 0 }
  await ledger.putBack(async (head, waiting) => {
    if ((head?.size ?? 0) >= published.size) return { entries: [], subtrees: [], checkpoints: [] }
    const restoration = await restore(head, published, archive, copies, waiting)
    counted.entries = restoration.entries.length
    counted.events = restoration.entries.filter(({ eventId }) => eventId !== null).length
    return restoration
  })
  return counted
}

async function restore(
  head: LedgerHead | undefined,
  published: Checkpoint & { readonly note: Buffer },
  archive: ObjectStore,
  copies: ReadonlyMap<number, NotedHead>,
  waiting: readonly RecordedEvent[],
): Promise<LedgerRestoration> {
  const { tree, subtrees } = growing(head)
  const entries: Omit<SequencedEntry, 'eventId'>[] = []
  const checkpoints: LedgerHead[] = []
  const start = head?.size ?? 0
  for (let index = Math.floor(start / tileWidth); index * tileWidth < published.size; index++) {
    const bundle = tileAt('entries', index, published.size)!
    for (const [place, entry] of (await bundleOf(archive, bundle)).entries()) {
      const seq = index * tileWidth + place
      if (seq < start) continue
      const leaf = leafHash(entry)
      tree.append(leaf)
      entries.push({ seq, entry, leafHash: leaf })
      const signed = copies.get(seq + 1) ?? (seq + 1 === published.size ? noteAlone(published) : undefined)
      if (signed) checkpoints.push(mustBe(signed, tree.frontier, entry))
    }
  }
  // Only now: what was read led to the signed head.
  const eventOf = byContent(waiting)
  return {
    entries: entries.map((one) => ({ ...one, eventId: eventOf(one.entry, one.seq) })),
    ...{ subtrees, checkpoints },
  }
}

/** @throws Failure ledger-not-consistent when it cannot be read */
async function bundleOf(archive: ObjectStore, bundle: Tile): Promise<Buffer[]> {
  const content = await tileOf(archive, bundle)
  try {
    return entriesOf(bundle, content)
  } catch (error) {
    if (error instanceof TileRefused)
      throw new Failure('ledger-not-consistent', { seq: bundle.index * tileWidth }, { cause: error })
    throw error
  }
}

/** A head as it was signed, once what was read leads there. */
function mustBe(
  { size, root, note }: NotedHead,
  frontier: { readonly size: number; readonly roots: readonly Buffer[] },
  last: Buffer,
): LedgerHead {
  if (!rootOfFrontier(frontier).equals(root)) throw new Failure('ledger-not-consistent', { seq: size - 1 })
  return { size, root, note, frontier: frontier.roots, at: timeOf(last) }
}

/** When it was signed is not in a head; it was not before its last entry. */
const timeOf = (entry: Buffer): Date => new Date((JSON.parse(entry.toString()) as { at: string }).at)

/** The published note with our signature alone: cosignatures are kept apart, and are asked for again. */
function noteAlone({ note, ...head }: Checkpoint & { readonly note: Buffer }): NotedHead {
  const text = note.toString()
  const end = text.indexOf('\n', text.indexOf(`\n— ${head.origin} `) + 1)
  return { ...head, note: text.slice(0, end + 1) }
}

/** Finds the event that waits for its place although an entry tells of it already. Each is found once. */
function byContent(events: readonly RecordedEvent[]) {
  const known = new Map<string, RecordedEvent[]>()
  const keyOf = (event: RecordedEvent, seq: number) => canonicalEntry(ledgerEntryOf(event, seq)).toString()
  for (const event of events) {
    const key = keyOf(event, 0)
    known.set(key, [...(known.get(key) ?? []), event])
  }
  return (entry: Buffer, seq: number) => {
    const read = JSON.parse(entry.toString()) as { v: 1; seq: number }
    if (read.seq !== seq) throw new Failure('ledger-not-consistent', { seq })
    return known.get(canonicalEntry({ ...read, seq: 0 }).toString())?.shift()?.id ?? null
  }
}
