import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Box, Line, Word } from '../../../src/domain/page.ts'
import { withBetter, withFound } from '../../../src/domain/reading-merge.ts'

const word = (text: string, x0: number, y0 = 0, confidence = 90): Word => ({
  ...{ text, confidence },
  box: { x0, y0, x1: x0 + 80, y1: y0 + 20 },
})
const lineOf = (...words: Word[]): Line => ({
  words,
  box: {
    x0: Math.min(...words.map(({ box }) => box.x0)),
    y0: Math.min(...words.map(({ box }) => box.y0)),
    x1: Math.max(...words.map(({ box }) => box.x1)),
    y1: Math.max(...words.map(({ box }) => box.y1)),
  },
  baseline: words[0]!.box.y1 - 4,
})
const textsOf = (lines: readonly Line[]): string[][] =>
  lines.map(({ words }) => words.map(({ text }) => text))

describe('what a second reading found', () => {
  test('between two words of a line becomes one of its words', () => {
    const first = lineOf(word('Plombémie', 0), word('133', 400))
    expect(textsOf(withFound([first], [lineOf(word('146', 200))]))).toEqual([['Plombémie', '146', '133']])
  })

  test('beside or below all lines is a line of its own', () => {
    const first = lineOf(word('Plombémie', 0), word('133', 400))
    expect(textsOf(withFound([first], [lineOf(word('232', 600)), lineOf(word('8,5', 200, 50))]))).toEqual([
      ['Plombémie', '133'],
      ['232'],
      ['8,5'],
    ])
  })

  test('where a word stands already is left out, however the first was read', () => {
    const first = lineOf(word('Apte', 0, 0, 20))
    expect(withFound([first], [lineOf(word('Apte', 8, 3, 99))])).toEqual([first])
  })

  test.each([
    ['is not very sure', word('LOG', 0, 0, 74)],
    ['does not look like a word', word('||x~', 0, 0, 95)],
  ])('is left out when it %s', (_, found) => expect(withFound([], [lineOf(found)])).toEqual([]))

  test('twice comes in once', () => {
    expect(textsOf(withFound([], [lineOf(word('Apte', 0)), lineOf(word('Apte', 2))]))).toEqual([['Apte']])
  })
})

describe('what a second reading read surely', () => {
  test('stands instead of the doubtful words that it covers', () => {
    const first = lineOf(word('être', 0), word('Cormnuiniquee', 100, 0, 12), word('en', 200))
    expect(textsOf(withBetter([first], [lineOf(word('communiquée', 96))]))).toEqual([
      ['être', 'communiquée', 'en'],
    ])
  })

  test('comes in several words for one', () => {
    const long = { ...word('quarantRlà', 100, 0, 3), box: { x0: 100, y0: 0, x1: 280, y1: 20 } }
    const first = lineOf(word('conservé', 0), long, word('la', 300))
    expect(textsOf(withBetter([first], [lineOf(word('quarante', 100), word('ans', 195))]))).toEqual([
      ['conservé', 'quarante', 'ans', 'la'],
    ])
  })

  test('does not stand where a sure word does', () => {
    const first = lineOf(word('calculées', 0), word('sur', 100))
    expect(withBetter([first], [lineOf(word('caleulées', 2))])).toEqual([first])
  })

  test('does not come where it covers a part of a doubtful word', () => {
    const long = { ...word('quarantRlà', 100, 0, 3), box: { x0: 100, y0: 0, x1: 400, y1: 20 } }
    expect(withBetter([lineOf(long)], [lineOf(word('quarante', 100))])).toEqual([lineOf(long)])
  })
})

const anyWord = fc
  .tuple(
    fc.constantFrom('Apte', '12,5', '||', 'poste'),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 6 }),
    fc.integer({ min: 0, max: 100 }),
  )
  .map(([text, column, row, confidence]) => word(text, column * 50, row * 15, confidence))
const anyLines = fc.array(fc.array(anyWord, { minLength: 1, maxLength: 5 }), { maxLength: 6 })
const share = (a: Box, b: Box): number =>
  (Math.max(0, Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0)) *
    Math.max(0, Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0))) /
  (80 * 20)
const linesOf = (lines: readonly Word[][]): Line[] => lines.map((words) => lineOf(...words))

test('a better reading takes no sure word away, and a doubtful one only where it puts another', () => {
  fc.assert(
    fc.property(anyLines, anyLines, (first, second) => {
      const before = first.flat()
      const after = withBetter(linesOf(first), linesOf(second)).flatMap(({ words }) => words)
      const added = after.filter((one) => !before.includes(one))
      for (const gone of before.filter((one) => !after.includes(one))) {
        expect(gone.confidence).toBeLessThan(60)
        expect(added.some(({ box }) => share(box, gone.box) > 0.2)).toBe(true)
      }
      for (const one of added) {
        expect(second.flat()).toContain(one)
        for (const other of after)
          if (other !== one) expect(share(one.box, other.box)).toBeLessThanOrEqual(0.2)
      }
      expect(new Set(after).size).toBe(after.length)
    }),
  )
})

test('no word of the first reading is lost or changed, no place has two words more than it had, no line is empty', () => {
  fc.assert(
    fc.property(anyLines, anyLines, (first, second) => {
      const before = first.flat()
      const merged = withFound(linesOf(first), linesOf(second))
      const after = merged.flatMap(({ words }) => words)
      for (const one of before) expect(after).toContain(one)
      const added = after.filter((one) => !before.includes(one))
      for (const one of added) {
        expect(second.flat()).toContain(one)
        for (const other of after)
          if (other !== one) expect(share(one.box, other.box)).toBeLessThanOrEqual(0.2)
      }
      expect(after).toHaveLength(before.length + added.length)
      expect(merged.every(({ words }) => words.length > 0)).toBe(true)
    }),
  )
})
