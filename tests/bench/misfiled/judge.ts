import { type Random, seeded } from '../../../fixtures/generator/random.ts'
import type { Recognition } from '../../../src/domain/page.ts'
import { compareDocument } from '../../../src/domain/understanding/compare-document.ts'
import type { ConflictKind } from '../../../src/domain/understanding/compare.ts'
import type { DocumentTypes } from '../../../src/domain/understanding/document-types.ts'
import type { PageFindings } from '../../../src/domain/understanding/findings.ts'
import { understandPage } from '../../../src/domain/understanding/understand-page.ts'
import {
  type Carried,
  carriedBy,
  type FiledDocument,
  type FiledPage,
  type StrangerKind,
} from './documents.ts'
import { noisy } from './noise.ts'

export type Judgement = {
  readonly documents: number
  readonly pages: number
  readonly foreign: number
  readonly found: number
  readonly missed: readonly { carried: Carried; stranger: StrangerKind; type: string; reason: string }[]
  /** Documents held for a page that is their own. */
  readonly falseHolds: readonly { type: string; kinds: readonly ConflictKind[] }[]
  /** What foreign pages carry: how many were found, of how many. */
  readonly carried: Readonly<Record<string, { readonly found: number; readonly of: number }>>
  /** True type → found type → pages. */
  readonly types: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly characterErrorRate: number
  readonly millisecondsPerPage: number
}

/** Words of a text in boxes of their own, as sure as a good scan is read. */
const recognitionOf = (text: string): Recognition => ({
  ...{ turn: 0, width: 2480, height: 3508, confidence: 90, engine: 'noise' },
  lines: text.split('\n').map((line, row) => {
    const words = line
      .split(' ')
      .filter((word) => word.length > 0)
      .map((word, column) => ({
        ...{ text: word, confidence: 90 },
        box: { x0: column * 90, y0: row * 50, x1: column * 90 + 80, y1: row * 50 + 40 },
      }))
    return { words, box: { x0: 0, y0: row * 50, x1: 2480, y1: row * 50 + 40 }, baseline: row * 50 + 38 }
  }),
})

export type Read = { readonly recognition: Recognition; readonly harmed: number; readonly characters: number }
export type Reader = (page: FiledPage) => Promise<Read>

/** Reads with noise: each page at a rate between one and two per cent. */
export function noisyReader(seed: string): Reader {
  const random: Random = seeded(seed)
  return async ({ text }) => {
    const { text: read, ...counts } = noisy(text, random.between(0.01, 0.02), random)
    return { recognition: recognitionOf(read), ...counts }
  }
}

export async function judge(
  documents: readonly FiledDocument[],
  reader: Reader,
  types: DocumentTypes,
): Promise<Judgement> {
  const missed: Judgement['missed'][number][] = []
  const falseHolds: Judgement['falseHolds'][number][] = []
  const carried: Record<string, { found: number; of: number }> = {}
  const table: Record<string, Record<string, number>> = {}
  let [pages, found, harmed, characters, spent] = [0, 0, 0, 0, 0]

  for (const { patient, pages: filed, foreign, stranger } of documents) {
    const findings: PageFindings[] = []
    for (const page of filed) {
      const read = await reader(page)
      const before = process.cpuUsage()
      const understood = understandPage(read.recognition, types)
      const { user, system } = process.cpuUsage(before)
      findings.push(understood)
      ;[pages, harmed, characters] = [pages + 1, harmed + read.harmed, characters + read.characters]
      spent += user + system
      const row = (table[page.type] ??= {})
      row[understood.type.code] = (row[understood.type.code] ?? 0) + 1
    }
    const { conflicts } = compareDocument(findings, patient)
    for (const { page, kinds } of conflicts)
      if (page !== foreign) falseHolds.push({ type: filed[page]!.type, kinds })
    if (foreign === undefined) continue
    const page = filed[foreign]!
    const carries = carriedBy(page)
    const tally = (carried[carries] ??= { found: 0, of: 0 })
    tally.of++
    if (conflicts.some((one) => one.page === foreign)) {
      found++
      tally.found++
    } else
      missed.push({
        carried: carries,
        stranger: stranger!,
        type: page.type,
        reason: reasonOf(findings[foreign]!, carries),
      })
  }
  return {
    ...{ documents: documents.length, pages, found, missed, falseHolds, carried, types: table },
    foreign: documents.filter((one) => one.foreign !== undefined).length,
    characterErrorRate: harmed / Math.max(1, characters),
    millisecondsPerPage: spent / 1000 / Math.max(1, pages),
  }
}

/** Was nothing there, was it not found, or was it taken for the patient's own? */
function reasonOf({ people }: PageFindings, carries: Carried): string {
  if (carries === 'none') return 'says-nothing-of-anybody'
  const kinds = people.filter(({ role }) => role === 'subject' || role === 'passing').map(({ kind }) => kind)
  return kinds.length === 0 ? 'facts-not-found' : `too-like-or-too-little: ${[...new Set(kinds)].join(' ')}`
}
