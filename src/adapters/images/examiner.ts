import sharp from 'sharp'
import { PageFacts } from '../../domain/page.ts'
import type { PageExaminer } from '../../ports.ts'
import { isBlank } from './blank.ts'
import { type GreyView, greymapOf, scaledView } from './grey-view.ts'
import { marksOf } from './marks.ts'
import { withEvenPaper } from './paper.ts'
import { lineDirection } from './text-lines.ts'

/** Enough to tell a signature from dust, and lines from columns. */
const viewDpi = 100
/** Long side of what barcodes are read from: an A4 page at 150 dpi, enough for a cover sheet's DataMatrix of 14 mm. */
const viewLongSide = 1754

/** Looks at a page without reading it: decoded once, to a small grey view. */
export const createExaminer = (): PageExaminer => ({
  async examine(image, mediaType, dpi) {
    const { width, height } = await sharp(image).metadata()
    const view = await greyView(image, { width, height, dpi })
    const small = withEvenPaper(await scaledView(view, Math.min(1, viewDpi / view.dpi)))
    const found = marksOf(small)
    const blank = isBlank(small, found.marks)
    const direction = blank ? { skew: 0, turn: 0 } : lineDirection(small, found)
    const ink = Math.round((found.dark / small.pixels.length) * 1e6) / 1e6
    const facts = PageFacts.parse({ mediaType, width, height, dpi, blank, ink, ...direction })
    return { facts, view: greymapOf(view) }
  },
})

async function greyView(
  image: Buffer,
  { width, height, dpi }: { width: number; height: number; dpi: number },
): Promise<GreyView> {
  const scale = Math.min(1, Math.max(viewLongSide / Math.max(width, height), viewDpi / dpi))
  const { data, info } = await sharp(image)
    .flatten({ background: '#fff' })
    .toColourspace('b-w')
    .resize(Math.max(1, Math.round(width * scale)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height, dpi: dpi * scale }
}
