import type { Box, Recognition } from '../page.ts'
import { fold } from './folding.ts'

/** Where on its page something was read, so that a person can be shown the place. */
export type Place = {
  /** From 0, in reading order. */
  readonly line: number
  /** First and last word of the line, from 0. */
  readonly words: [number, number]
  readonly box: Box
}

/** A word, or the part of it that stands before or behind a colon. */
export type Token = { readonly text: string; readonly word: number; readonly isColon: boolean }

/** One line with the ways in which it is looked at; `text` is its words with single spaces between. */
export type TextLine = {
  readonly number: number
  readonly text: string
  readonly folded: string
  readonly tokens: readonly Token[]
  /** Mean confidence of these words, 0 to 1. */
  confidence(first: number, last: number): number
  place(first: number, last: number): Place
  /** The words that a stretch of `text` lies in. */
  wordsAt(from: number, to: number): [number, number]
}

type RecognisedLine = Recognition['lines'][number]

export const linesOf = (recognition: Recognition): TextLine[] => recognition.lines.map(lineOf)

function lineOf({ words }: RecognisedLine, number: number): TextLine {
  const text = words.map((word) => word.text.normalize('NFC')).join(' ')
  const starts: number[] = []
  let at = 0
  for (const word of words) {
    starts.push(at)
    at += word.text.normalize('NFC').length + 1
  }
  const wordAt = (offset: number) =>
    Math.max(
      0,
      starts.findLastIndex((start) => start <= offset),
    )
  return {
    number,
    text,
    folded: fold(text),
    tokens: words.flatMap((word, index) => tokensOf(word.text.normalize('NFC'), index)),
    wordsAt: (from, to) => [wordAt(from), wordAt(Math.max(from, to - 1))],
    confidence(first, last) {
      const some = words.slice(first, last + 1)
      return some.reduce((sum, word) => sum + word.confidence, 0) / Math.max(1, some.length) / 100
    },
    place: (first, last) => ({
      line: number,
      words: [first, last],
      box: around(words.slice(first, last + 1).map((word) => word.box)),
    }),
  }
}

/** Where a space was lost: « MadameAnne », « MARTINPrénom », « MARTINné », « Paul,né », « le12/03/1974 », « 1974Sexe ». */
const lostSpace = new RegExp(
  [
    '(?<=\\p{Ll}[.,]?)(?=\\p{Lu})',
    '(?<=\\p{Lu}{2})(?=\\p{Lu}\\p{Ll}{2})',
    '(?<=\\p{Lu}{3})(?=n[ée]e?(?:le)?$)',
    '(?<=\\p{L},)(?=n[ée]e?$)',
    '(?<=\\p{L})(?=\\d{1,2}[/.-]\\d)',
    '(?<=\\d{4})(?=\\p{L}{2})',
  ].join('|'),
  'u',
)

const tokensOf = (text: string, word: number): Token[] =>
  [...text.matchAll(/[:;]|[^:;\s]+/g)].flatMap(([part]) =>
    part.split(lostSpace).map((piece) => ({ text: piece, word, isColon: piece === ':' || piece === ';' })),
  )

const around = (boxes: readonly Box[]): Box => ({
  x0: Math.min(...boxes.map((box) => box.x0)),
  y0: Math.min(...boxes.map((box) => box.y0)),
  x1: Math.max(...boxes.map((box) => box.x1)),
  y1: Math.max(...boxes.map((box) => box.y1)),
})
