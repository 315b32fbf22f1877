import type { Box, Line, Region, Word } from './page.ts'
import { around, heightOf, median } from './reading-boxes.ts'

/** Below it a word may be wrong: of words that were read surely one in fifty is, of these one in three. */
const sure = 60
/** Below it what does not look like a word is none. */
const guessed = 45
/** Handwriting and signatures are so much taller than the usual word; what is guessed from them is nonsense. */
const tall = 1.8
/** A line of text has so many words that were read surely, with so much of its letters. */
const text = { words: 3, share: 1 / 3 }
/** Letters of two words. */
const mangled = 10
/** So many letters, and such a share of all signs, are a word's; what is written over lines is so many usual words high. */
const legible = { letters: 4, share: 0.6, height: 3.5 }
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
 * Tells what was read from what was guessed. Doubtful words that look like words stay, marked; in a line of text also those that
 * have the letters of one. What looks like none (scribble, stamps, boxes to tick, handwriting) is left out, and the place
 * where it stands kept.
 */
export function judged(lines: readonly Line[]): Judged {
  const words = lines.flatMap((line) => line.words)
  const usual = median(words.map(({ box }) => box.y1 - box.y0))
  const apart = lines.map((line) => {
    const inText = isText(line)
    return { line, isUnread: (word: Word) => isNonsense(word, usual) && !(inText && isLegible(word, usual)) }
  })
  const regions = apart.flatMap(({ line, isUnread }) => regionsOf(line, isUnread))
  const kept = apart.map(({ line, isUnread }) => withoutUnread(line, isUnread))
  return { lines: kept.filter((line) => line.words.length > 0), regions, read: shareRead(words) }
}

/** Lines of print of which so many letters were not read surely that something must stand over them. */
export const mangledLines = (lines: readonly Line[]): Line[] =>
  lines.filter((line) => {
    const doubtful = line.words.filter(({ confidence }) => confidence < sure)
    return isText(line) && doubtful.reduce((sum, { text }) => sum + text.length, 0) >= mangled
  })

/** A line of print: what was not read surely in it is print too, blurred or under a stamp. */
function isText({ words }: Line): boolean {
  const lettersIn = (some: readonly Word[]): number => some.reduce((sum, { text }) => sum + text.length, 0)
  const surely = words.filter(({ confidence }) => confidence >= sure)
  return surely.length >= text.words && lettersIn(surely) >= text.share * lettersIn(words)
}

/** Letters enough for a word that a stamp or a pen changed, and not as tall as what is written by hand over many lines. */
function isLegible({ text, box }: Word, usualHeight: number): boolean {
  const letters = text.replaceAll(/[^\p{L}]/gu, '').length
  const isWord = letters >= legible.letters && letters >= legible.share * text.length
  return isWord && box.y1 - box.y0 <= legible.height * usualHeight
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
