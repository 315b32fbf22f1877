import type { Cost } from './costs.ts'
import type { Reading } from './readings.ts'
import type { Results } from './results.ts'
import type { Blanks } from './blanks.ts'

export type Aim = {
  readonly name: string
  readonly value: string
  readonly aim: string
  readonly isMet: boolean
}

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`
const times = (ratio: number): string => `${ratio.toFixed(2)} ×`

const atMost = (name: string, value: number, most: number, say = percent): Aim => ({
  ...{ name, value: say(value), aim: `≤ ${say(most)}`, isMet: value <= most },
})
const atLeast = (name: string, value: number, least: number, say = percent): Aim => ({
  ...{ name, value: say(value), aim: `≥ ${say(least)}`, isMet: value >= least },
})

/** What is hoped for, and whether this run has it; an aim whose contender was left out is left out. */
export function aimsOf(
  readings: readonly Reading[],
  costs: readonly Cost[],
  blanks: Blanks | undefined,
  results: Results,
): Aim[] {
  return [
    ...speedAims(costs),
    ...readingAims(readings),
    ...(blanks ? blankAims(blanks) : []),
    ...validityAims(results),
  ]
}

/** Ours is the run with most processes, as many as the others have. */
function speedAims(costs: readonly Cost[]): Aim[] {
  const ours = costs.findLast(({ name }) => name.startsWith('ours'))
  const rival = (name: string): Cost | undefined => costs.find((cost) => cost.name === name)
  const [plain, clean, native] = ['ocrmypdf', 'ocrmypdf-clean', 'native'].map(rival)
  if (!ours) return []
  const faster = (than: Cost, least: number): Aim =>
    atLeast(`pages/min, ${ours.name} : ${than.name}`, ours.pagesPerMinute / than.pagesPerMinute, least, times)
  return [
    ...(clean ? [faster(clean, 15)] : []),
    ...(plain ? [faster(plain, 6)] : []),
    ...(native
      ? [
          atMost(
            `CPU a page, ${ours.name}, everything : native, recognition alone`,
            ours.cpuSecondsPerPage / native.cpuSecondsPerPage,
            1.6,
            times,
          ),
        ]
      : []),
  ]
}

function readingAims([ours, ...others]: readonly Reading[]): Aim[] {
  if (ours?.name !== 'ours') return []
  const group = (name: string, most: number): Aim[] => {
    const rates = ours.groups[name]
    return rates ? [atMost(`CER, ${name}`, rates.cer, most)] : []
  }
  const againstBest = Object.entries(ours.byKind).flatMap(([kind, { cer }]): Aim[] => {
    const best = Math.min(...others.map(({ byKind }) => byKind[kind]!.cer))
    return others.length > 0 ? [atMost(`CER, ${kind}, against the best of the others`, cer, best)] : []
  })
  return [
    ...group('upright', 0.008),
    ...group('tables', 0.02),
    ...group('one-bit', 0.02),
    ...group('turned', 0.02),
    ...againstBest,
  ]
}

function blankAims({ blank, found, falseBlanks }: Blanks): Aim[] {
  return [
    ...(blank > 0 ? [atLeast('blank pages found', found / blank, 0.98)] : []),
    atMost('false blanks', falseBlanks.length, 0, String),
  ]
}

function validityAims({ validity, ours, rivals }: Results): Aim[] {
  const none = (name: string, found: readonly string[] | undefined): Aim[] =>
    found ? [atMost(name, found.length, 0, String)] : []
  const bytes = ours.at(-1)?.documents.reduce((sum, document) => sum + document.bytes, 0)
  const small = rivals.find(({ name }) => name === 'ocrmypdf-small')?.bytes
  return [
    ...none('files that PDFBox Preflight refuses (PDF/A-1b)', validity?.invalid),
    ...none('files that qpdf complains of', validity?.faulty),
    ...none('pages whose text pdftotext gives in another order', validity?.order?.plain.otherPages),
    ...none('pages whose text pdftotext -layout gives in another order', validity?.order?.layout.otherPages),
    ...(bytes && small ? [atMost('bytes, ours : OCRmyPDF --optimize 2', bytes / small, 1, times)] : []),
  ]
}
