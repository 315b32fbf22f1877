import { consistencyRanges, inclusionRanges, type Range } from './proofs.ts'
import { emptyRoot, nodeHash } from './tree.ts'
import { parseBundle, parseTile, type Tile, tileAt, tileHeight, tilePath, tileWidth } from './tiles.ts'

/**
 * Where tiles come from: an archive, a folder, the database. All that something needs are asked for at once, and come in
 * the same order. Nothing read is believed; roots tell.
 */
export type TileReader = (tiles: readonly Tile<number>[]) => Promise<readonly Buffer[]>

/** One tile or bundle is not what the tree says. */
export type TileFault = 'malformed' | 'differs'
/** @throws TileRefused */
export class TileRefused extends Error {
  override readonly name = 'TileRefused'
  readonly path: string
  readonly fault: TileFault
  constructor(path: string, fault: TileFault) {
    super(`${path} ${fault}`)
    this.path = path
    this.fault = fault
  }
}

const refuse = (tile: Tile, fault: TileFault): never => {
  throw new TileRefused(tilePath(tile), fault)
}

/** The hashes of a tile, as it was read. @throws TileRefused */
export const hashesOf = (tile: Tile, bytes: Buffer): Buffer[] =>
  parseTile(bytes, tile.width) ?? refuse(tile, 'malformed')

/** The entries of a bundle, as it was read. @throws TileRefused */
export const entriesOf = (tile: Tile, bytes: Buffer): Buffer[] =>
  parseBundle(bytes, tile.width) ?? refuse(tile, 'malformed')

/** Reads tiles where each is a file, or a request, of its own. */
export const oneByOne =
  (read: (tile: Tile) => Promise<Buffer>): TileReader =>
  (tiles) =>
    Promise.all(tiles.map(read))

/** Reads each tile once. */
export function remembering(read: TileReader): TileReader {
  const known = new Map<string, Buffer>()
  return async (tiles) => {
    const unknown = tiles.filter((tile) => !known.has(tilePath(tile)))
    const found = unknown.length > 0 ? await read(unknown) : []
    for (const [at, tile] of unknown.entries()) known.set(tilePath(tile), found[at]!)
    return tiles.map((tile) => known.get(tilePath(tile))!)
  }
}

/** Root of the tree of `size` entries, out of its tiles. @throws TileRefused */
export const rootFromTiles = async (size: number, read: TileReader): Promise<Buffer> =>
  (await rootsOfRanges([{ from: 0, to: size }], size, read))[0]!

/** Proves from the tiles of a tree that entry `index` is in it. @throws Failure proof-invalid, TileRefused */
export const inclusionFromTiles = async (index: number, size: number, read: TileReader): Promise<Buffer[]> =>
  rootsOfRanges(inclusionRanges(index, size), size, read)

/** Proves from the tiles of a tree that it begins with the first `first` entries. @throws Failure proof-invalid, TileRefused */
export const consistencyFromTiles = async (
  first: number,
  size: number,
  read: TileReader,
): Promise<Buffer[]> => rootsOfRanges(consistencyRanges(first, size), size, read)

/** A perfect subtree: its first leaf, its height, and the tile that has what it is folded from. */
type Subtree = { readonly at: number; readonly height: number; readonly tile: Tile<number> }

/** Roots over some leaves each: their largest perfect subtrees from the left, joined from the right (RFC 6962 §2.1). */
async function rootsOfRanges(ranges: readonly Range[], size: number, read: TileReader): Promise<Buffer[]> {
  const parts = ranges.map((range) => subtreesOf(range, size))
  const tiles = new Map(parts.flat().map(({ tile }) => [tilePath(tile), tile]))
  const contents = tiles.size > 0 ? await read([...tiles.values()]) : []
  const hashes = new Map([...tiles].map(([path, tile], at) => [path, hashesOf(tile, contents[at]!)]))
  const rootOf = (subtree: Subtree) => foldSubtree(subtree, hashes.get(tilePath(subtree.tile))!)
  return parts.map((subtrees) => joined(subtrees.map(rootOf)))
}

function subtreesOf({ from, to }: Range, size: number): Subtree[] {
  const subtrees: Subtree[] = []
  for (let at = from; at < to; ) {
    const height = heightAt(at, to)
    const level = Math.floor(height / tileHeight)
    const tile = tileAt(level, Math.floor(at / tileWidth ** (level + 1)), size)!
    subtrees.push({ at, height, tile })
    at += 2 ** height
  }
  return subtrees
}

function foldSubtree({ at, height, tile }: Subtree, hashes: readonly Buffer[]): Buffer {
  const start = Math.floor(at / tileWidth ** tile.level) % tileWidth
  return foldPerfect(hashes.slice(start, start + 2 ** (height % tileHeight)))
}

const joined = (roots: readonly Buffer[]): Buffer =>
  roots.length === 0 ? emptyRoot : roots.reduceRight((right, left) => nodeHash(left, right))

/** Height of the largest perfect subtree that begins at a leaf and ends before another. */
function heightAt(at: number, to: number): number {
  let height = 0
  while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++
  return height
}

/** Root over a power of two of hashes. */
export function foldPerfect(hashes: readonly Buffer[]): Buffer {
  let row = hashes
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(row[at * 2]!, row[at * 2 + 1]!))
  return row[0]!
}
