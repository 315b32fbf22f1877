import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  append,
  emptyFrontier,
  leafHash,
  nodeHash,
  restoreFrontier,
  rootOf,
  rootOfFrontier,
} from '../../../src/ledger/tree.ts'
import { leavesOf, publishedLeaves, publishedRoots } from './vectors.ts'

test.each(publishedRoots.map((root, index) => [index, root] as const))(
  'the root of the first %i published leaves',
  (size, root) => {
    expect(rootOf(publishedLeaves.slice(0, size)).toString('hex')).toBe(root)
  },
)

/** RFC 6962 §2.1, word for word. */
const definedRoot = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 1) return leaves[0]!
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHash(definedRoot(leaves.slice(0, split)), definedRoot(leaves.slice(split)))
}

test('the root grown leaf by leaf is the root as defined, at any size', () => {
  let frontier = emptyFrontier()
  const leaves = leavesOf(130)
  for (const [index, leaf] of leaves.entries()) {
    frontier = append(frontier, leaf)
    expect(rootOfFrontier(frontier)).toEqual(definedRoot(leaves.slice(0, index + 1)))
  }
})

test('a frontier that was stored goes on like one that was kept', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(40), (before, more) => {
      const leaves = leavesOf(before + more)
      const kept = leaves.slice(0, before).reduce(append, emptyFrontier())
      const restored = restoreFrontier(
        before,
        kept.roots.map((root) => Buffer.from(root)),
      )
      expect(rootOfFrontier(leaves.slice(before).reduce(append, restored))).toEqual(rootOf(leaves))
    }),
  )
})

test('appending leaves the frontier that it started from as it was', () => {
  const three = leavesOf(3).reduce(append, emptyFrontier())
  const before = rootOfFrontier(three)
  append(three, leafHash(Buffer.from('fourth')))
  expect(rootOfFrontier(three)).toEqual(before)
  expect(three.size).toBe(3)
})

test('keeps one root for every 1 of the binary size, also past 2^31 leaves', () => {
  const size = 2 ** 33 + 5
  const roots = leavesOf(3)
  const grown = append(restoreFrontier(size, roots), leafHash(Buffer.of(1)))
  expect(grown).toMatchObject({ size: size + 1, roots: { length: 3 } })
})

test('refuses a stored frontier that cannot be one', () => {
  const [root] = leavesOf(1)
  for (const [size, roots] of [
    [1, []],
    [2, [root!, root!]],
    [-1, []],
    [0.5, [root!]],
    [1, [Buffer.alloc(31)]],
  ] as const) {
    expect(() => restoreFrontier(size, roots)).toThrow(
      expect.objectContaining({ code: 'ledger-not-consistent' }),
    )
  }
})
