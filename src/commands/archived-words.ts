import { Readable } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import type { Layout } from '../domain/text-formats/layout.ts'
import { readAlto } from '../domain/text-formats/read-alto.ts'
import { indexName, readIndex, type WordsIndex } from '../domain/words-index.ts'
import type { PackedEntry, PageUnpacker, UnpackedEntry } from '../ports.ts'

/** The words of a document out of the archive; pages come as they are read, and fail where the stream does. */
export type ArchivedWords = {
  readonly index: WordsIndex
  readonly layouts: AsyncIterable<Layout>
}

/** @throws Failure words-unreadable */
export async function archivedWords(packed: Readable, unpack: PageUnpacker): Promise<ArchivedWords> {
  const entries = unpack(packed)[Symbol.asyncIterator]()
  for (let next = await entries.next(); !next.done; next = await entries.next()) {
    const { name, content } = next.value
    if (name !== indexName) continue
    const index = readIndex(content)
    return { index, layouts: layoutsIn({ [Symbol.asyncIterator]: () => entries }, index) }
  }
  throw new Failure('words-unreadable', { line: 0 })
}

/** Goes on to the end, past the last page: only there the stream says whether it was right. */
async function* layoutsIn(
  entries: AsyncIterable<UnpackedEntry>,
  { pages }: WordsIndex,
): AsyncGenerator<Layout> {
  let read = 0
  for await (const { name, content } of entries) {
    const page = pages[read]
    if (name !== page?.alto) continue
    read++
    for (const layout of readAlto(content.toString('utf8'))) yield { ...layout, dpi: page.dpi }
  }
  if (read < pages.length) throw new Failure('words-unreadable', { line: 0 })
}

/** What is said of the whole document, once all of its words were seen to be right. @throws Failure words-unreadable */
export async function archivedIndex(packed: Readable, unpack: PageUnpacker): Promise<WordsIndex> {
  let index: WordsIndex | undefined
  for await (const { name, content } of unpack(packed)) if (name === indexName) index = readIndex(content)
  if (!index) throw new Failure('words-unreadable', { line: 0 })
  return index
}

/** The same files with others in the place of some, to be packed anew. */
export async function* withFiles(
  packed: Readable,
  unpack: PageUnpacker,
  files: ReadonlyMap<string, Buffer>,
): AsyncGenerator<PackedEntry> {
  for await (const { name, content: found } of unpack(packed)) {
    const content = files.get(name) ?? found
    yield { name, bytes: content.length, content: async () => Readable.from([content]) }
  }
}
