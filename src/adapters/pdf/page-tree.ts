import { type PDFDocument, PDFName, type PDFRef } from '@cantoo/pdf-lib'

/** Children of a node: a reader finds page 5,000 in three steps, and no array nears the 8,191 of ISO 19005-1. */
const fanOut = 64

/** Nodes of the page tree (ISO 32000-1, 7.7.3.2) that are named before they can be written. */
export type PageTree = {
  /** The node under which the next page belongs. */
  parent(): PDFRef
  add(page: PDFRef): void
  /** Registers all nodes, and makes the topmost one the catalog's. */
  close(): void
}

type Node = { readonly ref: PDFRef; readonly kids: PDFRef[]; pages: number }

export function growPageTree({ context, catalog }: PDFDocument): PageTree {
  const name = PDFName.of('Pages')
  const leaves: Node[] = [{ ref: catalog.get(name) as PDFRef, kids: [], pages: 0 }]
  const leaf = (): Node => {
    if (leaves.at(-1)!.pages === fanOut) leaves.push({ ref: context.nextRef(), kids: [], pages: 0 })
    return leaves.at(-1)!
  }
  const register = ({ ref, kids, pages }: Node, parent?: PDFRef): void =>
    context.assign(
      ref,
      context.obj({ Type: 'Pages', Kids: kids, Count: pages, ...(parent && { Parent: parent }) }),
    )

  /** Puts up to `fanOut` nodes of one level under each node of the next. */
  const grow = (level: readonly Node[]): Node => {
    if (level.length === 1) return level[0]!
    const above: Node[] = []
    for (let from = 0; from < level.length; from += fanOut) {
      const nodes = level.slice(from, from + fanOut)
      const ref = context.nextRef()
      for (const node of nodes) register(node, ref)
      const pages = nodes.reduce((sum, node) => sum + node.pages, 0)
      above.push({ ref, kids: nodes.map((node) => node.ref), pages })
    }
    return grow(above)
  }
  return {
    parent: () => leaf().ref,
    add(page) {
      const node = leaf()
      node.kids.push(page)
      node.pages++
    },
    close() {
      const root = grow(leaves)
      register(root)
      catalog.set(name, root.ref)
    },
  }
}
