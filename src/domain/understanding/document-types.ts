import { z } from 'zod'
import type { TypeFinding } from './findings.ts'
import { distance, lettersOf } from './folding.ts'
import type { Place, TextLine } from './page-text.ts'

const Code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)

/**
 * The kinds of papers that a service files, each with the words that speak for it and how much. `least`: with less than so
 * much a page is `other`, which therefore is no kind of its own.
 */
export const DocumentTypes = z.strictObject({
  version: z.literal(1),
  least: z.number().positive(),
  types: z
    .array(
      z.strictObject({
        code: Code.refine((code) => code !== 'other'),
        label: z.strictObject({ fr: z.string().min(1), en: z.string().min(1) }),
        words: z.record(
          z.string().refine((words) => lettersOf(words).length >= 4),
          z.number().positive().max(10),
        ),
      }),
    )
    .min(1)
    .refine((types) => new Set(types.map(({ code }) => code)).size === types.length),
})
export type DocumentTypes = z.infer<typeof DocumentTypes>

/** Words that fill a line are its title; in the upper half of a page they say what it is. */
const titleWeight = 2

type Word = { readonly letters: string; readonly weight: number }
const prepared = new WeakMap<
  DocumentTypes,
  readonly { readonly code: string; readonly words: readonly Word[] }[]
>()

/** The words as they are compared, made once of each configuration. */
function wordsOf(types: DocumentTypes) {
  const made =
    prepared.get(types) ??
    types.types.map(({ code, words }) => ({
      code,
      words: Object.entries(words).map(([phrase, weight]) => ({ letters: lettersOf(phrase), weight })),
    }))
  prepared.set(types, made)
  return made
}

type Hit = { readonly weight: number; readonly place: Place }

/**
 * What kind of paper a page is: the type with the greatest weight of words, accents and a wrong letter in eight forgiven.
 * How sure that is, is its share of all weights that were found, less when they are few.
 */
export function findType(lines: readonly TextLine[], types: DocumentTypes): TypeFinding {
  const page = pageLetters(lines)
  const scores = wordsOf(types)
    .map(({ code, words }) => {
      const hits = words.flatMap((word) => hitOf(word, lines, page) ?? [])
      return { code, hits, score: hits.reduce((sum, hit) => sum + hit.weight, 0) }
    })
    .toSorted((a, b) => b.score - a.score)
  const [best] = scores
  const total = scores.reduce((sum, { score }) => sum + score, 0)
  if (!best || best.score < types.least)
    return { code: 'other', confidence: total === 0 ? 0.5 : 0.3, places: [] }
  const confidence = (best.score / total) * (best.score / (best.score + types.least))
  return { code: best.code, confidence, places: best.hits.map(({ place }) => place) }
}

function hitOf(
  { letters: wanted, weight }: Word,
  lines: readonly TextLine[],
  page: PageLetters,
): Hit | undefined {
  const at = placeIn(page.text, wanted)
  if (at === undefined) return undefined
  const index = page.starts.findLastIndex((start) => start <= at)
  const line = lines[index]!
  const isTitle = index < lines.length / 2 && wanted.length > lettersOf(line.text).length * 0.6
  const last = line.tokens.at(-1)!.word
  return { weight: isTitle ? weight * titleWeight : weight, place: line.place(0, last) }
}

/** The letters of a page, line by line with a space between, and where each line begins. */
type PageLetters = { readonly text: string; readonly starts: readonly number[] }

function pageLetters(lines: readonly TextLine[]): PageLetters {
  const starts: number[] = []
  let text = ''
  for (const line of lines) {
    starts.push(text.length)
    text += `${lettersOf(line.text)} `
  }
  return { text, starts }
}

/** Where the phrase stands, a letter in eight misread at most. Short phrases must be right. */
function placeIn(text: string, wanted: string): number | undefined {
  const whole = text.indexOf(wanted)
  if (whole >= 0) return whole
  const most = Math.floor(wanted.length / 8)
  if (most === 0) return undefined
  // Of most + 1 pieces of a phrase with so many errors, one is whole: only there a distance is worth its time.
  const size = Math.floor(wanted.length / (most + 1))
  for (let start = 0; start <= most * size; start += size) {
    const piece = wanted.slice(start, start + size)
    for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
      const from = Math.max(0, at - start)
      const isThere = [0, -1, 1].some(
        (longer) => distance(text.slice(from, from + wanted.length + longer), wanted, most) <= most,
      )
      // Its first letters may be missing: what is before them is another line.
      if (isThere) return text[from] === ' ' ? from + text.slice(from).search(/\S/) : from
    }
  }
  return undefined
}
