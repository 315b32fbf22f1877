import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, type PDFRef } from '@cantoo/pdf-lib'
import { expect, test } from 'vitest'
import { growPageTree } from '../../../src/adapters/pdf/page-tree.ts'

/** Walks a tree of so many pages from the catalog down: the pages in order, and how deep and how wide it is. */
async function walked(pages: number) {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  const { context } = pdf
  const tree = growPageTree(pdf)
  const added = Array.from({ length: pages }, () => {
    const ref = context.register(context.obj({ Type: 'Page', Parent: tree.parent() }))
    tree.add(ref)
    return ref
  })
  tree.close()
  const found: PDFRef[] = []
  let [depth, width] = [0, 0]
  /** Each node names its parent, and counts its pages. */
  let sound = true
  const walk = (ref: PDFRef, parent: PDFRef | undefined, level: number): number => {
    const node = context.lookup(ref, PDFDict)
    sound &&= node.get(PDFName.of('Parent')) === parent
    if (node.get(PDFName.of('Type')) === PDFName.of('Page')) return found.push(ref) && 1
    const kids = node.lookup(PDFName.of('Kids'), PDFArray).asArray() as PDFRef[]
    depth = Math.max(depth, level)
    width = Math.max(width, kids.length)
    const count = kids.reduce((sum, kid) => sum + walk(kid, ref, level + 1), 0)
    sound &&= node.lookup(PDFName.of('Count'), PDFNumber).asNumber() === count
    return count
  }
  walk(pdf.catalog.get(PDFName.of('Pages')) as PDFRef, undefined, 1)
  return {
    sound,
    inOrder: found.length === pages && found.every((ref, index) => ref === added[index]),
    depth,
    width,
  }
}

test.each([
  [1, 1],
  [64, 1],
  [65, 2],
  [4096, 2],
  [4097, 3],
])('holds %i pages in order, in %i levels of at most 64 children', async (pages, depth) => {
  expect(await walked(pages)).toEqual({ sound: true, inOrder: true, depth, width: Math.min(pages, 64) })
})
