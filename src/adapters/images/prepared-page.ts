import sharp from 'sharp'
import type { Turn } from '../../domain/page.ts'
import { type GreyView, greymapOf, scaledView } from './grey-view.ts'
import { withEvenPaper } from './paper.ts'
import { straightened } from './straightened.ts'
import { lineDirection } from './text-lines.ts'

/** Letters of 8 to 12 points are 15 to 25 pixels tall: what a recogniser was trained on, at a fair price. */
const preparedDpi = 200
const slight = 0.1
const skewDpi = 100

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

/** Turns, shrinks, whitens and straightens a page image. The skew is measured where it is not told. */
export async function preparePage(
  image: Buffer,
  { turn, dpi, skew: told }: { turn: Turn; dpi: number; skew?: number },
): Promise<PreparedPage> {
  const { width, height } = await sharp(image).metadata()
  const page = turn % 180 === 0 ? { width, height } : { width: height, height: width }
  const scale = Math.min(1, preparedDpi / dpi)
  const { data, info } = await sharp(image)
    .flatten({ background: '#fff' })
    .toColourspace('b-w')
    .rotate(turn)
    .resize(Math.max(1, Math.round(page.width * scale)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  const even = withEvenPaper({ pixels: data, width: info.width, height: info.height, dpi: dpi * scale })
  const found = told ?? (await skewOf(even))
  const skew = Math.abs(found) >= slight ? found : 0
  const straight = straightened(even, skew)
  return {
    image: greymapOf(straight),
    dpi: Math.round(even.dpi),
    width: straight.width,
    height: straight.height,
    skew,
    shrunkTo: info.width,
    page,
  }
}

async function skewOf(view: GreyView): Promise<number> {
  const { skew, turn } = lineDirection(await scaledView(view, Math.min(1, skewDpi / view.dpi)))
  return turn === 0 ? skew : 0
}
