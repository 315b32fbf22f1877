import type { Box, Line, Word } from '../../domain/page.ts'
import { type GlyphRun, glyphRuns } from './glyph-runs.ts'
import type { Greymap } from './greymap.ts'

/** Where the engine likes to leave a space out: before a colon, around a dash between figures, between figures and their unit. */
const joints = /(?<=[\p{L}\p{N})])(?=:$)|(?<=\p{N})(?=-\p{N})|(?<=\p{N}-)(?=\p{N})|(?<=^\p{N}+)(?=\p{L})/gu
/** White that is wider than this share of a word's height is a space, where it is so many times as wide as between its letters. */
const spaceWidth = 0.36
const clearly = 1.6
/** A colon is narrower than this share of a word's height. */
const colonWidth = 0.35

/** Words parted where a space is seen on the page that the engine left out. Of the text itself nothing is changed. */
export const withSpacesSeen = (page: Greymap, lines: readonly Line[]): Line[] =>
  lines.map((line) => ({ ...line, words: line.words.flatMap((word) => parted(page, word)) }))

function parted(page: Greymap, word: Word): Word[] {
  const places = Array.from(word.text.matchAll(joints), ({ index }) => index)
  if (places.length === 0) return [word]
  const runs = glyphRuns(page, word.box)
  const gaps = runs.slice(1).map(({ x0 }, gap) => x0 - runs[gap]!.x1)
  const cuts = places.map((place) => ({ place, gap: gapAt(word, place, runs) })).filter(({ gap }) => gap >= 0)
  const others = gaps.filter((_, gap) => !cuts.some((cut) => cut.gap === gap))
  const space = Math.max(spaceWidth * (word.box.y1 - word.box.y0), clearly * Math.max(0, ...others))
  const seen = cuts.filter(({ gap }) => gaps[gap]! >= space)
  return seen.length === 0 ? [word] : cutAt(word, seen, runs)
}

/** Which of the gaps between runs, from 0, stands at a place of the text; -1 where letters touch and nothing tells. */
function gapAt({ text, box }: Word, place: number, runs: readonly GlyphRun[]): number {
  const [before, letters] = [[...text.slice(0, place)].length, [...text].length]
  if (runs.length === letters) return before - 1
  // The last run is the colon all the same.
  return before === letters - 1 && isColonLike(runs.at(-1), box) ? runs.length - 2 : -1
}

const isColonLike = (run: GlyphRun | undefined, { y0, y1 }: Box): boolean =>
  run !== undefined && run.x1 - run.x0 <= colonWidth * (y1 - y0) && run.y1 - run.y0 < y1 - y0

function cutAt(
  word: Word,
  cuts: readonly { readonly place: number; readonly gap: number }[],
  runs: readonly GlyphRun[],
): Word[] {
  const ends = [...cuts, { place: word.text.length, gap: runs.length - 1 }]
  return ends.map(({ place, gap }, index) => {
    const from = index === 0 ? { place: 0, gap: -1 } : ends[index - 1]!
    const [first, last] = [from.gap + 1, gap]
    return {
      ...word,
      text: word.text.slice(from.place, place),
      box: {
        ...word.box,
        x0: index === 0 ? word.box.x0 : runs[first]!.x0,
        x1: index === ends.length - 1 ? word.box.x1 : runs[last]!.x1,
      },
    }
  })
}
