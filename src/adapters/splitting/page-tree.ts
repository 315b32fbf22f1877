import { PDFArray, type PDFDocument, PDFPage, PDFPageLeaf, PDFPageTree, PDFRef } from '@cantoo/pdf-lib'
import { Failure } from '../../domain/failure.ts'

/** Branches within branches: hundreds of thousands of pages need four levels where each has twenty. */
const deepest = 64

/**
 * The pages of a PDF in order (ISO 32000-1, 7.7.3). The library's own walk has no end in a tree that is its own branch.
 * Undefined when the tree is none.
 * @throws Failure file-too-large as soon as there are more pages than allowed
 */
export function pagesOf(pdf: PDFDocument, maxPages: number): PDFPage[] | undefined {
  const pages: PDFPage[] = []
  /** False when something is not as it should be. */
  const walk = (tree: PDFPageTree, above: readonly PDFPageTree[]): boolean => {
    const kids = tree.Kids()
    if (!(kids instanceof PDFArray) || above.length > deepest || above.includes(tree)) return false
    return kids.asArray().every((ref) => {
      const kid = pdf.context.lookup(ref)
      if (kid instanceof PDFPageTree) return walk(kid, [...above, tree])
      if (!(kid instanceof PDFPageLeaf && ref instanceof PDFRef)) return false
      if (pages.length >= maxPages) throw new Failure('file-too-large', { limit: maxPages })
      pages.push(PDFPage.of(kid, ref, pdf))
      return true
    })
  }
  return walk(pdf.catalog.Pages(), []) ? pages : undefined
}
