import { PDFCatalog, PDFName, PDFPageLeaf, PDFPageTree, PDFRef } from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'
import type { PdfObjects } from './pdf-objects.ts'

/** Branches within branches: hundreds of thousands of pages need four levels where each has twenty. */
const deepest = 64

/**
 * The pages of a PDF in order (ISO 32000-1, 7.7.3), to be looked up one by one. The library's own walk has no end in a tree
 * that is its own branch. Undefined when the tree is none.
 * @throws Failure file-too-large as soon as there are more pages than allowed
 */
export function pagesOf({ context, root }: PdfObjects, maxPages: number): PDFRef[] | undefined {
  const pages: PDFRef[] = []
  /** False when something is not as it should be. */
  const walk = (tree: unknown, above: readonly unknown[]): boolean => {
    const branch = context.lookup(tree as PDFRef)
    if (!(branch instanceof PDFPageTree) || above.length > deepest || above.includes(tree)) return false
    const kids = branch.Kids()
    return kids.asArray().every((ref) => {
      const kid = context.lookup(ref)
      if (kid instanceof PDFPageTree) return walk(ref, [...above, tree])
      if (!(kid instanceof PDFPageLeaf && ref instanceof PDFRef)) return false
      if (pages.length >= maxPages) throw new Failure('file-too-large', { limit: maxPages })
      pages.push(ref)
      return true
    })
  }
  if (!(root instanceof PDFCatalog)) return undefined
  return walk(root.get(PDFName.of('Pages')), []) ? pages : undefined
}
