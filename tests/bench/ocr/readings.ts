import type { Corpus, CorpusPage } from './corpus.ts'
import { scoreOf, summed } from './scoring.ts'

export type Rates = { readonly pages: number; readonly cer: number; readonly wer: number }
export type Reading = {
  readonly name: string
  readonly groups: Readonly<Record<string, Rates>>
  readonly byKind: Readonly<Record<string, Rates>>
  readonly byDegradation: Readonly<Record<string, Rates>>
  readonly byPage: Readonly<Record<string, { cer: number; wer: number }>>
}

/** Pages that belong together by what they share, whatever makes them hard besides. */
const groups: Readonly<Record<string, (page: CorpusPage) => boolean>> = {
  all: () => true,
  upright: ({ turn }) => turn === 0,
  turned: ({ turn }) => turn !== 0,
  tables: ({ kind }) => kind === 'table',
  'one-bit': ({ colour }) => colour === 'bitonal',
}

export function readingOf(name: string, { text }: Corpus, texts: Readonly<Record<string, string>>): Reading {
  const scored = text.map((page) => ({ page, score: scoreOf(page.truth, texts[page.id] ?? '', page.asides) }))
  const ratesOf = (some: typeof scored): Rates => {
    const { cer, wer } = summed(some.map(({ score }) => score))
    return { pages: some.length, cer, wer }
  }
  const by = (key: (page: CorpusPage) => string) =>
    Object.fromEntries(
      Object.entries(Object.groupBy(scored, ({ page }) => key(page))).map(([group, some = []]) => [
        group,
        ratesOf(some),
      ]),
    )
  return {
    name,
    groups: Object.fromEntries(
      Object.entries(groups)
        .map(([group, belongs]) => [group, ratesOf(scored.filter(({ page }) => belongs(page)))] as const)
        .filter(([, { pages }]) => pages > 0),
    ),
    byKind: by(({ kind }) => kind),
    byDegradation: by(({ degradation }) => degradation),
    byPage: Object.fromEntries(
      scored.map(({ page, score }) => {
        const { cer, wer } = summed([score])
        return [page.id, { cer, wer }]
      }),
    ),
  }
}
