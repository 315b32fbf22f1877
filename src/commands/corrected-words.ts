import type { Readable } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import type { MeasuredPage } from '../domain/reading-figures.ts'
import { correctedAlto } from '../domain/text-formats/corrected-alto.ts'
import type { SaidWords } from '../domain/text-formats/corrected-page.ts'
import { readAlto } from '../domain/text-formats/read-alto.ts'
import type { PersonsReading } from '../domain/text-formats/text-format.ts'
import { correctedFigures, documentFigures, keptPage } from '../domain/words-figures.ts'
import type { IndexedPage, WordsIndex } from '../domain/words-index.ts'
import { readMe, readMeName } from '../domain/words-read-me.ts'
import type { PageUnpacker } from '../ports.ts'

/** Files that take the place of others, and the figures that follow from them. */
export type CorrectedWords = Pick<WordsIndex, 'pages' | 'reading'> & {
  readonly files: ReadonlyMap<string, Buffer>
}

/**
 * The words of a document with what a person said stands in them. Every page is measured again, for what is said of the whole
 * document; of the files only those of which something is said are new.
 *
 * @throws Failure correction-page-unknown, correction-place-unknown, words-unreadable
 */
export async function correctedWords(
  packed: Readable,
  unpack: PageUnpacker,
  index: WordsIndex,
  words: readonly SaidWords[],
  correction: PersonsReading,
): Promise<CorrectedWords> {
  const pages = new Map(index.pages.map((page) => [page.alto, page]))
  const files = new Map([[readMeName, Buffer.from(readMe)]])
  const corrected: IndexedPage[] = []
  const measured: MeasuredPage[] = []
  for await (const { name, content } of unpack(packed)) {
    const page = pages.get(name)
    if (!page) continue
    const xml = content.toString('utf8')
    const [first, ...more] = words.filter((one) => one.page === page.page)
    const now = first ? correctedAlto(xml, [first, ...more], correction) : undefined
    if (now) files.set(name, Buffer.from(now.xml))
    const reading = now && page.reading ? correctedFigures(page.reading, now.before, now.after) : page.reading
    corrected.push({ ...page, reading })
    const kept = keptPage(corrected.at(-1)!, now?.after ?? onlyPage(xml))
    if (kept) measured.push(kept)
  }
  if (corrected.length < index.pages.length) throw new Failure('words-unreadable', { line: 0 })
  return { pages: corrected, reading: documentFigures(index, measured), files }
}

function onlyPage(xml: string) {
  const [page] = readAlto(xml)
  if (!page) throw new Failure('words-unreadable', { line: 0 })
  return page
}

/** Before anything is read for it. @throws Failure correction-page-unknown */
export function refuseUnknownPages({ pages }: WordsIndex, words: readonly SaidWords[] = []): void {
  const unknown = words.find(({ page }) => pages.every((one) => one.page !== page))
  if (unknown) throw new Failure('correction-page-unknown', { page: unknown.page, pages: pages.length })
}
