import { Failure } from '../domain/failure.ts'

/*
 * C2SP tlog-tiles (c2sp.org/tlog-tiles): the tree as files of 256 hashes, the entries as bundles of 256. What a file
 * holds follows from its path and the tree alone: a full one never changes, a partial one has its width in its path.
 */

/** Hashes of a full tile, entries of a full bundle. */
export const tileWidth = 256
/** Levels of the tree in a tile: 256 = 2^8. */
export const tileHeight = 8
export const hashBytes = 32
/** A bundle says the length of an entry in 16 bits. */
export const longestEntry = 65_535

/**
 * Hashes of one level: at level *l* each is the root of 256^l entries. `entries` are the bundles, with the shape of level 0.
 */
export type TileLevel = number | 'entries'
/** Hashes (or entries) `index · 256` and the `width - 1` after it, of its level. */
export type Tile<Level extends TileLevel = TileLevel> = {
  readonly level: Level
  readonly index: number
  readonly width: number
}

/** Where the latest signed head is, beside the tiles. */
export const checkpointPath = 'checkpoint'

/** `tile/0/x001/067`, `tile/entries/000.p/12` */
export const tilePath = ({ level, index, width }: Tile): string =>
  `tile/${level}/${indexPath(index)}${width === tileWidth ? '' : `.p/${width}`}`

/** Groups of three digits; all but the last begin with an x. */
function indexPath(index: number): string {
  const groups = [String(index % 1000).padStart(3, '0')]
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}

/** The tile of a path; undefined when no tile has it, written exactly so. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level, groups, width] =
    /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? []
  if (level === undefined || groups === undefined) return undefined
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  }
  const isOne = tile.width >= 1 && (width === undefined || tile.width < tileWidth)
  return isOne && tilePath(tile) === path ? tile : undefined
}

/** How many hashes of a level a tree has: only full tiles below count. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / tileWidth ** level)

/** The tile as a tree of this size has it; undefined when it has none there. */
export function tileAt<Level extends TileLevel>(
  level: Level,
  index: number,
  size: number,
): Tile<Level> | undefined {
  const width = Math.min(tileWidth, hashesAt(level === 'entries' ? 0 : level, size) - index * tileWidth)
  return width > 0 ? { level, index, width } : undefined
}

/** Every tile and bundle that a tree of `to` entries has and one of `from` has not, bundles first, then level by level. */
export function tilesOfGrowth(from: number, to: number): Tile[] {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 0 || from > to)
    throw new Failure('proof-invalid', { reason: 'size-out-of-range' })
  const levels = Array.from({ length: levelsOf(to) }, (_, level) => level)
  return [...grownAt('entries', from, to), ...levels.flatMap((level) => grownAt(level, from, to))]
}

/** Levels that a tree of this size has hashes at. */
export function levelsOf(size: number): number {
  let levels = 0
  while (hashesAt(levels, size) > 0) levels++
  return levels
}

function grownAt(level: TileLevel, from: number, to: number): Tile[] {
  const [before, after] = [from, to].map((size) => hashesAt(level === 'entries' ? 0 : level, size)) as [
    number,
    number,
  ]
  if (before === after) return []
  const grown: Tile[] = []
  for (let index = Math.floor(before / tileWidth); index * tileWidth < after; index++)
    grown.push(tileAt(level, index, to)!)
  return grown
}

/** A bundle: each entry behind its length, in two bytes, the higher first. @throws Failure entry-too-long */
export function formatBundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      refuseTooLong(entry)
      const length = Buffer.alloc(2)
      length.writeUInt16BE(entry.length)
      return [length, entry]
    }),
  )
}

/** The entries of a bundle; undefined when its lengths do not lead to its end, or to so many. */
export function parseBundle(bundle: Buffer, width: number): Buffer[] | undefined {
  const entries: Buffer[] = []
  let at = 0
  while (at + 2 <= bundle.length && entries.length < width) {
    const end = at + 2 + bundle.readUInt16BE(at)
    if (end > bundle.length) return undefined
    entries.push(bundle.subarray(at + 2, end))
    at = end
  }
  return at === bundle.length && entries.length === width ? entries : undefined
}

/** What is longer than a bundle can say never enters the ledger. @throws Failure entry-too-long */
export function refuseTooLong(entry: Buffer): void {
  if (entry.length > longestEntry) throw new Failure('entry-too-long', { bytes: entry.length })
}

/** The hashes of a tile; undefined when it is not so wide. */
export function parseTile(bytes: Buffer, width: number): Buffer[] | undefined {
  if (bytes.length !== width * hashBytes) return undefined
  return Array.from({ length: width }, (_, at) => bytes.subarray(at * hashBytes, (at + 1) * hashBytes))
}
