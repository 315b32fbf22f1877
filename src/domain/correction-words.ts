import { z } from 'zod'
import { Failure } from './failure.ts'
import { legible } from './text-formats/characters.ts'
import type { SaidWords } from './text-formats/corrected-page.ts'
import { placeId } from './text-formats/place-ids.ts'

/** As many letters may be said to stand at one place. */
const longestText = 2_000

/**
 * What stands at a place, as a person's file says it. The list of doubts has the same form: what it says beside page and place is
 * not looked at, and a place without a text is passed over.
 */
export const WordsInFile = z.array(
  z.strictObject({
    page: z.number().int().positive().optional(),
    place: z.string().regex(placeId),
    text: z.string().optional(),
    is: z.unknown().optional(),
    box: z.unknown().optional(),
    read: z.unknown().optional(),
    doubts: z.unknown().optional(),
  }),
)
export type WordsInFile = z.infer<typeof WordsInFile>

/** @throws Failure correction-place-unknown, correction-place-twice, correction-text-too-long, correction-text-unfit */
export function saidWords(words: WordsInFile): readonly SaidWords[] {
  const said = words.flatMap(({ page, place, text }): SaidWords[] =>
    text === undefined ? [] : [{ page: pageOf(place, page), place, text: readable(text, place) }],
  )
  const places = new Set<string>()
  for (const { place } of said) {
    if (places.has(place)) throw new Failure('correction-place-twice', { place })
    places.add(place)
  }
  return said
}

/** A place says its page itself. */
function pageOf(place: string, told: number | undefined): number {
  const { line, unread } = placeId.exec(place)!.groups!
  const page = Number(line ?? unread)
  if (told !== undefined && told !== page)
    throw new Failure('correction-place-unknown', { page: told, place })
  return page
}

/** What makes letters stand in another order than they are written in. */
const turning = /\p{Bidi_Control}/u

/** One line, one space between words. What no file of words may hold is refused, not left out in silence. */
function readable(text: string, place: string): string {
  if (legible(text) !== text.trim() || turning.test(text))
    throw new Failure('correction-text-unfit', { place })
  const single = text.trim().replace(/ {2,}/g, ' ')
  if (single.length > longestText)
    throw new Failure('correction-text-too-long', { place, limit: longestText })
  return single
}
