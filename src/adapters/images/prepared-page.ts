import type { Turn } from '../../domain/page.ts'
import { withoutBorders } from './borders.ts'
import { decodedPage, type Light } from './decoded.ts'
import { type GreyView, greymapOf, letGo } from './grey-view.ts'
import { levelOf, withEvenPaper } from './paper.ts'
import { inSquares, shrunkTo } from './shrunk.ts'
import { sampled, sizeAt } from './straightened.ts'
import { stretch } from './stretched.ts'
import { lineDirection } from './text-lines.ts'

/** Letters of 8 to 12 points are 15 to 25 pixels tall: what a recogniser was trained on, at a fair price. */
const usualDpi = 200
/** Small print needs more. */
const fineDpi = 300
/** Millimetres: small letters of less are small print, of 7 points or so. */
const smallPrint = 1.45
const slight = 0.1
const skewDpi = 150

/** What was done to a page, with its figures; kept with what was read. */
export type Recipe = Readonly<Record<string, number>>

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
  readonly recipe: Recipe
}

export type Preparation = {
  readonly turn: Turn
  readonly dpi: number
  /** Measured where it is not told. */
  readonly skew?: number
  /** Millimetres, where it is known. */
  readonly xHeight?: number
  /** To the eye, unless told. */
  readonly light?: Light
}

/** Turns, shrinks, straightens and whitens a page image, and takes dark borders off it. */
export async function preparePage(
  image: Buffer,
  { turn, dpi, skew: told, xHeight, light = 'luminance' }: Preparation,
): Promise<PreparedPage> {
  const wanted = xHeight !== undefined && xHeight < smallPrint ? fineDpi : usualDpi
  const { page, channels, ...whole } = await decodedPage(image, { dpi, turn, leastDpi: wanted, light })
  const { view: bare, share } = withoutBorders(whole)
  const found = told ?? skewOf(bare)
  const skew = Math.abs(found) >= slight ? found : 0
  const near = inSquares(bare, Math.floor(bare.dpi / wanted / 2))
  const scale = Math.min(1, wanted / near.dpi)
  const isAsItIs = scale === 1 && skew === 0
  const straight = isAsItIs ? near : sampled(near, { scale, skew, around: levelOf(near) })
  letGo([whole, bare, near], [straight])
  const ready = withEvenPaper(straight)
  letGo([straight], [ready])
  const black = stretch(ready)
  const greymap = greymapOf(ready)
  letGo([ready])
  return {
    image: greymap,
    dpi: Math.round(ready.dpi),
    width: ready.width,
    height: ready.height,
    skew,
    shrunkTo: sizeAt(near, scale).width,
    page,
    recipe: {
      turn,
      skew,
      dpi: Math.round(ready.dpi),
      borders: Math.round(share * 1e4) / 1e4,
      black,
      channels,
    },
  }
}

function skewOf(view: GreyView): number {
  const { skew, turn } = lineDirection(withEvenPaper(shrunkTo(view, skewDpi)))
  return turn % 180 === 0 ? skew : 0
}
