import { Readable } from 'node:stream'
import { PDFDocument, PDFHeader, PDFName, type PDFRef } from '@cantoo/pdf-lib'
import { asFailure, Failure } from '../../domain/failure.ts'
import type { PdfAssembler, PdfPage } from '../../ports.ts'
import type { CodePage } from './coded-page.ts'
import {
  type AccessCopy,
  type Conformance,
  type DocumentMeta,
  describeDocument,
  intendSrgb,
} from './metadata.ts'
import { collectNavigation, type Navigation } from './navigation.ts'
import { createObjectWriter, type ObjectWriter } from './object-writer.ts'
import { pageContent } from './page-content.ts'
import { type Layer, pageImage } from './page-image.ts'
import { growPageTree, type PageTree } from './page-tree.ts'
import { completeFont, embedTextFont, type Face, readFace, type TextFont } from './text-font.ts'

const fontName = 'Text'

export type Wishes = { readonly conformance: Conformance; readonly accessCopy: AccessCopy }
type Making = Wishes & { readonly codePage: CodePage }

/** PDF 1.4 and 1.7, which PDF/A-1 and PDF/A-2 build on. */
const minorVersion = { '1b': 4, '2b': 7 } as const satisfies Record<Conformance, number>

/**
 * Assembles searchable PDF files, PDF/A-1b (ISO 19005-1) or 2b (ISO 19005-2); the same input gives the same bytes. A page is written as soon
 * as it was read and is then forgotten; what pages share, and where everything is, comes at the end. Page images that do
 * not go in as they are, are decoded by `codePage` and not here.
 */
export function createAssembler({
  conformance = '1b',
  accessCopy = 'faithful',
  codePage,
}: Partial<Wishes> & Pick<Making, 'codePage'>): PdfAssembler {
  const making = { conformance, accessCopy, codePage }
  let face: Promise<Face> | undefined
  return {
    async assemble(pages, meta) {
      face ??= readFace()
      return Readable.from(write(pages, meta, { face: await face, ...making }), { objectMode: false })
    },
  }
}

type Book = {
  readonly pdf: PDFDocument
  readonly font: TextFont
  readonly tree: PageTree
  readonly navigation: Navigation
  readonly objects: ObjectWriter
  readonly making: Making
}

async function* write(
  pages: AsyncIterable<PdfPage>,
  meta: DocumentMeta,
  { face, ...making }: Making & { face: Face },
): AsyncGenerator<Uint8Array> {
  const pdf = await PDFDocument.create({ updateMetadata: false })
  const { context } = pdf
  context.header = PDFHeader.forVersion(1, minorVersion[making.conformance])
  describeDocument(pdf, meta, making)
  intendSrgb(pdf)
  const font = await embedTextFont(pdf, face)
  const objects = createObjectWriter(context)
  const book = { pdf, font, tree: growPageTree(pdf), navigation: collectNavigation(pdf), objects, making }
  yield* objects.header()
  let count = 0
  for await (const page of pages) {
    count++
    yield* await writePage(book, page).catch((cause: unknown) => {
      throw failureOf(asFailure(cause), count)
    })
  }
  if (count === 0) throw new Failure('assembly-failed', { page: 0 })
  await pdf.flush()
  completeFont(pdf, font)
  book.tree.close()
  book.navigation.close()
  for (const [ref, object] of context.enumerateIndirectObjects()) yield* objects.object(ref, object)
  yield* objects.end()
}

/** What passes by itself, an outage or an order given back, is no fault of the page. */
function failureOf(cause: Failure, page: number): Failure {
  if (cause.retry === 'later' && cause.code !== 'unexpected') return cause
  return new Failure('assembly-failed', { page, cause: cause.code }, { cause })
}

async function writePage(book: Book, page: PdfPage): Promise<Uint8Array[]> {
  const { pdf, font, tree, navigation, objects, making } = book
  const { context } = pdf
  const image = await pageImage(context, page, making)
  const { dpi, recognition } = page
  const layers = image.layers.map((layer, index) => ({
    ...layer,
    name: `Scan${index}`,
    ref: context.nextRef(),
  }))
  const imageNames = layers.map(({ name }) => name)
  const shown = pageContent(context, { image, dpi, recognition, font, imageNames, fontName })
  const [ref, contentRef] = [context.nextRef(), context.nextRef()]
  const leaf = context.obj({
    Type: 'Page',
    Parent: tree.parent(),
    MediaBox: [0, 0, shown.width, shown.height],
    Resources: {
      XObject: Object.fromEntries(layers.map(({ name, ref: layer }) => [name, layer])),
      Font: { [fontName]: font.font.ref },
    },
    Contents: contentRef,
  })
  tree.add(ref)
  navigation.add(ref, page.part)
  return [
    ...objects.object(ref, leaf),
    ...layers.flatMap((layer) => writeLayer(book, layer)),
    ...objects.object(contentRef, shown.content),
  ]
}

/** A layer shows where its stencil is black (explicit masking, ISO 32000-1, 8.9.6.3); without one, everywhere. */
function writeLayer({ pdf: { context }, objects }: Book, { ref, object, stencil }: Layer & { ref: PDFRef }) {
  if (!stencil) return objects.object(ref, object)
  const stencilRef = context.nextRef()
  object.dict.set(PDFName.of('Mask'), stencilRef)
  return [...objects.object(stencilRef, stencil), ...objects.object(ref, object)]
}
