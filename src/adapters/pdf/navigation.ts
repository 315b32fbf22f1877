import { type PDFDocument, PDFHexString, PDFName, type PDFObject, type PDFRef } from '@cantoo/pdf-lib'

/** ISO 19005-1 (6.1.12) allows no array of more than 8,191 entries, and each part takes two. */
const mostParts = 4000

/** Where a reader of the document may jump to, collected while its pages are written. */
export type Navigation = {
  /** To be told of every page; `part` is the title of the part that begins with it. */
  add(page: PDFRef, part: string | undefined): void
  /** Writes bookmarks and page labels into the catalog. */
  close(): void
}

type Part = { readonly title: string; readonly page: PDFRef; readonly index: number }

/**
 * Bookmarks (ISO 32000-1, 12.3.3), one for each part, and page labels (12.4.2): 1, 2, 3 … in a document of one part,
 * 1-1, 1-2, 2-1 … in one of several, so that a label says in which part the page stands.
 */
export function collectNavigation(pdf: PDFDocument): Navigation {
  const parts: Part[] = []
  let pages = 0
  return {
    add(page, title) {
      if (title !== undefined && parts.length < mostParts) parts.push({ title, page, index: pages })
      pages++
    },
    close() {
      const several = parts.length > 1
      if (several) addBookmarks(pdf, parts)
      pdf.catalog.set(
        PDFName.of('PageLabels'),
        pdf.context.obj({ Nums: several ? labels(pdf, parts) : plain(pdf) }),
      )
    },
  }
}

const plain = ({ context }: PDFDocument): PDFObject[] => [context.obj(0), context.obj({ S: 'D' })]

/** What stands before the first part is numbered without a prefix. */
function labels(pdf: PDFDocument, parts: readonly Part[]): PDFObject[] {
  const { context } = pdf
  const told = parts.flatMap(({ index }, at) => [
    context.obj(index),
    context.obj({ S: 'D', P: PDFHexString.fromText(`${at + 1}-`) }),
  ])
  return parts[0]!.index === 0 ? told : [...plain(pdf), ...told]
}

function addBookmarks({ context, catalog }: PDFDocument, parts: readonly Part[]): void {
  const outlines = context.nextRef()
  const refs = parts.map(() => context.nextRef())
  for (const [at, { title, page }] of parts.entries()) {
    const [before, after] = [refs[at - 1], refs[at + 1]]
    context.assign(
      refs[at]!,
      context.obj({
        Title: PDFHexString.fromText(title),
        Parent: outlines,
        Dest: [page, 'Fit'],
        ...(before && { Prev: before }),
        ...(after && { Next: after }),
      }),
    )
  }
  const ends = { First: refs[0]!, Last: refs.at(-1)! }
  context.assign(outlines, context.obj({ Type: 'Outlines', ...ends, Count: parts.length }))
  catalog.set(PDFName.of('Outlines'), outlines)
  catalog.set(PDFName.of('PageMode'), PDFName.of('UseOutlines'))
}
