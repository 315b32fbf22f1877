import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Box, Word } from '../../../src/domain/page.ts'
import type { OwnTextFigures } from '../../../src/domain/own-text-figures.ts'
import { measuredPage, readingFigures } from '../../../src/domain/reading-figures.ts'

const box = (width: number): Box => ({ x0: 0, y0: 0, x1: width, y1: 10 })
const word = (width: number, doubtful?: true): Word => ({
  ...{ text: 'mot', confidence: 90, box: box(width) },
  ...(doubtful && { doubtful }),
})
const page = (words: readonly Word[], unread: readonly number[] = [], read?: number) =>
  measuredPage({
    ...{ width: 1000, height: 1000 },
    lines: [{ words: [...words], box: box(100), baseline: 10 }],
    regions: unread.map((width) => ({ box: box(width), is: 'unread' as const })),
    ...(read !== undefined && { read }),
  })

test('counts words that are sure and doubtful, and places that were not read', () => {
  const figures = readingFigures([page([word(50), word(30, true)], [20]), page([word(50)])])
  expect(figures).toMatchObject({ pages: 2, sure: 2, doubtful: 1, unread: 1 })
})

test('says by area how much was read surely, doubtfully, and not at all', () => {
  expect(readingFigures([page([word(50), word(30, true)], [20])]).shares).toEqual({
    ...{ sure: 0.5, doubtful: 0.3, unread: 0.2 },
  })
})

test('believes recognition, which saw what it left out word by word', () => {
  expect(readingFigures([page([word(50), word(30, true)], [30], 0.4)]).shares).toEqual({
    ...{ sure: 0.4, doubtful: 0.3, unread: 0.3 },
  })
})

test('lets a page count by how much is written on it', () => {
  const full = page([word(300)])
  const scribbled = page([], [100])
  expect(readingFigures([full, scribbled]).shares).toEqual({ sure: 0.75, doubtful: 0, unread: 0.25 })
})

test('has no shares of a document on which nothing is written', () => {
  expect(readingFigures([page([])]).shares).toBeNull()
  expect(readingFigures([])).toEqual({ pages: 0, sure: 0, doubtful: 0, unread: 0, shares: null })
})

test('whatever was read, the shares are all there is', () => {
  const words = fc.array(
    fc
      .record({ width: fc.nat(1000), isDoubtful: fc.boolean() })
      .map(({ width, isDoubtful }) => word(width, isDoubtful || undefined)),
    { maxLength: 5 },
  )
  const pages = fc.tuple(
    words,
    fc.array(fc.nat(1000), { maxLength: 3 }),
    fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  )
  fc.assert(
    fc.property(fc.array(pages, { maxLength: 4 }), (some) => {
      const { shares } = readingFigures(
        some.map(([words, unread, read]) => page(words, unread, read ?? undefined)),
      )
      if (!shares) return
      expect(shares.sure + shares.doubtful + shares.unread).toBeCloseTo(1, 3)
    }),
  )
})

test('tell how many pages brought words of their own, and the worst agreement', () => {
  const carried = (figures: OwnTextFigures) => ({ ...page([word(50)]), ownText: figures })
  const { ownText } = readingFigures([
    page([word(50)]),
    carried({ words: 9, fate: 'used' }),
    carried({ words: 9, fate: 'agrees', fault: 'image', agreement: 0.97, extent: 1 }),
    carried({ words: 9, fate: 'contradicted', fault: 'image', agreement: 0.1, extent: 0.2 }),
    carried({ words: 1, fate: 'not-compared', fault: 'pictures' }),
  ])
  expect(ownText).toEqual({ used: 1, compared: 2, contradicted: 1, agreement: 0.1 })
  expect(readingFigures([page([word(50)])])).not.toHaveProperty('ownText')
})
