import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkTiles, type TileFinding } from '../../../src/ledger/check-tiles.ts'
import { verifyConsistency, verifyInclusion } from '../../../src/ledger/proofs.ts'
import { consistencyFromTiles, inclusionFromTiles, rootFromTiles } from '../../../src/ledger/tile-tree.ts'
import {
  formatBundle,
  longestEntry,
  parseBundle,
  parseTilePath,
  type Tile,
  tilePath,
  tilesOfGrowth,
} from '../../../src/ledger/tiles.ts'
import { leafHash, rootOf } from '../../../src/ledger/tree.ts'
import { entriesOf, published } from './tiled.ts'

const reader = (files: ReadonlyMap<string, Buffer>) => async (tiles: readonly Tile[]) =>
  tiles.map((tile) => files.get(tilePath(tile))!)

describe('the path of a tile', () => {
  test.each<[Tile, string]>([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 2, index: 1_067, width: 8 }, 'tile/2/x001/067.p/8'],
    [{ level: 'entries', index: 999, width: 1 }, 'tile/entries/999.p/1'],
  ])('is that of the specification: %o', (tile, path) => {
    expect(tilePath(tile)).toBe(path)
    expect(parseTilePath(path)).toEqual(tile)
  })

  test.each([
    'tile/0/67',
    'tile/0/001/067',
    'tile/0/x000/067',
    'tile/00/067',
    'tile/0/067.p/256',
    'tile/0/067.p/0',
    'tile/0/067.p/08',
    'tile/data/067',
    '/tile/0/067',
    'tile/0/067/',
  ])('is read in that spelling only: %s', (path) => expect(parseTilePath(path)).toBeUndefined())
})

describe('a growth', () => {
  const paths = (from: number, to: number) => tilesOfGrowth(from, to).map(tilePath)

  test('of 70,000 entries has the tiles that the specification counts', () => {
    const tiles = tilesOfGrowth(0, 70_000)
    const count = (level: Tile['level'], isFull: boolean) =>
      tiles.filter((tile) => tile.level === level && (tile.width === 256) === isFull).length
    expect([count(0, true), count(0, false), count(1, true), count(1, false), count(2, false)]).toEqual([
      273, 1, 1, 1, 1,
    ])
    expect(paths(0, 70_000)).toEqual(
      expect.arrayContaining(['tile/0/273.p/112', 'tile/1/001.p/17', 'tile/2/000.p/1']),
    )
  })

  test('to a full tile needs the first of the next level', () => {
    expect(paths(255, 256)).toEqual(['tile/entries/000', 'tile/0/000', 'tile/1/000.p/1'])
  })

  test('leaves full tiles and unchanged partial ones alone', () => {
    expect(paths(600, 601)).toEqual(['tile/entries/002.p/89', 'tile/0/002.p/89'])
    expect(paths(600, 600)).toEqual([])
  })

  test('is never a shrinking', () => expect(() => tilesOfGrowth(2, 1)).toThrow('size-out-of-range'))
})

describe('a bundle', () => {
  test('gives back what went in, whatever it was', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 20 }), (some) => {
        const entries = some.map((one) => Buffer.from(one))
        expect(parseBundle(formatBundle(entries), entries.length)).toEqual(entries)
      }),
    )
  })

  test('takes the longest entry, and none that is longer', () => {
    expect(parseBundle(formatBundle([Buffer.alloc(longestEntry)]), 1)).toHaveLength(1)
    expect(() => formatBundle([Buffer.alloc(longestEntry + 1)])).toThrow('entry-too-long')
  })

  test('that ends early, goes on or holds another number of entries is none', () => {
    const bundle = formatBundle(entriesOf(3))
    expect(parseBundle(bundle.subarray(0, -1), 3)).toBeUndefined()
    expect(parseBundle(Buffer.concat([bundle, Buffer.of(0)]), 3)).toBeUndefined()
    expect(parseBundle(bundle, 2)).toBeUndefined()
    expect(parseBundle(bundle, 4)).toBeUndefined()
  })
})

/** Sizes that a log grew through; around the width of a tile things happen. */
const growth = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 700 }), fc.constantFrom(255, 256, 257, 511, 512, 513)), {
    minLength: 1,
    maxLength: 4,
  })
  .map((sizes) => [...new Set(sizes)].sort((one, other) => one - other))
const all = entriesOf(700)
const leaves = all.map(leafHash)

describe('published tiles', () => {
  test('lead to the root and to every proof, whatever steps the log grew in', async () => {
    await fc.assert(
      fc.asyncProperty(growth, fc.nat(), fc.nat(), async (sizes, some, other) => {
        const size = sizes.at(-1)!
        const read = reader(published(sizes, all))
        const root = rootOf(leaves.slice(0, size))
        expect(await rootFromTiles(size, read)).toEqual(root)
        const index = some % size
        const proof = await inclusionFromTiles(index, size, read)
        verifyInclusion({ index, size, leafHash: leaves[index]!, root, proof })
        const first = (other % size) + 1
        const firstRoot = rootOf(leaves.slice(0, first))
        verifyConsistency({
          ...{ first, second: size, firstRoot, secondRoot: root },
          proof: await consistencyFromTiles(first, size, read),
        })
      }),
      { numRuns: 25 },
    )
  })

  test('are found right when they are', async () => {
    const files = published([3, 300, 513], all)
    expect(await findingsOf(513, files)).toEqual([])
  })

  test('tell where one byte was changed, wherever it is', async () => {
    const files = published([600], all)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files.keys()),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (path, at, flip) => {
          const changed = Buffer.from(files.get(path)!)
          changed[at % changed.length]! ^= flip
          const findings = await findingsOf(600, new Map(files).set(path, changed))
          expect(findings).toEqual([expect.objectContaining({ path })])
        },
      ),
      { numRuns: 40 },
    )
  })

  test('tell which entry was changed', async () => {
    const files = new Map(published([600], all))
    const other = all.with(300, Buffer.from('{"seq":300,"v":2}'))
    files.set('tile/entries/001', formatBundle(other.slice(256, 512)))
    expect(await findingsOf(600, files)).toEqual([
      { kind: 'tile-differs', path: 'tile/entries/001', seq: 300 },
    ])
  })

  test('tell what is missing', async () => {
    const files = published([600], all)
    for (const path of files.keys()) {
      const without = new Map(files)
      without.delete(path)
      expect(await findingsOf(600, without)).toEqual([{ kind: 'tile-missing', path }])
    }
  })

  test('of another history do not lead to the signed root', async () => {
    const other = all.with(5, Buffer.from('{"seq":5,"v":2}'))
    expect(await findingsOf(300, published([300], other))).toContainEqual({
      kind: 'tiles-root-differs',
      size: 300,
    })
  })
})

async function findingsOf(size: number, files: ReadonlyMap<string, Buffer>): Promise<TileFinding[]> {
  const findings: TileFinding[] = []
  const head = { size, root: rootOf(leaves.slice(0, size)) }
  for await (const finding of checkTiles(head, async (tile) => files.get(tilePath(tile))))
    findings.push(finding)
  return findings
}
