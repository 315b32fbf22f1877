import { hash as digest } from 'node:crypto'
import { Failure } from '../domain/failure.ts'

/*
 * The Merkle tree of RFC 6962 §2.1. Leaves and nodes are hashed behind different first bytes, so that no node can pass
 * for a leaf.
 */

// Out as a string and back: the bytes alone take twice as long to be handed over.
const hash = (...parts: readonly Buffer[]): Buffer =>
  Buffer.from(digest('sha256', Buffer.concat(parts), 'binary'), 'binary')

const leafPrefix = Buffer.of(0)
const nodePrefix = Buffer.of(1)

/** Root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = hash()

/** SHA-256(0x00 ‖ entry) */
export const leafHash = (entry: Buffer): Buffer => hash(leafPrefix, entry)

/** SHA-256(0x01 ‖ left ‖ right) */
export const nodeHash = (left: Buffer, right: Buffer): Buffer => hash(nodePrefix, left, right)

/**
 * What must be kept of a tree to append to it: the roots of its perfect subtrees, the largest (leftmost) first. There is
 * one for every 1 in the binary size.
 */
export type Frontier = { readonly size: number; readonly roots: readonly Buffer[] }

export const emptyFrontier = (): Frontier => ({ size: 0, roots: [] })

/** A frontier as it was stored. @throws Failure ledger-not-consistent when it cannot be one of this size */
export function restoreFrontier(size: number, roots: readonly Buffer[]): Frontier {
  const isWhole =
    Number.isSafeInteger(size) &&
    size >= 0 &&
    roots.length === perfectSubtrees(size) &&
    roots.every((root) => root.length === 32)
  if (!isWhole) throw new Failure('ledger-not-consistent', { seq: size })
  return { size, roots }
}

/** Number of ones in the binary size. */
const perfectSubtrees = (size: number): number => size.toString(2).replaceAll('0', '').length

/** Hears of each perfect subtree that is complete: its height, its place among those of that height, its root. */
export type Visit = (height: number, index: number, root: Buffer) => void

export type GrowingTree = { append(leaf: Buffer): void; readonly frontier: Frontier }

/** A tree that takes many leaves, from a frontier that stays as it was. */
export function growFrom(start: Frontier, visit: Visit = () => {}): GrowingTree {
  const roots = [...start.roots]
  let { size } = start
  return {
    append(leaf) {
      let root = leaf
      let height = 0
      // Each trailing 1 of the size is a perfect subtree as large as the one that is now complete.
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
        root = nodeHash(roots.pop()!, root)
        visit(++height, (rest - 1) / 2, root)
      }
      roots.push(root)
      size++
    },
    get frontier() {
      return { size, roots: [...roots] }
    },
  }
}

/** The frontier after one more leaf; the given one stays as it was. */
export function append(frontier: Frontier, leaf: Buffer): Frontier {
  const tree = growFrom(frontier)
  tree.append(leaf)
  return tree.frontier
}

/** Root of the whole tree: the perfect subtrees, joined from the right. */
export const rootOfFrontier = ({ roots }: Frontier): Buffer =>
  roots.length === 0 ? emptyRoot : roots.reduceRight((right, left) => nodeHash(left, right))

/** Root of a tree with these leaf hashes. */
export const rootOf = (leafHashes: readonly Buffer[]): Buffer =>
  rootOfFrontier(leafHashes.reduce(append, emptyFrontier()))
