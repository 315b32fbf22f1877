import { mostOwn } from '../../domain/own-text.ts'
import { isSpace, isUnmapped } from '../../domain/own-text-letters.ts'
import type { Box } from '../../domain/page.ts'
import { around } from '../../domain/reading-boxes.ts'
import type { Extent, Glyph } from './page-glyphs.ts'

/** A point of the page in its own units, as pixels of its image, origin top left. */
export type ToPixels = (x: number, y: number) => Point
export type Point = readonly [x: number, y: number]
export type Size = { readonly width: number; readonly height: number }

const farthest = 1e6

/** A word as the page image shows it, before any turn. */
export type PlacedWord = {
  text: string
  box: Box
  letters: number
  readonly isPainted: boolean
  /** Where its first letter begins on the baseline, and its last. */
  readonly first: Point
  last: Point
  /** From the deepest to the highest letter of its font, in pixels. */
  readonly em: number
}

export type PageWords = {
  readonly words: readonly PlacedWord[]
  readonly letters: number
  readonly unmapped: number
}

/** Words as they stand between the spaces and line ends of a page's text; those outside of the page are left out. */
export function wordsOf(glyphs: readonly Glyph[], place: ToPixels, size: Size): PageWords {
  const words: PlacedWord[] = []
  let open: PlacedWord | undefined
  let [letters, unmapped] = [0, 0]
  for (const glyph of glyphs) {
    if (isSpace(glyph.character)) {
      open = undefined
      continue
    }
    letters++
    if (isUnknown(glyph)) unmapped++
    if (open && goesOn(open, glyph)) addTo(open, glyph, place)
    else words.push((open = begun(glyph, place)))
  }
  const seen = words.filter((word) => isPlaced(word) && isWithin(word.box, size))
  for (const word of seen) word.box = within(word.box, size)
  return { words: seen, letters, unmapped }
}

/** Halves of surrogate pairs come one by one; alone they are left out later. */
const isUnknown = ({ isUnmapped: isSaidSo, character }: Glyph): boolean =>
  isSaidSo || (isUnmapped(character) && !/^[\ud800-\udfff]/.test(character))

const goesOn = ({ isPainted, text }: PlacedWord, glyph: Glyph): boolean =>
  isPainted === glyph.isPainted && text.length < mostOwn.wordLetters - 2

function begun(glyph: Glyph, place: ToPixels): PlacedWord {
  const line = boxOf(glyph.line, place)
  const at = place(glyph.origin.x, glyph.origin.y)
  return {
    ...{ text: textOf(glyph), box: boxOf(glyph.extent, place), letters: 1, isPainted: glyph.isPainted },
    ...{ first: at, last: at, em: Math.max(line.x1 - line.x0, line.y1 - line.y0) },
  }
}

function addTo(word: PlacedWord, glyph: Glyph, place: ToPixels): void {
  word.text += textOf(glyph)
  word.box = around([word.box, boxOf(glyph.extent, place)])
  word.last = place(glyph.origin.x, glyph.origin.y)
  word.letters++
}

const textOf = ({ isUnmapped: isSaidSo, character }: Glyph): string => (isSaidSo ? '\ufffd' : character)

function boxOf({ left, right, bottom, top }: Extent, place: ToPixels): Box {
  const [one, other] = [place(left, bottom), place(right, top)]
  return {
    ...{ x0: Math.min(one[0], other[0]), y0: Math.min(one[1], other[1]) },
    ...{ x1: Math.max(one[0], other[0]), y1: Math.max(one[1], other[1]) },
  }
}

/** Places may be anything in a file that was made to harm. */
const isPlaced = ({ first, last, box }: PlacedWord): boolean =>
  [...first, ...last, ...Object.values(box)].every((each) => Math.abs(each) < farthest)

const within = ({ x0, y0, x1, y1 }: Box, { width, height }: Size): Box => ({
  ...{ x0: Math.max(0, x0), y0: Math.max(0, y0), x1: Math.min(width, x1), y1: Math.min(height, y1) },
})

const isWithin = ({ x0, y0, x1, y1 }: Box, { width, height }: Size): boolean =>
  x0 < width && x1 > 0 && y0 < height && y1 > 0
