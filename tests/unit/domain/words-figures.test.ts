import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ReadingFigures } from '../../../src/domain/reading-figures.ts'
import { correctedPage } from '../../../src/domain/text-formats/corrected-page.ts'
import { named } from '../../../src/domain/text-formats/place-ids.ts'
import { layOut } from '../../../src/domain/text-formats/layout.ts'
import { correctedFigures, documentFigures, keptPage } from '../../../src/domain/words-figures.ts'
import type { IndexedPage } from '../../../src/domain/words-index.ts'
import { lineOf, pageOf, word } from './text-formats/pages.ts'

/** Two lines of 1,600 and 3,200 pixels, half of the second doubtful, and two places of 3,200 that were not read. */
const page = named(
  layOut(
    pageOf(
      [
        lineOf(['Avis']),
        { ...lineOf([]), words: [word('Apte', 0, 40), word('s0us', 100, 40, { doubtful: true })] },
      ],
      { regions: [80, 100].map((y) => ({ box: { x0: 0, y0: y, x1: 160, y1: y + 20 }, is: 'unread' })) },
    ),
  ),
  1,
)
const reading: ReadingFigures = {
  ...{ pages: 1, sure: 2, doubtful: 1, unread: 2 },
  shares: { sure: 0.3, doubtful: 0.1, unread: 0.6 },
}
type Said = readonly [place: string, text: string]
const after = (...said: readonly Said[]) =>
  correctedPage(
    page,
    said.map(([place, text]) => ({ page: 1, place, text })),
    1,
  )
const figures = (...said: readonly Said[]) => correctedFigures(reading, page, after(...said))

test('nothing said, nothing changed', () => {
  expect(figures()).toEqual(reading)
})

test('what a person read was read surely, and is doubtful and unread no more', () => {
  const { shares, ...counts } = figures(['unread_1_1', 'sous réserve'])
  expect(counts).toEqual({ pages: 1, sure: 4, doubtful: 1, unread: 1 })
  // A person's words are a space narrower than the place.
  expect(shares!.unread).toBeCloseTo(0.3, 1)
  expect(shares!.sure).toBeGreaterThan(0.5)
  expect(figures(['line_1_2_1', 'Apte sous']).shares!.doubtful).toBe(0)
  expect(figures(['line_1_2_1', 'Apte sous'], ['unread_1_1', 'a'], ['unread_1_2', 'b'])).toEqual({
    ...{ pages: 1, sure: 5, doubtful: 0, unread: 0 },
    shares: { sure: 1, doubtful: 0, unread: 0 },
  })
})

test('where nothing is to be read nothing is written: its share goes to all that is', () => {
  expect(figures(['unread_1_1', ''])).toMatchObject({
    unread: 1,
    shares: { sure: 0.4286, doubtful: 0.1429, unread: 0.4285 },
  })
  const nothing = ['line_1_1_1', 'line_1_2_1', 'unread_1_1', 'unread_1_2'].map(
    (place) => [place, ''] as const,
  )
  expect(figures(...nothing)).toEqual({ pages: 1, sure: 0, doubtful: 0, unread: 0, shares: null })
  const empty = after(...nothing)
  const said = correctedPage(empty, [{ page: 1, place: 'unread_1_1', text: 'vu' }], 2)
  expect(correctedFigures(figures(...nothing), empty, said).shares).toEqual({
    sure: 1,
    doubtful: 0,
    unread: 0,
  })
})

test('whatever is said, shares are shares, together 1', () => {
  const places = ['line_1_1_1', 'line_1_2_1', 'unread_1_1', 'unread_1_2']
  const told = [
    reading.shares,
    ...[
      { sure: 0, doubtful: 0, unread: 1 },
      { sure: 1, doubtful: 0, unread: 0 },
      { sure: 0, doubtful: 1, unread: 0 },
    ],
  ]
  const said = fc.tuple(fc.constantFrom(...places), fc.constantFrom('', 'a', 'a b c', 'Apte s0us'))
  fc.assert(
    fc.property(fc.array(said, { maxLength: 6 }), fc.constantFrom(...told), (some, first) => {
      const { shares } = correctedFigures({ ...reading, shares: first }, page, after(...some))
      const { sure, doubtful, unread } = shares ?? { sure: 1, doubtful: 0, unread: 0 }
      expect(Math.min(sure, doubtful, unread)).toBeGreaterThanOrEqual(0)
      expect(sure + doubtful + unread).toBeCloseTo(1, 6)
    }),
  )
})

test('of a document are those of its pages, each by how much of it is written on', () => {
  const indexed = (one: ReadingFigures | null) => ({ reading: one }) as IndexedPage
  const blank = layOut(pageOf([]))
  const pages = [keptPage(indexed(reading), page), keptPage(indexed(null), blank)].flatMap((one) => one ?? [])
  const ownText = { used: 1, compared: 0, contradicted: 0 }
  expect(documentFigures({ reading: { ...reading, ownText } }, pages)).toEqual({ ...reading, ownText })
  const read = keptPage(
    indexed(figures(['unread_1_1', 'a'], ['unread_1_2', 'b'])),
    after(['unread_1_1', 'a'], ['unread_1_2', 'b']),
  )!
  const both = documentFigures({ reading }, [...pages, read])
  expect(both).toMatchObject({ pages: 2, sure: 6, doubtful: 2, unread: 2 })
  expect(both.shares!.unread).toBeCloseTo(0.3, 2)
})
