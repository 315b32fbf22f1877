import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import {
  consistencyProof,
  consistencyRanges,
  inclusionProof,
  inclusionRanges,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/ledger/proofs.ts'
import { emptyRoot, rootOf } from '../../../src/ledger/tree.ts'
import { leavesOf, publishedLeaves, publishedRoots } from './vectors.ts'

const hex = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('hex'))
const reasonOf = (act: () => void): unknown => {
  try {
    act()
  } catch (error) {
    expect((error as Failure).code).toBe('proof-invalid')
    return (error as Failure).facts.reason
  }
  return 'accepted'
}
const flip = (hash: Buffer, bit: number): Buffer => {
  const changed = Buffer.from(hash)
  changed[bit >> 3]! ^= 1 << (bit & 7)
  return changed
}
const published = {
  leaf1: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  leaf4: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  leaves2to4: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  leaves4to6: '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  leaves6to8: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  leaves4to8: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
}

const claimOf = (first: number, second: number) => {
  const leaves = leavesOf(second)
  return {
    first,
    second,
    firstRoot: rootOf(leaves.slice(0, first)),
    secondRoot: rootOf(leaves),
    proof: consistencyProof(leaves, first),
  }
}

describe('inclusion', () => {
  test.each<[number, number, string[]]>([
    [0, 1, []],
    [0, 8, [published.leaf1, published.leaves2to4, published.leaves4to8]],
    [5, 8, [published.leaf4, published.leaves6to8, publishedRoots[4]!]],
    [2, 3, [publishedRoots[2]!]],
    [1, 5, [publishedRoots[1]!, published.leaves2to4, published.leaf4]],
  ])('the published proof of leaf %i among %i', (index, size, proof) => {
    expect(hex(inclusionProof(publishedLeaves.slice(0, size), index))).toEqual(proof)
  })

  test('every leaf of every tree up to 70 leaves is proven', () => {
    for (let size = 1; size <= 70; size++) {
      const leaves = leavesOf(size)
      const root = rootOf(leaves)
      for (let index = 0; index < size; index++) {
        const claim = { index, size, root, leafHash: leaves[index]!, proof: inclusionProof(leaves, index) }
        expect(
          reasonOf(() => verifyInclusion(claim)),
          `leaf ${index} of ${size}`,
        ).toBe('accepted')
      }
    }
  })

  const anyPlace = fc
    .integer({ min: 1, max: 60 })
    .chain((size) => fc.tuple(fc.nat(size - 1), fc.constant(size)))

  test('any changed bit of leaf, proof or root is refused', () => {
    fc.assert(
      fc.property(anyPlace, fc.nat(), fc.nat(255), ([index, size], which, bit) => {
        const leaves = leavesOf(size)
        const hashes = [leaves[index]!, rootOf(leaves), ...inclusionProof(leaves, index)]
        const at = which % hashes.length
        const [leaf, root, ...proof] = hashes.with(at, flip(hashes[at]!, bit))
        expect(reasonOf(() => verifyInclusion({ index, size, leafHash: leaf!, root: root!, proof }))).toBe(
          'root-differs',
        )
      }),
    )
  })

  test('a proof is good for no other place', () => {
    fc.assert(
      fc.property(anyPlace, fc.nat(59), ([index, size], other) => {
        fc.pre(other < size && other !== index)
        const leaves = leavesOf(size)
        const claim = {
          size,
          root: rootOf(leaves),
          leafHash: leaves[index]!,
          proof: inclusionProof(leaves, index),
        }
        expect(reasonOf(() => verifyInclusion({ ...claim, index: other }))).toMatch(/hash-count|root-differs/)
      }),
    )
  })

  test('a proof that is too short or too long is refused', () => {
    fc.assert(
      fc.property(anyPlace, ([index, size]) => {
        const leaves = leavesOf(size)
        const proof = inclusionProof(leaves, index)
        const claim = { index, size, root: rootOf(leaves), leafHash: leaves[index]! }
        expect(reasonOf(() => verifyInclusion({ ...claim, proof: [...proof, leaves[0]!] }))).toBe(
          'hash-count',
        )
        if (size > 1)
          expect(reasonOf(() => verifyInclusion({ ...claim, proof: proof.slice(1) }))).toBe('hash-count')
      }),
    )
  })

  test.each([
    [0, 0, 'index-out-of-range'],
    [8, 8, 'index-out-of-range'],
    [-1, 8, 'index-out-of-range'],
    [0.5, 8, 'index-out-of-range'],
    [0, -8, 'size-out-of-range'],
    [0, Number.NaN, 'size-out-of-range'],
    [0, Number.POSITIVE_INFINITY, 'size-out-of-range'],
  ])('refuses leaf %d of %d', (index, size, reason) => {
    const claim = { index, size, root: emptyRoot, leafHash: emptyRoot, proof: [] }
    expect(reasonOf(() => verifyInclusion(claim))).toBe(reason)
  })

  test('refuses hashes of another length', () => {
    const claim = { index: 0, size: 2, root: emptyRoot, leafHash: emptyRoot }
    expect(reasonOf(() => verifyInclusion({ ...claim, proof: [Buffer.alloc(31)] }))).toBe('hash-malformed')
  })

  test('places past 2^31 are told apart', () => {
    const ranges = inclusionRanges(2 ** 40 + 3, 2 ** 41)
    expect(ranges).toHaveLength(41)
    expect(ranges.at(-1)).toEqual({ from: 0, to: 2 ** 40 })
  })
})

