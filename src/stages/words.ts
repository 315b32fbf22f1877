import { Readable } from 'node:stream'
import type { Document } from '../domain/document.ts'
import { documentFindings } from '../domain/document-findings.ts'
import type { Page } from '../domain/page.ts'
import { type MeasuredPage, measuredPage, readingFigures } from '../domain/reading-figures.ts'
import { alto } from '../domain/text-formats/alto.ts'
import { layOut } from '../domain/text-formats/layout.ts'
import type { UnderstoodPage } from '../domain/understanding/understand-page.ts'
import {
  altoName,
  findingsName,
  type IndexedPage,
  indexName,
  thumbnailName,
  type WordsIndex,
  writeIndex,
} from '../domain/words-index.ts'
import { readMe, readMeName } from '../domain/words-read-me.ts'
import type { PackedEntry, Ports } from '../ports.ts'
import { findingsOf, sizeOf, understoodPage } from './understood.ts'

type Needed = Pick<Ports, 'staging' | 'packer' | 'rules'>

/**
 * What was read of a document and found in it, as it is kept for good: a stream that fails where what was staged is damaged. The
 * pages are read twice, once for what is said of all of them, so that no more than one is in memory.
 */
export async function wordsOf(
  document: Document,
  pages: readonly Page[],
  ports: Needed,
): Promise<{ content: Readable; mediaType: string }> {
  const inOrder = pages.filter(({ position }) => position !== null)
  const index = await indexOf(document, inOrder, ports)
  const content = ports.packer(entries(index, inOrder, ports), { isCompressed: true })
  return { content, mediaType: 'application/gzip' }
}

async function indexOf({ id }: Document, pages: readonly Page[], ports: Needed): Promise<WordsIndex> {
  const indexed: IndexedPage[] = []
  const measured: MeasuredPage[] = []
  const found: Parameters<typeof documentFindings>[0][number][] = []
  let engine: string | undefined
  for (const page of pages) {
    const read = await readOf(page, ports)
    if (read) {
      engine ??= read.engine
      measured.push(measuredPage(read))
      const { type, date } = findingsOf(read, ports)
      found.push({ page: page.position!, findings: { type, date } })
    }
    indexed.push(indexedPage(page, read))
  }
  return {
    ...{ format: 'scelle-words', version: 1, documentId: id, engine: engine ?? 'none' },
    reading: readingFigures(measured),
    ...documentFindings(found),
    corrections: [],
    pages: indexed,
  }
}

const readOf = async (page: Page, ports: Needed): Promise<UnderstoodPage | undefined> =>
  page.words ? understoodPage(page, ports) : undefined

function indexedPage(page: Page, read: UnderstoodPage | undefined): IndexedPage {
  const number = page.position!
  return {
    ...{ page: number, alto: altoName(number), findings: read ? findingsName(number) : null },
    thumbnail: read?.thumbnail ? thumbnailName(number) : null,
    ...{ dpi: sizeOf(page).dpi, turn: read?.turn ?? 0, blank: page.facts?.blank ?? false },
    reading: read ? readingFigures([measuredPage(read)]) : null,
    ...(read?.source && { source: read.source }),
    ...(read?.ownText && { ownText: read.ownText }),
  }
}

async function* entries(
  index: WordsIndex,
  pages: readonly Page[],
  ports: Needed,
): AsyncGenerator<PackedEntry> {
  yield entry(readMeName, readMe)
  yield entry(indexName, writeIndex(index))
  for (const [at, page] of pages.entries()) {
    const read = await readOf(page, ports)
    const { alto: name, findings, thumbnail } = index.pages[at]!
    yield entry(name, altoOf(page, read, index))
    if (read && findings) yield entry(findings, json(findingsOf(read, ports)))
    if (read?.thumbnail && thumbnail) yield entry(thumbnail, Buffer.from(read.thumbnail, 'base64'))
  }
}

function altoOf(
  page: Page,
  read: UnderstoodPage | undefined,
  { documentId, engine, pages }: WordsIndex,
): string {
  const { width, height, dpi } = sizeOf(page)
  const layout = layOut({ recognition: read ?? { turn: 0, width, height, lines: [] }, dpi })
  const head = { title: documentId, pages: pages.length, engine: read?.engine ?? engine }
  return `${alto.opening(head)}${alto.page(layout, page.position!)}${alto.closing}`
}

const json = (value: object): string => `${JSON.stringify(value, null, 1)}\n`

function entry(name: string, whole: string | Buffer): PackedEntry {
  const content = Buffer.isBuffer(whole) ? whole : Buffer.from(whole)
  return { name, bytes: content.length, content: async () => Readable.from([content]) }
}
