import { foldPerfect } from '../../../src/ledger/tile-tree.ts'
import { formatBundle, type Tile, tilePath, tilesOfGrowth, tileWidth } from '../../../src/ledger/tiles.ts'
import { leafHash } from '../../../src/ledger/tree.ts'

export const entriesOf = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, seq) => Buffer.from(`{"seq":${seq},"v":1}`))

const hashed = new WeakMap<readonly Buffer[], Buffer[]>()
/** Hashed once, however often they are asked for. */
function leavesOf(entries: readonly Buffer[]): Buffer[] {
  const leaves = hashed.get(entries) ?? entries.map(leafHash)
  hashed.set(entries, leaves)
  return leaves
}

/** What a tile holds, by its definition (MTH of so many entries), without what is tested. */
function contentOf({ level, index, width }: Tile, entries: readonly Buffer[]): Buffer {
  if (level === 'entries') return formatBundle(entries.slice(index * tileWidth, index * tileWidth + width))
  const span = tileWidth ** level
  return Buffer.concat(
    Array.from({ length: width }, (_, at) => {
      const first = (index * tileWidth + at) * span
      return foldPerfect(leavesOf(entries).slice(first, first + span))
    }),
  )
}

/** Publishes growth after growth into a folder: path and content. */
export function published(sizes: readonly number[], entries: readonly Buffer[]): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  let before = 0
  for (const size of sizes) {
    for (const tile of tilesOfGrowth(before, size)) files.set(tilePath(tile), contentOf(tile, entries))
    before = size
  }
  return files
}