describe('consistency', () => {
  test.each<[number, number, string[]]>([
    [1, 1, []],
    [1, 8, [published.leaf1, published.leaves2to4, published.leaves4to8]],
    [6, 8, [published.leaves4to6, published.leaves6to8, publishedRoots[4]!]],
    [2, 5, [published.leaves2to4, published.leaf4]],
  ])('the published proof that %i grew to %i', (first, second, proof) => {
    expect(hex(consistencyProof(publishedLeaves.slice(0, second), first))).toEqual(proof)
  })

  test('every growth up to 40 leaves is proven', () => {
    for (let second = 0; second <= 40; second++) {
      for (let first = 0; first <= second; first++) {
        const claim = claimOf(first, second)
        expect(
          reasonOf(() => verifyConsistency(claim)),
          `${first} to ${second}`,
        ).toBe('accepted')
      }
    }
  })

  const anyGrowth = fc
    .integer({ min: 2, max: 60 })
    .chain((second) => fc.tuple(fc.integer({ min: 1, max: second - 1 }), fc.constant(second)))

  test('any changed bit of either root or of the proof is refused', () => {
    fc.assert(
      fc.property(anyGrowth, fc.nat(), fc.nat(255), ([first, second], which, bit) => {
        const claim = claimOf(first, second)
        const hashes = [claim.firstRoot, claim.secondRoot, ...claim.proof]
        const at = which % hashes.length
        const [firstRoot, secondRoot, ...proof] = hashes.with(at, flip(hashes[at]!, bit))
        const changed = { ...claim, firstRoot: firstRoot!, secondRoot: secondRoot!, proof }
        expect(reasonOf(() => verifyConsistency(changed))).toBe('root-differs')
      }),
    )
  })

  test('a history in which an old entry changed has no proof', () => {
    fc.assert(
      fc.property(anyGrowth, fc.nat(), ([first, second], which) => {
        const leaves = leavesOf(second)
        const rewritten = leaves.with(which % first, emptyRoot)
        const forged = {
          ...claimOf(first, second),
          secondRoot: rootOf(rewritten),
          proof: consistencyProof(rewritten, first),
        }
        expect(reasonOf(() => verifyConsistency(forged))).toBe('root-differs')
      }),
    )
  })

  test('a proof that is too short or too long is refused', () => {
    fc.assert(
      fc.property(anyGrowth, ([first, second]) => {
        const claim = claimOf(first, second)
        expect(reasonOf(() => verifyConsistency({ ...claim, proof: [...claim.proof, emptyRoot] }))).toBe(
          'hash-count',
        )
        expect(reasonOf(() => verifyConsistency({ ...claim, proof: claim.proof.slice(0, -1) }))).toBe(
          'hash-count',
        )
      }),
    )
  })

  test('two roots of one size must be one, without any proof', () => {
    const claim = { first: 3, second: 3, firstRoot: emptyRoot, proof: [] }
    expect(reasonOf(() => verifyConsistency({ ...claim, secondRoot: rootOf(leavesOf(3)) }))).toBe(
      'root-differs',
    )
    expect(reasonOf(() => verifyConsistency({ ...claim, secondRoot: emptyRoot, proof: [emptyRoot] }))).toBe(
      'hash-count',
    )
  })

  test('the empty tree has one root only', () => {
    const [root] = leavesOf(1)
    const claim = { first: 0, second: 1, secondRoot: root!, proof: [] }
    expect(reasonOf(() => verifyConsistency({ ...claim, firstRoot: root! }))).toBe('root-differs')
  })

  test('a tree never shrinks', () => {
    expect(reasonOf(() => consistencyRanges(3, 2))).toBe('size-out-of-range')
  })
})
