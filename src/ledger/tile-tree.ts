import { consistencyRanges, inclusionRanges, type Range } from './proofs.ts'
import { emptyRoot, nodeHash } from './tree.ts'
import { parseBundle, parseTile, type Tile, tileAt, tileHeight, tilePath, tileWidth } from './tiles.ts'

/** Where tiles come from: an archive, a folder, the database. Nothing read is believed; roots tell. */
export type TileReader = (tile: Tile) => Promise<Buffer>

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

/** Reads each tile once. */
export function remembering(read: TileReader): TileReader {
  const known = new Map<string, Promise<Buffer>>()
  return (tile) => {
    const path = tilePath(tile)
    const found = known.get(path) ?? read(tile)
    known.set(path, found)
    return found
  }
}

/** Root of the tree of `size` entries, out of its tiles. @throws TileRefused */
export const rootFromTiles = (size: number, read: TileReader): Promise<Buffer> =>
  rootOfRange({ from: 0, to: size }, size, read)

/** Proves from the tiles of a tree that entry `index` is in it. @throws Failure proof-invalid, TileRefused */
export const inclusionFromTiles = (index: number, size: number, read: TileReader): Promise<Buffer[]> =>
  rootsOfRanges(inclusionRanges(index, size), size, read)

/** Proves from the tiles of a tree that it begins with the first `first` entries. @throws Failure proof-invalid, TileRefused */
export const consistencyFromTiles = (first: number, size: number, read: TileReader): Promise<Buffer[]> =>
  rootsOfRanges(consistencyRanges(first, size), size, read)

const rootsOfRanges = (ranges: readonly Range[], size: number, read: TileReader): Promise<Buffer[]> => {
  const once = remembering(read)
  return Promise.all(ranges.map((range) => rootOfRange(range, size, once)))
}

/** Root over some leaves: their largest perfect subtrees from the left, joined from the right (RFC 6962 §2.1). */
async function rootOfRange({ from, to }: Range, size: number, read: TileReader): Promise<Buffer> {
  const roots: Buffer[] = []
  for (let at = from; at < to; ) {
    const height = heightAt(at, to)
    roots.push(await perfectRoot(at, height, size, read))
    at += 2 ** height
  }
  return joined(roots)
}

const joined = (roots: readonly Buffer[]): Buffer =>
  roots.length === 0 ? emptyRoot : roots.reduceRight((right, left) => nodeHash(left, right))

/** Height of the largest perfect subtree that begins at a leaf and ends before another. */
function heightAt(at: number, to: number): number {
  let height = 0
  while (at % 2 ** (height + 1) === 0 && at + 2 ** (height + 1) <= to) height++
  return height
}

async function perfectRoot(at: number, height: number, size: number, read: TileReader): Promise<Buffer> {
  const level = Math.floor(height / tileHeight)
  const first = Math.floor(at / tileWidth ** level)
  const tile = tileAt(level, Math.floor(first / tileWidth), size)!
  const hashes = hashesOf(tile, await read(tile))
  const start = first % tileWidth
  return foldPerfect(hashes.slice(start, start + 2 ** (height % tileHeight)))
}

/** Root over a power of two of hashes. */
export function foldPerfect(hashes: readonly Buffer[]): Buffer {
  let row = hashes
  while (row.length > 1)
    row = Array.from({ length: row.length / 2 }, (_, at) => nodeHash(row[at * 2]!, row[at * 2 + 1]!))
  return row[0]!
}
