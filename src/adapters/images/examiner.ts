import { PageFacts } from '../../domain/page.ts'
import type { PageExaminer } from '../../ports.ts'
import { looksBarcoded } from './barcode-like.ts'
import { isBlank } from './blank.ts'
import { decodedPage } from './decoded.ts'
import { greymapOf } from './grey-view.ts'
import { marksOf } from './marks.ts'
import { withEvenPaper } from './paper.ts'
import { shrunkTo } from './shrunk.ts'
import { lineDirection } from './text-lines.ts'

/** Enough to tell a signature from dust, letters from each other, and to read a cover sheet's DataMatrix of 14 mm. */
const viewDpi = 150

/** Looks at a page without reading it: decoded once, to a small grey view. */
export const createExaminer = (): PageExaminer => ({
  async examine(image, mediaType, dpi) {
    const { page, ...whole } = await decodedPage(image, { dpi, leastDpi: viewDpi })
    const view = shrunkTo(whole, viewDpi)
    const even = withEvenPaper(view)
    const found = marksOf(even)
    const blank = isBlank(even, found.marks)
    const direction = blank ? {} : lineDirection(even, found)
    const ink = Math.round((found.dark / even.pixels.length) * 1e6) / 1e6
    const facts = PageFacts.parse({ mediaType, ...page, dpi, blank, ink, skew: 0, turn: 0, ...direction })
    return { facts, ...(!blank && looksBarcoded(view) && { view: greymapOf(view) }) }
  },
})
