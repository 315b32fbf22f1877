import sharp from 'sharp'
import { PageFacts } from '../../domain/page.ts'
import type { PageExaminer } from '../../ports.ts'
import { isBlank } from './blank.ts'
import type { GreyView } from './grey-view.ts'
import { marksOf } from './marks.ts'
import { withEvenPaper } from './paper.ts'
import { lineDirection } from './text-lines.ts'

/** Enough to tell a signature from dust, and lines from columns. */
const viewDpi = 100

/** Looks at a page without reading it: decoded once, on a small grey copy. */
export const createExaminer = (): PageExaminer => ({
  async examine(image, mediaType, dpi) {
    const { width, height } = await sharp(image).metadata()
    const view = withEvenPaper(await greyView(image, dpi, width))
    const found = marksOf(view)
    const blank = isBlank(view, found.marks)
    const direction = blank ? { skew: 0, turn: 0 } : lineDirection(view, found)
    const ink = Math.round((found.dark / view.pixels.length) * 1e6) / 1e6
    return PageFacts.parse({ mediaType, width, height, dpi, blank, ink, ...direction })
  },
})

async function greyView(image: Buffer, dpi: number, width: number): Promise<GreyView> {
  const scale = Math.min(1, viewDpi / dpi)
  const { data, info } = await sharp(image)
    .flatten({ background: '#fff' })
    .toColourspace('b-w')
    .resize(Math.max(1, Math.round(width * scale)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { pixels: data, width: info.width, height: info.height, dpi: dpi * scale }
}
