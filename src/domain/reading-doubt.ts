import type { Box, Line, Region, Word } from './page.ts'
import { around, heightOf, median } from './reading-boxes.ts'

/** Below it a word may be wrong: of words that were read surely one in fifty is, of these one in three. */
export const sure = 60
/** Below it what does not look like a word is none. */
const guessed = 45
/** Handwriting and signatures are so much taller than the usual word; what is guessed from them is nonsense. */
const tall = 1.8
/** Unread places of a line that are so near, in its heights, are one. */
const near = 2

export type Judged = {
  readonly lines: Line[]
  /** Places where something stands that could not be read. */
  readonly regions: Region[]
  /** Share of the area that words cover whose words were read surely, 0 to 1; undefined where there are none. */
  readonly read: number | undefined
}

/**
 * Tells what was read from what was guessed. Doubtful words that look like words stay, marked. What looks like none (scribble,
 * stamps, boxes to tick, handwriting) is left out, and the place where it stands kept.
 */
export function judged(lines: readonly Line[]): Judged {
  const words = lines.flatMap((line) => line.words)
  const usual = median(words.map(({ box }) => box.y1 - box.y0))
  const isUnread = (word: Word): boolean => isNonsense(word, usual)
  const regions = lines.flatMap((line) => regionsOf(line, isUnread))
  const kept = lines.map((line) => withoutUnread(line, isUnread)).filter((line) => line.words.length > 0)
  return { lines: kept, regions, read: shareRead(words) }
}

function isNonsense({ text, confidence, box }: Word, usualHeight: number): boolean {
  if (confidence >= sure) return false
  const isTall = box.y1 - box.y0 > tall * usualHeight
  if (hasTickBox(text) || (isTall && confidence < guessed)) return true
  return (isTall || confidence < guessed) && !looksLikeWord(text)
}

/** Brackets and bars about at most two letters: what a box to tick is taken for. */
const hasTickBox = (text: string): boolean =>
  /[[\](){}|<>]/u.test(text) && text.replaceAll(/[^\p{L}\p{N}]/gu, '').length <= 2

/** Numbers with what stands in and around them; units by units; short words of the language; words that can be spoken. */
export function looksLikeWord(text: string): boolean {
  const bare = text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, '')
  if (
    /^[-–]$/u.test(text) ||
    /^\d[\d\s.,;:/°%h-]*$/u.test(bare) ||
    /^[\p{L}µ]{1,4}\/[\p{L}\d]{1,4}$/u.test(bare)
  )
    return true
  if (
    /^(?:[àaây]|de|[dlmst]u|[dlms]es|[dlmnst]e|[lms]a|[aeu]n|une|et|est|ou|où|il|au|aux|ce|ne|se|je|en|par|sur|dr|mr?|mme|n°)$/iu.test(
      bare,
    )
  )
    return true
  return (
    /^\p{L}+(?:['’-]\p{L}+)*$/u.test(bare) &&
    bare.length >= 3 &&
    /[aeiouyàâäéèêëîïôöùûüœæ]/iu.test(bare) &&
    /^(?:\p{Lu}?[\p{Ll}'’-]+|[\p{Lu}'’-]+)(?:['’-]\p{Lu}[\p{L}'’-]*)*$/u.test(bare)
  )
}

function withoutUnread(line: Line, isUnread: (word: Word) => boolean): Line {
  const words = line.words
    .filter((word) => !isUnread(word))
    .map((word): Word => (word.confidence < sure ? { ...word, doubtful: true } : word))
  const box = words.length < line.words.length && words[0] ? around(words.map((word) => word.box)) : line.box
  return { ...line, words, box }
}

function regionsOf(line: Line, isUnread: (word: Word) => boolean): Region[] {
  const places: Box[] = []
  let isOpen = false
  for (const word of line.words) {
    if (!isUnread(word)) {
      isOpen = false
      continue
    }
    const last = places.at(-1)
    if (isOpen && last && word.box.x0 - last.x1 < near * heightOf(line))
      places[places.length - 1] = around([last, word.box])
    else places.push(word.box)
    isOpen = true
  }
  return places.map((box) => ({ box, is: 'unread' }))
}

function shareRead(words: readonly Word[]): number | undefined {
  const areaOf = (some: readonly Word[]): number =>
    some.reduce((sum, { box }) => sum + Math.max(0, box.x1 - box.x0) * Math.max(0, box.y1 - box.y0), 0)
  const all = areaOf(words)
  if (all === 0) return undefined
  return Math.round((areaOf(words.filter(({ confidence }) => confidence >= sure)) / all) * 1000) / 1000
}
