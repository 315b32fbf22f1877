import type { Turn } from '../../domain/page.ts'
import { decodedPage } from './decoded.ts'
import { type GreyView, greymapOf } from './grey-view.ts'
import { levelOf, withEvenPaper } from './paper.ts'
import { inSquares, shrunkTo } from './shrunk.ts'
import { sampled, sizeAt } from './straightened.ts'
import { lineDirection } from './text-lines.ts'

/** Letters of 8 to 12 points are 15 to 25 pixels tall: what a recogniser was trained on, at a fair price. */
const preparedDpi = 200
const slight = 0.1
const skewDpi = 150

/** A page made ready for reading: upright, straight, black ink on white paper. */
export type PreparedPage = {
  /** Portable greymap (PGM, P5). */
  readonly image: Buffer
  readonly dpi: number
  readonly width: number
  readonly height: number
  /** Degrees, clockwise, by which the page was askew before it was straightened about its centre. */
  readonly skew: number
  /** Width of the page after it was shrunk and before it was straightened. */
  readonly shrunkTo: number
  /** Pixels of the page as it was given, after its quarter turn. */
  readonly page: { readonly width: number; readonly height: number }
}

/** Turns, shrinks, straightens and whitens a page image. The skew is measured where it is not told. */
export async function preparePage(
  image: Buffer,
  { turn, dpi, skew: told }: { turn: Turn; dpi: number; skew?: number },
): Promise<PreparedPage> {
  const { page, ...whole } = await decodedPage(image, { dpi, turn, leastDpi: preparedDpi })
  const found = told ?? skewOf(whole)
  const skew = Math.abs(found) >= slight ? found : 0
  const near = inSquares(whole, Math.floor(whole.dpi / preparedDpi / 2))
  const scale = Math.min(1, preparedDpi / near.dpi)
  const straight = scale === 1 && skew === 0 ? near : sampled(near, { scale, skew, around: levelOf(near) })
  const even = withEvenPaper(straight)
  return {
    image: greymapOf(even),
    dpi: Math.round(straight.dpi),
    width: straight.width,
    height: straight.height,
    skew,
    shrunkTo: sizeAt(near, scale).width,
    page,
  }
}

function skewOf(view: GreyView): number {
  const { skew, turn } = lineDirection(withEvenPaper(shrunkTo(view, skewDpi)))
  return turn % 180 === 0 ? skew : 0
}
