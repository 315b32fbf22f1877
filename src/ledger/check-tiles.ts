import { entriesOf, foldPerfect, hashesOf, TileRefused } from './tile-tree.ts'
import { hashesAt, levelsOf, type Tile, tileAt, tilePath, tileWidth } from './tiles.ts'
import { append, emptyFrontier, type Frontier, leafHash, rootOfFrontier } from './tree.ts'

/** What is wrong with published files, and where. */
export type TileFinding =
  | { readonly kind: 'tile-missing'; readonly path: string }
  | { readonly kind: 'tile-malformed'; readonly path: string }
  /** Of a bundle, the first entry that differs is named. */
  | { readonly kind: 'tile-differs'; readonly path: string; readonly seq?: number }
  /** What was published leads to another root than the one that was signed. */
  | { readonly kind: 'tiles-root-differs'; readonly size: number }

/** Undefined for what is not there. */
export type FileReader = (tile: Tile) => Promise<Buffer | undefined>
type Head = { readonly size: number; readonly root: Buffer }
type Leaves = {
  readonly tile: Tile
  readonly bundle: Tile
  readonly fromTile?: Buffer[]
  readonly fromBundle?: Buffer[]
}

/**
 * Derives every tile of a signed head again from the entry bundles, upwards, and tells each file that is not there, cannot
 * be read or holds something else. Where a bundle and its tile differ, the level above, or at the edge the signed root,
 * says which of them is wrong.
 */
export async function* checkTiles(head: Head, read: FileReader): AsyncGenerator<TileFinding> {
  const { size } = head
  const open = opener(read)
  let frontier = emptyFrontier()
  let hashes: (Buffer | undefined)[] = []
  let isWhole = true
  for (let index = 0; index * tileWidth < size; index++) {
    const leaves = yield* leavesAt(index, size, open)
    const right = yield* rightOnes(leaves, await witnessOf(leaves, head, frontier, open))
    if (right) frontier = right.reduce(append, frontier)
    else isWhole = false
    if (leaves.tile.width === tileWidth) hashes.push(right && foldPerfect(right))
  }
  for (let level = 1; level < levelsOf(size); level++) hashes = yield* checkLevel(level, size, hashes, open)
  if (isWhole && !rootOfFrontier(frontier).equals(head.root)) yield { kind: 'tiles-root-differs', size }
}

type Opened<Content> = { readonly content?: Content; readonly finding?: TileFinding }
type Open = <Content>(tile: Tile, parse: (tile: Tile, bytes: Buffer) => Content) => Promise<Opened<Content>>

const opener =
  (read: FileReader): Open =>
  async (tile, parse) => {
    const bytes = await read(tile)
    if (!bytes) return { finding: { kind: 'tile-missing', path: tilePath(tile) } }
    try {
      return { content: parse(tile, bytes) }
    } catch (error) {
      if (!(error instanceof TileRefused)) throw error
      return { finding: { kind: 'tile-malformed', path: error.path } }
    }
  }

/** The leaf hashes of one place, as the bundle and as the tile have them. */
async function* leavesAt(index: number, size: number, open: Open): AsyncGenerator<TileFinding, Leaves> {
  const bundle = tileAt('entries', index, size)!
  const tile = tileAt(0, index, size)!
  const entries = await open(bundle, entriesOf)
  const hashes = await open(tile, hashesOf)
  if (entries.finding) yield entries.finding
  if (hashes.finding) yield hashes.finding
  return {
    ...{ tile, bundle },
    ...(entries.content && { fromBundle: entries.content.map(leafHash) }),
    ...(hashes.content && { fromTile: hashes.content }),
  }
}

/** Do these leaf hashes lead to what is above them? */
type Judge = (leaves: readonly Buffer[]) => boolean

/** Whoever can say which of two is right: the hash above a full tile, the signed root at the edge. */
async function witnessOf(
  { tile }: Leaves,
  { size, root }: Head,
  before: Frontier,
  open: Open,
): Promise<Judge> {
  if (tile.width < tileWidth) return (leaves) => rootOfFrontier(leaves.reduce(append, before)).equals(root)
  const above = tileAt(1, Math.floor(tile.index / tileWidth), size)!
  const { content } = await open(above, hashesOf)
  const hash = content?.[tile.index % tileWidth]
  return (leaves) => hash !== undefined && foldPerfect(leaves).equals(hash)
}

async function* rightOnes(
  { tile, bundle, fromTile, fromBundle }: Leaves,
  isRight: Judge,
): AsyncGenerator<TileFinding, Buffer[] | undefined> {
  if (!fromTile || !fromBundle) return fromBundle ?? fromTile
  const at = fromBundle.findIndex((hash, place) => !hash.equals(fromTile[place]!))
  if (at === -1) return fromBundle
  const isBundleWrong = isRight(fromTile)
  if (isBundleWrong)
    yield { kind: 'tile-differs', path: tilePath(bundle), seq: bundle.index * tileWidth + at }
  else yield { kind: 'tile-differs', path: tilePath(tile) }
  return isBundleWrong ? fromTile : fromBundle
}

/** Compares the tiles of a level with what was derived, and derives the hashes of the next. */
async function* checkLevel(
  level: number,
  size: number,
  derived: readonly (Buffer | undefined)[],
  open: Open,
): AsyncGenerator<TileFinding, (Buffer | undefined)[]> {
  const above: (Buffer | undefined)[] = []
  for (let index = 0; index * tileWidth < hashesAt(level, size); index++) {
    const tile = tileAt(level, index, size)!
    const { content, finding } = await open(tile, hashesOf)
    if (finding) yield finding
    const expected = derived.slice(index * tileWidth, index * tileWidth + tile.width)
    if (content && expected.some((hash, at) => hash && !hash.equals(content[at]!)))
      yield { kind: 'tile-differs', path: tilePath(tile) }
    if (tile.width < tileWidth) continue
    const hashes = expected.map((hash, at) => hash ?? content?.[at])
    above.push(hashes.includes(undefined) ? undefined : foldPerfect(hashes as Buffer[]))
  }
  return above
}
