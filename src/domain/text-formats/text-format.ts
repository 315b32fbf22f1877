import { type Layout, layOut, type TextPage } from './layout.ts'

/** What a file says of itself. */
export type TextHead = {
  readonly title: string
  /** Pages that will come. */
  readonly pages: number
  /** What has read them. */
  readonly engine: string
  /** What persons read instead, where lines may refer to it. */
  readonly corrections?: readonly PersonsReading[]
}

/** A correction by which a person said what stands somewhere: its number, from 1, when, and who (an opaque id). */
export type PersonsReading = { readonly number: number; readonly at: string; readonly by: string }

/** How recognised text is written out, as UTF-8. The same pages give the same text. */
export type TextFormat = {
  readonly mediaType: string
  readonly opening: (head: TextHead) => string
  /** @param number from 1 */
  readonly page: (page: Layout, number: number) => string
  /** What stands between pages of which something is written. */
  readonly between?: string
  readonly closing: string
}

/** The file in parts: what comes before the first page, each page, and what comes after the last one. */
export async function* writeLayouts(
  format: TextFormat,
  pages: AsyncIterable<Layout>,
  head: TextHead,
): AsyncGenerator<string> {
  yield format.opening(head)
  let number = 0
  let isFirst = true
  for await (const page of pages) {
    const written = format.page(page, ++number)
    yield written === '' || isFirst ? written : `${format.between ?? ''}${written}`
    isFirst &&= written === ''
  }
  yield format.closing
}

/** The same of pages as they were recognised. */
export const writeText = (
  format: TextFormat,
  pages: Iterable<TextPage> | AsyncIterable<TextPage>,
  head: TextHead,
): AsyncGenerator<string> => writeLayouts(format, laidOut(pages), head)

async function* laidOut(pages: Iterable<TextPage> | AsyncIterable<TextPage>): AsyncGenerator<Layout> {
  for await (const page of pages) yield layOut(page)
}
