import { createHash } from 'node:crypto'
import { Failure } from '../domain/failure.ts'
import { verifierOf } from '../ledger/note.ts'
import { rootFromTiles, type TileReader, TileRefused } from '../ledger/tile-tree.ts'
import { formatBundle, hashBytes, type Tile, tilePath, tilesOfGrowth, tileWidth } from '../ledger/tiles.ts'
import type { LedgerSigner } from '../evidence-ports.ts'
import type { Clock, ObjectStore } from '../ports.ts'
import type { LedgerHead, LedgerStore } from '../records.ts'
import { atOnce } from './at-once.ts'
import { contentOf, ledgerPrefix, mustLeadTo, publishedCheckpointKey, publishedHead } from './guard-ledger.ts'

export type Publisher = {
  readonly ledger: LedgerStore
  readonly signer: Pick<LedgerSigner, 'name' | 'publicKey'>
  readonly archives: Readonly<Record<string, ObjectStore>>
  readonly clock: Clock
  /** Full tiles and bundles are locked for so long when they are written; 0 locks nothing. */
  readonly lockDays: number
}

/** Sorted by size, whatever the store. */
export const checkpointPrefix = `${ledgerPrefix}checkpoints/`
const checkpointKey = (size: number): string => `${checkpointPrefix}${String(size).padStart(16, '0')}`
export const tileKey = (tile: Tile): string => ledgerPrefix + tilePath(tile)

/** Entries that are published before the head moves on: what an interruption makes do again at most. */
const stepEntries = 65_536
const places = 8
const dayMs = 86_400_000

/**
 * Brings every archive to the latest signed head, in the form that outsiders read (c2sp.org/tlog-tiles): tiles and entry
 * bundles, then, once these can be read there, `checkpoint`, then the copies of all signed heads. May be interrupted
 * between any two writes and run again: what is to be written follows from the ledger alone, and what is there already is
 * compared. An archive that is away keeps no other from being published to.
 *
 * @returns how many entries were published, in the archive where it was most
 * @throws Failure of the first archive that failed, after the others were tried
 */
export async function publishLedger(publisher: Publisher): Promise<number> {
  const { ledger, archives } = publisher
  const head = await ledger.head()
  if (!head) return 0
  const results = await Promise.allSettled(
    Object.entries(archives).map(([name, archive]) => publishTo(name, archive, head, publisher)),
  )
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  for (const { size } of await ledger.unarchived()) if (size <= head.size) await ledger.markArchived(size)
  return Math.max(0, ...results.map((result) => (result.status === 'fulfilled' ? result.value : 0)))
}

async function publishTo(
  name: string,
  archive: ObjectStore,
  head: LedgerHead,
  publisher: Publisher,
): Promise<number> {
  const { ledger, signer } = publisher
  const published = await publishedHead(archive, [verifierOf(signer)])
  const place = `${name}/${publishedCheckpointKey}`
  if (published) await mustLeadTo({ ...published, place }, head, ledger)
  const before = published?.size ?? 0
  for (let from = before; from < head.size; ) {
    const next = await nextHead(from, head, ledger)
    await publishGrowth(name, archive, from, next, publisher)
    await putCheckpoint(archive, next, ledger)
    from = next.size
  }
  // A head of no new entries may have been cosigned since.
  if (published && before === head.size) await putCheckpoint(archive, head, ledger, published.note)
  for (const { size, note } of await ledger.unarchived())
    if (size <= head.size)
      await putOnce(archive, checkpointKey(size), Buffer.from(note), 'text/plain; charset=utf-8')
  return head.size - before
}

/** The largest head within a step; where heads are further apart, the next one. */
async function nextHead(from: number, head: LedgerHead, ledger: LedgerStore): Promise<LedgerHead> {
  if (head.size - from <= stepEntries) return head
  const within = await ledger.headsBetween(from, from + stepEntries)
  return within.at(-1) ?? (await ledger.headsBetween(from, head.size))[0]!
}

