import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerVectors } from '../../../fixtures/generator/ledger.ts'
import { cosign, formatCosignerKey } from '../../../src/ledger/cosignature.ts'
import { formatVerifierKey, parseNote } from '../../../src/ledger/note.ts'
import { inclusionFromTiles } from '../../../src/ledger/tile-tree.ts'
import { tilePath } from '../../../src/ledger/tiles.ts'
import { formatProof } from '../../../src/ledger/tlog-proof.ts'
import { leafHash } from '../../../src/ledger/tree.ts'
import { noteOver, signerOf } from '../../unit/ledger/signers.ts'
import { entriesOf, published } from '../../unit/ledger/tiled.ts'
import { buildChecker, type Checker, noGo } from './checker.ts'

if (noGo) console.log(`left out: the published ledger as golang.org/x/mod reads it: ${noGo}`)

describe.skipIf(noGo)("Go's sumdb/note and sumdb/tlog", () => {
  let go: Checker
  beforeAll(async () => {
    go = await buildChecker()
  })
  afterAll(() => go?.close())

  const vectors = fileURLToPath(new URL('../../../fixtures/ledger/', import.meta.url))
  const keysOf = (files: ReadonlyMap<string, Buffer>) =>
    ['log.key', 'witness.key'].map((name) => files.get(name)!.toString().trim()) as [string, string]
  const proofsIn = (folder: string, files: ReadonlyMap<string, Buffer>) =>
    [...files.keys()].filter((name) => name.startsWith('proofs/')).map((name) => path.join(folder, name))

  test('accept the golden vectors: checkpoint, cosignature, tiles, bundles, consistency, inclusion', async () => {
    const files = await ledgerVectors()
    for (const old of [7, 256]) {
      const head = path.join(vectors, `heads/${old}`)
      const { accepted, said } = await go.check(vectors, ...keysOf(files), head, ...proofsIn(vectors, files))
      expect(accepted, said).toBe(true)
      expect(said).toContain('inclusion: 5 proofs accepted')
    }
  })

  test.each([
    'checkpoint',
    'tile/0/000',
    'tile/0/001.p/44',
    'tile/1/000.p/1',
    'tile/entries/000',
    'tile/entries/001.p/44',
    'proofs/255.tlog-proof',
    'heads/7',
  ])('refuse them with one byte of %s changed', async (name) => {
    const files = new Map(await ledgerVectors())
    const changed = Buffer.from(files.get(name)!)
    changed[20]! ^= 1
    const folder = await go.folderOf(files.set(name, changed))
    const head = path.join(folder, 'heads/7')
    const { accepted, said } = await go.check(folder, ...keysOf(files), head, ...proofsIn(folder, files))
    expect(accepted, said).toBe(false)
  })

  test('accept a log of 70,000 entries, whatever steps it grew in', async () => {
    const [log, witness] = [signerOf('ledger.example.fr', 1), signerOf('witness.example.org', 2)]
    const entries = entriesOf(70_000)
    const leaves = entries.map(leafHash)
    const files = published([3, 65_536, 66_000, 70_000], entries)
    const note = await noteOver(leaves, log)
    const checkpoint = `${note}${await cosign(parseNote(note).text, witness, new Date(1_700_000_000_000))}\n`
    files.set('checkpoint', Buffer.from(checkpoint))
    files.set('old', Buffer.from(await noteOver(leaves.slice(0, 65_536), log)))
    const proven = [0, 65_535, 65_536, 69_999]
    for (const index of proven) {
      const hashes = await inclusionFromTiles(index, 70_000, async (tiles) =>
        tiles.map((tile) => files.get(tilePath(tile))!),
      )
      files.set(`proofs/${index}`, Buffer.from(formatProof({ index, hashes, checkpoint })))
    }
    const folder = await go.folderOf(files)
    const keys = [formatVerifierKey(log), formatCosignerKey(witness)]
    const proofs = proven.map((index) => path.join(folder, `proofs/${index}`))
    const { accepted, said } = await go.check(folder, ...keys, path.join(folder, 'old'), ...proofs)
    expect(accepted, said).toBe(true)
  })
})
