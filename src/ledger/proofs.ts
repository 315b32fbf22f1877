import { Failure } from '../domain/failure.ts'
import { emptyRoot, nodeHash, rootOf } from './tree.ts'

/** Leaves `from` (included) to `to` (excluded). */
export type Range = { readonly from: number; readonly to: number }

type ProofFault =
  | 'index-out-of-range'
  | 'size-out-of-range'
  | 'hash-count'
  | 'hash-malformed'
  | 'root-differs'

const refuse = (reason: ProofFault): never => {
  throw new Failure('proof-invalid', { reason })
}

/** Largest power of two below a size of at least two. */
function splitOf(size: number): number {
  let split = 1
  while (split * 2 < size) split *= 2
  return split
}

/** The subtrees whose roots prove that a leaf is in a tree, lowest first (PATH of RFC 6962 §2.1.1). */
export function inclusionRanges(index: number, size: number): Range[] {
  checkIndex(index, size)
  const ranges: Range[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + splitOf(to - from)
    if (index < middle) {
      ranges.unshift({ from: middle, to })
      to = middle
    } else {
      ranges.unshift({ from, to: middle })
      from = middle
    }
  }
  return ranges
}

/** The subtrees whose roots prove that a tree only grew (PROOF and SUBPROOF of RFC 6962 §2.1.2), lowest first. */
export function consistencyRanges(first: number, second: number): Range[] {
  checkSizes(first, second)
  if (first === 0 || first === second) return []
  const ranges: Range[] = []
  let [from, to] = [0, second]
  while (to !== first) {
    const middle = from + splitOf(to - from)
    if (first <= middle) {
      ranges.unshift({ from: middle, to })
      to = middle
    } else {
      ranges.unshift({ from, to: middle })
      from = middle
    }
  }
  // The old tree's own root is known to whoever asks, when it is a subtree of the new one.
  return from === 0 ? ranges : [{ from, to }, ...ranges]
}

const rootsOf = (leafHashes: readonly Buffer[], ranges: readonly Range[]): Buffer[] =>
  ranges.map(({ from, to }) => rootOf(leafHashes.slice(from, to)))

/** Proves that leaf `index` is in the tree of all these leaf hashes. @throws Failure proof-invalid */
export const inclusionProof = (leafHashes: readonly Buffer[], index: number): Buffer[] =>
  rootsOf(leafHashes, inclusionRanges(index, leafHashes.length))

/** Proves that the tree of all these leaf hashes begins with the tree of the `first` ones. @throws Failure proof-invalid */
export const consistencyProof = (leafHashes: readonly Buffer[], first: number): Buffer[] =>
  rootsOf(leafHashes, consistencyRanges(first, leafHashes.length))

export type Inclusion = {
  readonly index: number
  readonly size: number
  readonly leafHash: Buffer
  readonly root: Buffer
  readonly proof: readonly Buffer[]
}

/**
 * Refuses a proof that does not lead from the leaf to the root (RFC 9162 §2.1.3.2).
 * @throws Failure proof-invalid
 */
export function verifyInclusion({ index, size, leafHash, root, proof }: Inclusion): void {
  checkIndex(index, size)
  checkHashes([leafHash, root, ...proof])
  let [place, last] = [index, size - 1]
  let hash = leafHash
  for (const sibling of proof) {
    if (last === 0) refuse('hash-count')
    if (isOdd(place) || place === last) {
      hash = nodeHash(sibling, hash)
      // At the right edge, levels where the subtree stands alone have no sibling.
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)]
    } else hash = nodeHash(hash, sibling)
    ;[place, last] = [half(place), half(last)]
  }
  if (last !== 0) refuse('hash-count')
  if (!hash.equals(root)) refuse('root-differs')
}

export type Consistency = {
  readonly first: number
  readonly second: number
  readonly firstRoot: Buffer
  readonly secondRoot: Buffer
  readonly proof: readonly Buffer[]
}

/**
 * Refuses a proof that does not lead to both roots: the second tree then is not the first one with leaves added
 * (RFC 9162 §2.1.4.2).
 * @throws Failure proof-invalid
 */
export function verifyConsistency({ first, second, firstRoot, secondRoot, proof }: Consistency): void {
  checkSizes(first, second)
  checkHashes([firstRoot, secondRoot, ...proof])
  if (first === 0 || first === second) {
    if (proof.length > 0) refuse('hash-count')
    // Every tree begins with the empty one.
    if (!firstRoot.equals(first === 0 ? emptyRoot : secondRoot)) refuse('root-differs')
    return
  }
  const [seed, ...path] = isPowerOfTwo(first) ? [firstRoot, ...proof] : proof
  if (seed === undefined) return refuse('hash-count')
  let [place, last] = [first - 1, second - 1]
  while (isOdd(place)) [place, last] = [half(place), half(last)]
  let [firstHash, secondHash] = [seed, seed]
  for (const sibling of path) {
    if (last === 0) refuse('hash-count')
    if (isOdd(place) || place === last) {
      firstHash = nodeHash(sibling, firstHash)
      secondHash = nodeHash(sibling, secondHash)
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)]
    } else secondHash = nodeHash(secondHash, sibling)
    ;[place, last] = [half(place), half(last)]
  }
  if (last !== 0) refuse('hash-count')
  if (!firstHash.equals(firstRoot) || !secondHash.equals(secondRoot)) refuse('root-differs')
}

// Sizes may pass 2^31: no bit operators.
const isOdd = (value: number): boolean => value % 2 === 1
const half = (value: number): number => Math.floor(value / 2)
const isPowerOfTwo = (value: number): boolean => splitOf(value + 1) === value

const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0 && value <= 2 ** 52

function checkIndex(index: number, size: number): void {
  if (!isSize(size)) refuse('size-out-of-range')
  if (!isSize(index) || index >= size) refuse('index-out-of-range')
}

function checkSizes(first: number, second: number): void {
  if (!isSize(first) || !isSize(second) || first > second) refuse('size-out-of-range')
}

function checkHashes(hashes: readonly Buffer[]): void {
  if (hashes.some((hash) => hash.length !== 32)) refuse('hash-malformed')
}
