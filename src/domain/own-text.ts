import { z } from 'zod'
import { cleanWord } from './own-text-letters.ts'
import type { OwnTextFault } from './own-text-figures.ts'
import { Box, type Line, type Recognition, Turn } from './page.ts'
import { around } from './reading-boxes.ts'
import { looksLikeWord } from './reading-doubt.ts'
import { inReadingOrder } from './reading-order.ts'

/** What one page may carry: a page of the smallest print has a tenth of it. */
export const mostOwn = { words: 20_000, letters: 200_000, wordLetters: 200 } as const

const Count = z.number().int().nonnegative()
const Pixels = z.number().int().positive()

const OwnWord = z.object({
  text: z.string().max(mostOwn.wordLetters).transform(cleanWord),
  box: Box,
  /** Nothing is to be seen of it: it is not painted, or in the colour of what is behind it. */
  hidden: z.literal(true).optional(),
})
const OwnLine = z.object({ words: z.array(OwnWord), baseline: z.number() })

/** The words that a page of a PDF carries, with their places, as its file has them. */
export const OwnText = z.object({
  /** Turn of the page image that makes these words stand upright; places and size are those of the turned image. */
  turn: Turn,
  width: Pixels,
  height: Pixels,
  /** The page is one image, and its words lie unseen over it: somebody else's recognition. */
  isImage: z.boolean(),
  lines: z
    .array(OwnLine)
    .max(mostOwn.words)
    .refine((lines) => lines.reduce((sum, { words }) => sum + words.length, 0) <= mostOwn.words),
  /** Glyphs, those of which nobody knows the letter, and those in words that run neither along the lines nor across. */
  letters: Count,
  unmapped: Count,
  askew: Count,
  /** Share of the page that pictures cover. */
  pictures: z.number().min(0).max(1),
  /** Curves that are drawn; letters may be drawn too. */
  curves: Count,
  /** Notes, stamps, signatures and fields, whose words are elsewhere. */
  annotations: Count,
  /** There was more than a page may carry: none of it was taken. */
  isTooLong: z.boolean(),
})
export type OwnText = z.infer<typeof OwnText>

/** Whether words of their own are kept where they are sound, or all pages are recognised. */
export type OwnTextWish = 'keep' | 'recognise'

/** Beyond these shares words of a page are not taken for it. A logo or a signature takes up a hundredth or two of it. */
const most = { unmapped: 0.02, pictures: 0.05, hidden: 0.05, askew: 0.1 }
/** A letter of print has about ten curves; a vignette or a rounded frame fewer than this. */
const mostCurves = 600
/** Letters of words that look like words; vowels among letters. Of wrongly mapped text a sixth or less are vowels. */
const legible = { words: 0.5, fewestVowels: 0.28, mostVowels: 0.62, enough: 40 }

/**
 * Why a page's own words cannot stand for what is to be seen on it; undefined when they can. Pages with such a fault are
 * read as a scan is.
 */
export function faultOf(own: OwnText): Exclude<OwnTextFault, 'asked-to-recognise'> | undefined {
  const words = own.lines.flatMap((line) => line.words)
  const hidden = words.filter((word) => word.hidden).length
  if (own.isTooLong) return 'too-long'
  if (own.isImage) return 'image'
  if (own.unmapped > most.unmapped * own.letters) return 'unmapped'
  if (own.pictures > most.pictures) return 'pictures'
  if (own.annotations > 0) return 'annotations'
  if (own.curves > mostCurves) return 'drawings'
  if (hidden > most.hidden * words.length) return 'hidden'
  if (own.askew > most.askew * own.letters) return 'askew'
  return isGarbled(words.map(({ text }) => text)) ? 'garbled' : undefined
}

/** Glyphs may be mapped to letters, and to the wrong ones: then hardly anything looks like a word. */
function isGarbled(texts: readonly string[]): boolean {
  const lettersOf = (some: readonly string[]): number => some.reduce((sum, text) => sum + text.length, 0)
  if (lettersOf(texts.filter(looksLikeWord)) < legible.words * lettersOf(texts)) return true
  const letters = texts
    .join('')
    .normalize('NFD')
    .replaceAll(/[^\p{L}]/gu, '')
  if (letters.length < legible.enough) return false
  const vowels = letters.replaceAll(/[^aeiouyœæ]/giu, '').length / letters.length
  return vowels < legible.fewestVowels || vowels > legible.mostVowels
}

/** Nobody guessed: the file says what it shows. */
const certain = 100
/** What stands where the name of an engine does. */
export const ownTextEngine = 'own-text'

/** A page's own words as what was read of it, in reading order: those that are to be seen. */
export function readFromOwnText(own: OwnText): Recognition {
  const lines = own.lines.flatMap(({ words, baseline }): Line[] => {
    const seen = words.filter(({ text, hidden }) => text !== '' && !hidden)
    if (seen.length === 0) return []
    const certainly = seen.map(({ text, box }) => ({ text, box, confidence: certain }))
    return [{ words: certainly, box: around(seen.map(({ box }) => box)), baseline }]
  })
  const { turn, width, height } = own
  return {
    ...{ turn, width, height, engine: ownTextEngine, source: 'own-text' },
    confidence: lines.length > 0 ? certain : 0,
    lines: inReadingOrder(lines),
    ...(lines.length > 0 && { read: 1 }),
    ownText: { words: lines.reduce((sum, { words }) => sum + words.length, 0), fate: 'used' },
  }
}
