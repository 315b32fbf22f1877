import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Line, Word } from '../../../src/domain/page.ts'
import { judged, looksLikeWord, mangledLines } from '../../../src/domain/reading-doubt.ts'

const word = (text: string, confidence: number, x = 0, height = 20): Word => ({
  text,
  confidence,
  box: { x0: x, y0: 0, x1: x + 100, y1: height },
})
const lineOf = (...words: Word[]): Line => ({
  words,
  box: {
    x0: Math.min(...words.map(({ box }) => box.x0)),
    y0: 0,
    x1: Math.max(...words.map(({ box }) => box.x1)),
    y1: Math.max(...words.map(({ box }) => box.y1)),
  },
  baseline: 16,
})
const textOf = (lines: readonly Line[]): string[] =>
  lines.flatMap(({ words }) => words.map(({ text }) => text))

describe('a word of low confidence', () => {
  test('that looks like a word is kept, and marked', () => {
    const { lines, regions } = judged([lineOf(word('Apte', 96), word("l'enfance", 22, 110))])
    expect(lines[0]!.words.map(({ doubtful }) => doubtful)).toEqual([undefined, true])
    expect(regions).toEqual([])
  })

  test('that is a number is kept: nobody else can tell which', () => {
    expect(textOf(judged([lineOf(word('8-55', 32), word('12/03/1999', 10, 110))]).lines)).toHaveLength(2)
  })

  test.each(['V0.', '||', 'I|', '<q', 'FI', 'NM', '»=—', 'xkcd'])(
    'that looks like none leaves no text, but a place: %s',
    (text) => {
      const { lines, regions } = judged([lineOf(word('Apte', 96), word(text, 30, 110))])
      expect(textOf(lines)).toEqual(['Apte'])
      expect(regions).toEqual([{ is: 'unread', box: { x0: 110, y0: 0, x1: 210, y1: 20 } }])
      expect(lines[0]!.box.x1).toBe(100)
    },
  )

  test('that was guessed from writing far taller than the print is handwriting', () => {
    const { lines, regions } = judged([
      lineOf(word('Apte', 96), word('Poste', 96, 110), word('visite', 96, 220)),
      lineOf(word('Massari', 12, 0, 63)),
    ])
    expect(textOf(lines)).not.toContain('Massari')
    expect(regions).toHaveLength(1)
  })
})

describe('print under a stamp, amid a line of text', () => {
  const text = ['Aucune', 'donnée', 'être', 'communiquée'].map((read, place) => word(read, 92, place * 110))
  const withOne = (stamped: Word) => judged([lineOf(...text, stamped)]).lines.flatMap(({ words }) => words)

  test.each(['spiroffé20à"nnuelle', 'consomfiaition', 'barr{ère'])(
    'is kept and marked while it has the letters of a word: %s',
    (read) => expect(withOne(word(read, 3, 500)).at(-1)).toMatchObject({ text: read, doubtful: true }),
  )

  test.each(['RE6#', '(93/F228~0', 'NM', '||'])('is left out when it has not: %s', (read) =>
    expect(withOne(word(read, 3, 500))).toHaveLength(4),
  )

  test('is left out when it is several lines high', () =>
    expect(withOne(word('SARAVVOR', 3, 500, 90))).toHaveLength(4))

  test('is left out where little else of the line was read', () => {
    const others = [word('kAUAEE', 3), word('SEPFROEDNEbNs', 0, 110), word('Apte', 92, 220)]
    expect(textOf(judged([lineOf(...others)]).lines)).toEqual(['Apte'])
  })
})

test('a line is mangled when two words of doubt stand amid its print', () => {
  const print = ['Aucune', 'donnée', 'être', 'communiquée'].map((read, place) => word(read, 92, place * 110))
  const [one, two, noise] = [word('ef', 3, 500), word('Tipnclusions', 12, 600), word('ARRESTMALLONSN', 0)]
  const lines = [lineOf(...print), lineOf(...print, one), lineOf(...print, one, two), lineOf(noise)]
  expect(mangledLines(lines)).toEqual([lines[2]])
})

test('what is read surely stays, whatever it looks like', () => {
  const odd = ['[X]', 'µg/L', 'TGP', '||']
  expect(textOf(judged([lineOf(...odd.map((text) => word(text, 90)))]).lines)).toEqual(odd)
})

test('a box to tick is no text though it was read with some confidence', () => {
  expect(textOf(judged([lineOf(word('CO]', 50), word('Amiante', 96, 110))]).lines)).toEqual(['Amiante'])
})

test('unread words beside each other are one place', () => {
  const { regions } = judged([
    lineOf(word('NM', 0), word('VA', 0, 110), word('Apte', 96, 220), word('X', 0, 330)),
  ])
  expect(regions.map(({ box }) => [box.x0, box.x1])).toEqual([
    [0, 210],
    [330, 430],
  ])
})

describe('the share that was read', () => {
  test('is that of the area whose words are sure', () => {
    expect(
      judged([lineOf(word('Apte', 96), word('poste', 96, 110), word('sans', 50, 220), word('NM', 3, 330))])
        .read,
    ).toBe(0.5)
  })

  test('is unknown where there is no word', () => {
    expect(judged([])).toEqual({ lines: [], regions: [], read: undefined })
  })
})

test.each([
  'Numération',
  'ESCOUBARÈS,',
  'Villebourg-sur-Aulne',
  'l’effort,',
  'Il',
  'à',
  'Dr',
  '135/85',
  '14:30',
  '82%',
])('looks like a word: %s', (text) => expect(looksLikeWord(text)).toBe(true))

test('no line is without words, no word is changed, and each is text or lies in an unread place', () => {
  const anyWord = fc
    .tuple(
      fc.string({ minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 900 }),
    )
    .map(([text, confidence, x]) => word(text, confidence, x))
  const anyLines = fc.array(fc.array(anyWord, { minLength: 1, maxLength: 8 }), { maxLength: 8 })
  fc.assert(
    fc.property(anyLines, (words) => {
      const { lines, regions, read } = judged(words.map((some) => lineOf(...some)))
      const kept = lines.flatMap((line) => line.words)
      expect(lines.every((line) => line.words.length > 0)).toBe(true)
      for (const given of words.flat()) {
        const isText = kept.some(({ text, box }) => text === given.text && box === given.box)
        const isPlaced = regions.some(({ box }) => box.x0 <= given.box.x0 && box.x1 >= given.box.x1)
        expect(isText || isPlaced).toBe(true)
      }
      if (read !== undefined) expect(read).toBeGreaterThanOrEqual(0)
      if (read !== undefined) expect(read).toBeLessThanOrEqual(1)
    }),
  )
})
