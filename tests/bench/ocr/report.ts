import type { Corpus, CorpusPage } from './corpus.ts'
import { steps } from './meter.ts'
import type { OurRun } from './ours.ts'
import type { Results } from './results.ts'
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

export type Report = ReturnType<typeof reportOf>

export function reportOf(corpus: Corpus, results: Results) {
  const [ours] = results.ours
  return {
    version: 1,
    pages: corpus.text.length,
    readings: ours ? [readingOf('ours', corpus, ours.texts)] : [],
    costs: results.ours.map((run) => costOf(run, corpus.text.length)),
    blanks: ours ? blanksOf(corpus, ours) : undefined,
    wrongTurns: ours
      ? corpus.text.filter(({ id, turn }) => ours.pages[id]!.turn !== turn).map(({ id }) => id)
      : [],
  }
}

function costOf({ workers, seconds, cpu, peakMegabytes }: OurRun, pages: number) {
  const all = steps.reduce((sum, step) => sum + cpu[step], 0)
  return {
    name: `ours, ${workers}`,
    cpuSecondsPerPage: all / pages,
    pagesPerMinute: (pages * 60) / seconds,
    peakMegabytes: Math.round(peakMegabytes),
    steps: Object.fromEntries(steps.map((step) => [step, cpu[step] / pages])),
  }
}

/** False blanks are looked for among all pages that are not, those with a lone signature included. */
function blanksOf({ text, sparse }: Corpus, { pages }: OurRun) {
  const all = [...text, ...sparse]
  const isCalledBlank = ({ id }: CorpusPage): boolean => pages[id]!.blank
  const blank = all.filter((page) => page.blank)
  return {
    blank: blank.length,
    found: blank.filter(isCalledBlank).length,
    missed: blank.filter((page) => !isCalledBlank(page)).map(({ id }) => id),
    notBlank: all.length - blank.length,
    falseBlanks: all.filter((page) => !page.blank && isCalledBlank(page)).map(({ id }) => id),
  }
}