async function publishGrowth(
  name: string,
  archive: ObjectStore,
  from: number,
  head: LedgerHead,
  { ledger, clock, lockDays }: Publisher,
): Promise<void> {
  await mustBeRootOf(head, tilesOfLedger(ledger))
  const until = lockDays > 0 ? new Date(clock.now().getTime() + lockDays * dayMs) : undefined
  await atOnce(places, tilesOfGrowth(from, head.size), async (tile) => {
    const content = await fileOfLedger(tile, ledger)
    const isFull = tile.width === tileWidth
    await putOnce(archive, tileKey(tile), content, 'application/octet-stream', isFull ? until : undefined)
    const kept = await contentOf(archive, tileKey(tile))
    if (!kept?.equals(content))
      throw new Failure('ledger-contradicts-published', {
        size: head.size,
        place: `${name}/${tileKey(tile)}`,
      })
  })
}

/** Tiles as the database has them. @throws Failure ledger-not-consistent when hashes are missing */
export const tilesOfLedger =
  (ledger: Pick<LedgerStore, 'hashesFrom'>): TileReader =>
  async (tiles) => {
    const contents = await ledger.hashesFrom(tiles)
    for (const [at, tile] of tiles.entries()) mustBeWhole(tile, contents[at]!.length / hashBytes)
    return contents
  }

/** A tile or a bundle, as the database has it. @throws Failure ledger-not-consistent when something of it is missing */
export async function fileOfLedger(
  { level, index, width }: Tile,
  ledger: Pick<LedgerStore, 'entriesFrom' | 'hashesFrom'>,
): Promise<Buffer> {
  if (level !== 'entries') return (await tilesOfLedger(ledger)([{ level, index, width }]))[0]!
  const entries = await ledger.entriesFrom(index * tileWidth, width)
  mustBeWhole({ level: 0, index, width }, entries.length)
  return formatBundle(entries)
}

function mustBeWhole({ level, index, width }: Tile<number>, found: number): void {
  if (found !== width)
    throw new Failure('ledger-not-consistent', { seq: (index * tileWidth + found) * tileWidth ** level })
}

/** What does not lead to the signed root is not published. @throws Failure ledger-not-consistent */
async function mustBeRootOf({ size, root }: LedgerHead, read: TileReader): Promise<void> {
  const found = await rootFromTiles(size, read).catch((error: unknown) => {
    if (error instanceof TileRefused) return undefined
    throw error
  })
  if (!found?.equals(root)) throw new Failure('ledger-not-consistent', { seq: size - 1 })
}

/** Shows a head, with the cosignatures that it has; leaves alone what is the same already. */
export async function putCheckpoint(
  archive: ObjectStore,
  { size, note }: LedgerHead,
  ledger: Pick<LedgerStore, 'cosignatures'>,
  kept?: Buffer,
): Promise<void> {
  const lines = (await ledger.cosignatures(size)).map(({ line }) => `${line}\n`)
  const body = Buffer.from(note + lines.join(''))
  if (!kept?.equals(body)) await overwrite(archive, publishedCheckpointKey, body, 'text/plain; charset=utf-8')
}

/** A new version, in a store that keeps versions. */
export const overwrite = (
  archive: ObjectStore,
  key: string,
  body: Buffer,
  mediaType: string,
): Promise<unknown> => archive.put(key, body, { bytes: body.length, sha256: sha256(body), mediaType })

const putOnce = (
  archive: ObjectStore,
  key: string,
  body: Buffer,
  mediaType: string,
  retainUntil?: Date,
): Promise<unknown> =>
  archive.put(key, body, {
    bytes: body.length,
    sha256: sha256(body),
    onlyIfAbsent: true,
    mediaType,
    ...(retainUntil && { retainUntil }),
  })

const sha256 = (body: Buffer): string => createHash('sha256').update(body).digest('hex')
