import { z } from 'zod'
import type { OwnTextFigures } from './own-text-figures.ts'
import type { Box, Recognition } from './page.ts'

const Count = z.number().int().nonnegative()
const Share = z.number().min(0).max(1)

/** How much of a document was read. Figures only: they are kept in clear. */
export const ReadingFigures = z.object({
  /** Pages that were read; the others were taken for blank. */
  pages: Count,
  /** Words that were read surely, and such as may be others. */
  sure: Count,
  doubtful: Count,
  /** Places where something stands that could not be read. */
  unread: Count,
  /** Of the area of all that looks written, 1 together; null where nothing does. */
  shares: z.object({ sure: Share, doubtful: Share, unread: Share }).nullable(),
  /** Pages whose file carried words: used as they are, read and compared, and of these such as say something else. */
  ownText: z
    .object({
      ...{ used: Count, compared: Count, contradicted: Count },
      /** On the page where it is lowest. */
      agreement: Share.optional(),
    })
    .optional(),
})
export type ReadingFigures = z.infer<typeof ReadingFigures>

/** The figures of one page, or of many: each counts by how much of it is written on. */
export function readingFigures(pages: readonly MeasuredPage[]): ReadingFigures {
  const sum = (of: (page: MeasuredPage) => number) => pages.reduce((total, page) => total + of(page), 0)
  const written = sum((page) => page.written)
  const share = (of: (page: MeasuredPage) => number) =>
    rounded(sum((page) => of(page) * page.written) / written)
  const [sure, doubtful] = written > 0 ? [share((page) => page.read), share((page) => page.doubted)] : [0, 0]
  return {
    pages: pages.length,
    sure: sum((page) => page.sure),
    doubtful: sum((page) => page.doubtful),
    unread: sum((page) => page.unread),
    shares: written > 0 ? { sure, doubtful, unread: rounded(Math.max(0, 1 - sure - doubtful)) } : null,
    ...ownTextOf(pages.flatMap(({ ownText }) => ownText ?? [])),
  }
}

function ownTextOf(carried: readonly OwnTextFigures[]): Pick<ReadingFigures, 'ownText'> {
  if (carried.length === 0) return {}
  const compared = carried.flatMap(({ agreement }) => agreement ?? [])
  return {
    ownText: {
      used: carried.filter(({ fate }) => fate === 'used').length,
      compared: compared.length,
      contradicted: carried.filter(({ fate }) => fate === 'contradicted').length,
      ...(compared.length > 0 && { agreement: Math.min(...compared) }),
    },
  }
}

type Written = Pick<Recognition, 'width' | 'height' | 'lines' | 'regions' | 'read' | 'ownText'>

/** `read` and `doubted` are shares of what is written on a page, `written` is its share of the page. */
export type MeasuredPage = Pick<ReadingFigures, 'sure' | 'doubtful' | 'unread'> &
  Readonly<Record<'read' | 'doubted' | 'written', number>> &
  Pick<Recognition, 'ownText'>

/** The share that was read surely is what recognition says, where it does: it knows what it left out, word by word. */
export function measuredPage(page: Written): MeasuredPage {
  const { width, height, lines, regions = [], read: told, ownText } = page
  const words = lines.flatMap((line) => line.words)
  const doubtful = words.filter((word) => word.doubtful)
  const [all, doubted] = [areaOf(words), areaOf(doubtful)]
  const notRead = areaOf(regions)
  const written = all + notRead
  const read = told ?? (written > 0 ? (all - doubted) / written : 0)
  const notSure = doubted + notRead
  return {
    ...{ sure: words.length - doubtful.length, doubtful: doubtful.length, unread: regions.length },
    ...{ read, doubted: notSure > 0 ? ((1 - read) * doubted) / notSure : 0 },
    written: written / (width * height),
    ...(ownText && { ownText }),
  }
}

const areaOf = (places: readonly { readonly box: Box }[]): number =>
  places.reduce((sum, { box }) => sum + Math.max(0, box.x1 - box.x0) * Math.max(0, box.y1 - box.y0), 0)

const rounded = (share: number): number => Math.round(share * 1e4) / 1e4
