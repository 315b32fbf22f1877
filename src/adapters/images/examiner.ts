import { PageFacts } from '../../domain/page.ts'
import type { PageExaminer } from '../../ports.ts'
import { looksBarcoded } from './barcode-like.ts'
import { bearsWord, isBlank } from './blank.ts'
import { withoutBorders } from './borders.ts'
import { decodedPage } from './decoded.ts'
import { type GreyView, greymapOf, letGo } from './grey-view.ts'
import { marksOf } from './marks.ts'
import { darkestSheet, paperLevelOf, withEvenPaper } from './paper.ts'
import { qualityOf, sharpnessOf } from './quality.ts'
import { shrunkTo } from './shrunk.ts'
import { stretch } from './stretched.ts'
import { lineDirection } from './text-lines.ts'
import { textOn } from './text-marks.ts'

/** Enough to tell a signature from dust, letters from each other, and to read a cover sheet's DataMatrix of 14 mm. */
const viewDpi = 150

/** Looks at a page without reading it: decoded once, to a small grey view. */
export const createExaminer = (): PageExaminer => ({
  async examine(image, mediaType, dpi) {
    const { page, ...whole } = await decodedPage(image, { dpi, leastDpi: viewDpi })
    const view = shrunkTo(whole, viewDpi)
    letGo([whole], [view])
    const { view: scanned, share: borders } = withoutBorders(view)
    const { even, found, blank } = inkOn(withEvenPaper(scanned))
    const ink = Math.round((found.dark / even.pixels.length) * 1e6) / 1e6
    const known = { mediaType, ...page, dpi, ink }
    if (blank && paperLevelOf(scanned) >= darkestSheet)
      return { facts: PageFacts.parse({ ...known, blank, skew: 0, turn: 0 }) }
    const text = textOn(even, found)
    const direction = lineDirection(even, text)
    const { marks } = found
    const quality = qualityOf({ scanned, even, marks, letters: text.letters, direction, dpi, borders })
    const facts = PageFacts.parse({ ...known, blank: false, ...direction, quality })
    return { facts, ...(looksBarcoded(view) && { view: greymapOf(view) }) }
  },
})

/** What is as light as this on white paper is looked at again before a page is called blank. */
const faintInk = 203
/** What shines through from the other side is lighter than this, or blurred by the paper. */
const darkest = 180
const sharpEnough = 0.6

/** The marks of a page on even paper; faint ones too, on a copy whose ink was made black, where there are no others. */
function inkOn(even: GreyView) {
  const found = marksOf(even)
  if (!isBlank(even, found.marks) || bearsWord(even, found.marks)) return { even, found, blank: false }
  const blackened = { ...even, pixels: Uint8Array.from(even.pixels) }
  stretch(blackened)
  const faint = marksOf(blackened)
  const isFaint =
    !isBlank(blackened, faint.marks) &&
    (sharpnessOf(even, faintInk) > sharpEnough || !isBlank(even, marksOf(even, darkest).marks))
  return isFaint ? { even: blackened, found: faint, blank: false } : { even, found, blank: true }
}
