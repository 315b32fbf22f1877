import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Box, Line, Word } from '../../../src/domain/page.ts'
import { evidence, withBetter, withFound } from '../../../src/domain/reading-merge.ts'

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

describe('a line that was read better the second time', () => {
  test('stands instead of the words in its place, those of other lines stay', () => {
    const [first, next] = [
      lineOf(word('ête', 0, 0, 50), word('Cormnuiniquee', 100, 0, 12)),
      word('Apte', 0, 40),
    ]
    const better = lineOf(word('être', 0), word('communiquée', 96))
    expect(withBetter([first, lineOf(next)], [better])).toEqual([lineOf(next), better])
  })

  test('stands instead of sure words too, where all of it together can be trusted more', () => {
    const first = lineOf(word('de', 0), word('6€WhE', 100, 0, 20), word('pause', 200))
    const better = lineOf(word('de', 0, 0, 80), word('cinq', 100, 0, 80), word('pause', 200, 0, 80))
    expect(withBetter([first], [better])).toEqual([better])
  })

  test('of a part of a line leaves the rest', () => {
    const first = lineOf(word('calculées', 0), word('kAUAEE', 400, 0, 10), word('brut', 800))
    const better = lineOf(word('salaire', 396))
    expect(withBetter([first], [better])).toEqual([lineOf(word('calculées', 0), word('brut', 800)), better])
  })

  test.each([
    ['can be trusted less', word('caleulées', 2, 0, 80)],
    ['stands where nothing stood', word('calculées', 0, 100)],
  ])('does not come when it %s', (_, found) => {
    const first = lineOf(word('calculées', 0), word('sur', 100))
    expect(withBetter([first], [lineOf(found)])).toEqual([first])
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

test('with a better reading no word stands on another that had not before, and what is read can be trusted no less', () => {
  fc.assert(
    fc.property(anyLines, anyLines, (first, second) => {
      const before = first.flat()
      const after = second.reduce((lines, line) => withBetter(lines, [lineOf(...line)]), linesOf(first))
      const words = after.flatMap((line) => line.words)
      expect(evidence(words)).toBeGreaterThanOrEqual(evidence(before))
      expect(after.every((line) => line.words.length > 0)).toBe(true)
      expect(new Set(words).size).toBe(words.length)
      for (const one of words.filter((one) => !before.includes(one)))
        for (const other of words.filter((other) => before.includes(other)))
          expect(share(one.box, other.box)).toBeLessThanOrEqual(0.2)
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
