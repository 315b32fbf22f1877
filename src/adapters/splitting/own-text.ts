import type { PDFiumPage } from '@hyzyla/pdfium'
import { mostOwn, type OwnText } from '../../domain/own-text.ts'
import type { Box } from '../../domain/page.ts'
import { linesOf, turnOfWords } from './own-lines.ts'
import { type PageWords, type Size, type ToPixels, wordsOf } from './own-words.ts'
import { glyphsOf } from './page-glyphs.ts'
import { type Painted, paintedOn } from './page-objects.ts'
import { innerPage, type Module } from './pdfium.ts'

/** What a page says of itself, before anybody looks at it. */
export type ToldText = {
  readonly found: PageWords | undefined
  readonly painted: Painted
  readonly size: Size
}

/** Levels between paper and ink from which on something is to be seen. */
const visible = 48

/** The words of a page that is open, with their places on an image of that size; undefined when it has none. */
export function toldText(page: PDFiumPage, size: Size): ToldText | undefined {
  const { library, page: inner } = innerPage(page)
  const glyphs = glyphsOf(library, inner, mostOwn.letters)
  const found = glyphs && wordsOf(glyphs, pixelsOf(library, inner, size), size)
  if (found?.words.length === 0) return undefined
  const { pictures, ...painted } = paintedOn(library, inner)
  const { originalWidth, originalHeight } = page.getOriginalSize()
  const covered = pictures / (originalWidth * originalHeight)
  const share = covered >= 0 && covered < 1 ? covered : 1
  const isTooLong = found !== undefined && found.words.length > mostOwn.words
  return { found: isTooLong ? undefined : found, painted: { ...painted, pictures: share }, size }
}

/** The same as a page keeps it. `bitmap`: as it was rendered, four bytes a pixel; a page without is an image of its own. */
export function ownTextOf({ found, painted, size }: ToldText, bitmap?: Uint8Array): OwnText {
  const turn = turnOfWords(found?.words ?? [])
  const { lines, askew } = linesOf(found?.words ?? [], turn, size)
  const isHidden = (isPainted: boolean, box: Box): boolean =>
    !isPainted || (bitmap !== undefined && !showsSomething(bitmap, size, box))
  const { width, height } = turn % 180 === 0 ? size : { width: size.height, height: size.width }
  return {
    ...{ turn, width, height, askew, ...painted, isImage: bitmap === undefined },
    lines: lines.map(({ words, baseline }) => ({
      baseline,
      words: words.map(({ word, box }) => ({
        ...{ text: word.text, box },
        ...(isHidden(word.isPainted, word.box) && { hidden: true as const }),
      })),
    })),
    ...{ letters: found?.letters ?? 0, unmapped: found?.unmapped ?? 0, isTooLong: found === undefined },
  }
}

/** Whole numbers come back: asked for on a larger image, they are fine enough. */
const finer = 16
const far = 1000

/** How a page lies on its image, its turn and its crop included (FPDF_PageToDevice). */
function pixelsOf(library: Module, page: number, { width, height }: Size): ToPixels {
  const told = library as Module & {
    _FPDF_PageToDevice(
      ...given: [page: number, ...fit: number[], x: number, y: number, toX: number, toY: number]
    ): number
  }
  const room = library.wasmExports.malloc(8)
  const at = (x: number, y: number): [number, number] => {
    told._FPDF_PageToDevice(page, 0, 0, width * finer, height * finer, 0, x, y, room, room + 4)
    const [across, down] = new Int32Array(library.HEAPU8.buffer, room, 2)
    return [across! / finer, down! / finer]
  }
  try {
    const [origin, right, up] = [at(0, 0), at(far, 0), at(0, far)]
    const along = [(right[0] - origin[0]) / far, (right[1] - origin[1]) / far] as const
    const upwards = [(up[0] - origin[0]) / far, (up[1] - origin[1]) / far] as const
    return (x, y) => [origin[0] + along[0] * x + upwards[0] * y, origin[1] + along[1] * x + upwards[1] * y]
  } finally {
    library.wasmExports.free(room)
  }
}

function showsSomething(rgba: Uint8Array, { width, height }: Size, box: Box): boolean {
  const [x0, x1] = [Math.max(0, Math.floor(box.x0)), Math.min(width, Math.ceil(box.x1))]
  const [y0, y1] = [Math.max(0, Math.floor(box.y0)), Math.min(height, Math.ceil(box.y1))]
  let [lightest, darkest] = [0, 255]
  for (let y = y0; y < y1; y++)
    for (let at = (y * width + x0) * 4; at < (y * width + x1) * 4; at += 4) {
      const level = (rgba[at]! * 77 + rgba[at + 1]! * 150 + rgba[at + 2]! * 29) >> 8
      if (level > lightest) lightest = level
      if (level < darkest) darkest = level
      if (lightest - darkest >= visible) return true
    }
  return false
}
