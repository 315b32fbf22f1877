import { type MeasuredPage, type ReadingFigures, readingFigures } from './reading-figures.ts'
import type { AltoPage } from './text-formats/read-alto.ts'
import type { PixelBox } from './text-formats/layout.ts'
import type { IndexedPage, WordsIndex } from './words-index.ts'

/** Square pixels. */
type Areas = Readonly<Record<'sure' | 'doubtful' | 'unread', number>>

/** How much of a page was read, once persons have read more of it: what they said is sure, what is nothing is not written. */
export function correctedFigures(reading: ReadingFigures, before: AltoPage, after: AltoPage): ReadingFigures {
  const words = wordsIn(after)
  const doubtful = words.filter((word) => word.doubtful).length
  return {
    ...reading,
    ...{ sure: words.length - doubtful, doubtful, unread: after.unread.length },
    shares: correctedShares(
      reading.shares ?? { sure: 0, doubtful: 0, unread: 0 },
      areasOf(before),
      areasOf(after),
    ),
  }
}

/**
 * The shares of the first reading know more than areas do (what was left out, word by word): so they stay, and change with the
 * areas. What was doubtful or not read shrinks as its area does, what is sure grows by its share of the area of all.
 */
function correctedShares(shares: Areas, was: Areas, is: Areas): ReadingFigures['shares'] {
  if (total(is) === 0) return null
  const shrunk = (of: keyof Areas) => shares[of] * (was[of] > 0 ? is[of] / was[of] : 1)
  const gained = is.sure - was.sure
  const sure = gained < 0 ? shrunk('sure') : shares.sure + (gained > 0 ? gained / (total(was) || gained) : 0)
  const left = { sure, doubtful: shrunk('doubtful'), unread: shrunk('unread') }
  // Nothing is left of what the first reading took for written: then areas alone say it.
  const parts = total(left) > 0 ? left : is
  const whole = total(parts)
  const [surely, doubtfully] = [rounded(parts.sure / whole), rounded(parts.doubtful / whole)]
  return { sure: surely, doubtful: doubtfully, unread: rounded(Math.max(0, 1 - surely - doubtfully)) }
}

/** What figures of many pages are made of, of a page as it is kept. */
export function keptPage({ reading, ownText }: IndexedPage, page: AltoPage): MeasuredPage | undefined {
  if (!reading) return undefined
  const { sure, doubtful, unread, shares } = reading
  return {
    ...{ sure, doubtful, unread, read: shares?.sure ?? 0, doubted: shares?.doubtful ?? 0 },
    written: shares ? total(areasOf(page)) / (page.width * page.height) : 0,
    ...(ownText && { ownText }),
  }
}

/** Of the whole document; what its file's own words came to stays as it was. */
export const documentFigures = (
  { reading: { ownText } }: Pick<WordsIndex, 'reading'>,
  pages: readonly MeasuredPage[],
): ReadingFigures => ({ ...readingFigures(pages), ...(ownText && { ownText }) })

const wordsIn = ({ blocks }: AltoPage) => blocks.flatMap(({ lines }) => lines.flatMap(({ words }) => words))

function areasOf(page: AltoPage): Areas {
  const words = wordsIn(page)
  return {
    sure: areaOf(words.filter(({ doubtful }) => !doubtful).map(({ box }) => box)),
    doubtful: areaOf(words.filter(({ doubtful }) => doubtful).map(({ box }) => box)),
    unread: areaOf(page.unread),
  }
}

const areaOf = (boxes: readonly PixelBox[]): number =>
  boxes.reduce((sum, { x0, y0, x1, y1 }) => sum + (x1 - x0) * (y1 - y0), 0)

const total = ({ sure, doubtful, unread }: Areas): number => sure + doubtful + unread
const rounded = (share: number): number => Math.round(share * 1e4) / 1e4
