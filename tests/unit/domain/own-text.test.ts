import { describe, expect, test } from 'vitest'
import { comparedWith, isKept } from '../../../src/domain/own-text-agreement.ts'
import { cleanWord } from '../../../src/domain/own-text-letters.ts'
import { faultOf, mostOwn, OwnText, readFromOwnText } from '../../../src/domain/own-text.ts'
import { type Recognition, textOf } from '../../../src/domain/page.ts'
import { understandPage } from '../../../src/domain/understanding/understand-page.ts'
import { readDocumentTypes } from '../../../src/settings/document-types.ts'

const letter = [
  'Compte rendu de visite périodique',
  'Salarié vu le 12 février 2024, exposé au bruit depuis août 2019.',
  'Apte à son poste, à revoir dans un délai de douze mois.',
]

const linesOf = (texts: readonly string[], hidden?: true) =>
  texts.map((text, row) => ({
    baseline: row * 50 + 30,
    words: text.split(' ').map((word, at) => ({
      text: word,
      box: { x0: at * 100, y0: row * 50, x1: at * 100 + 90, y1: row * 50 + 40 },
      ...(hidden && { hidden }),
    })),
  }))

const ownText = (more: Partial<OwnText> = {}): OwnText => ({
  ...{ turn: 0, width: 2480, height: 3508, isImage: false, lines: linesOf(letter), letters: 120 },
  ...{ unmapped: 0, askew: 0, pictures: 0, curves: 0, annotations: 0, isTooLong: false },
  ...more,
})

const readingOf = (texts: readonly string[], confidence = 92): Pick<Recognition, 'lines' | 'confidence'> => ({
  confidence,
  lines: linesOf(texts).map(({ words, baseline }) => ({
    words: words.map((word) => ({ ...word, confidence })),
    ...{ box: words[0]!.box, baseline },
  })),
})

describe('words that a page carries', () => {
  test('stand for a page that paints nothing but them', () => {
    expect(faultOf(ownText())).toBeUndefined()
  })

  test.each([
    ['image', { isImage: true }],
    ['pictures', { pictures: 0.3 }],
    ['drawings', { curves: 5000 }],
    ['annotations', { annotations: 1 }],
    ['unmapped', { unmapped: 6 }],
    ['askew', { askew: 40 }],
    ['hidden', { lines: [...linesOf(letter), ...linesOf(['Blanc sur blanc'], true)] }],
    ['too-long', { lines: [], isTooLong: true }],
  ] as [string, Partial<OwnText>][])('do not where there is %s', (fault, more) => {
    expect(faultOf(ownText(more))).toBe(fault)
  })

  test('do where a logo and a frame are beside them', () => {
    expect(faultOf(ownText({ pictures: 0.02, curves: 200 }))).toBeUndefined()
  })

  test.each([
    ['shifted by a wrong mapping', (text: string) => shifted(text, -29)],
    ['taken for the next letters', (text: string) => shifted(text, 1)],
    ['numbers of glyphs', (text: string) => text.replaceAll(/\p{L}/gu, '§')],
  ])('do not where their letters are %s', (_, wrong) => {
    expect(
      faultOf(ownText({ lines: linesOf(letter.map((line) => line.split(' ').map(wrong).join(' '))) })),
    ).toBe('garbled')
  })

  test('do on a sheet of figures and units', () => {
    const results = [
      'Hémoglobine 13,4 g/dL 12,0 – 16,0',
      'Leucocytes 6,8 G/L 4,0 – 10,0',
      'VGM 91 fL 80 – 100',
    ]
    expect(faultOf(ownText({ lines: linesOf(results) }))).toBeUndefined()
  })

  test('are never kept where it is wished that all pages are recognised', () => {
    expect(isKept(ownText(), 'keep')).toBe(true)
    expect(isKept(ownText(), 'recognise')).toBe(false)
    expect(isKept(ownText({ isImage: true }), 'keep')).toBe(false)
  })
})

const shifted = (text: string, by: number): string =>
  Array.from(text, (character) => String.fromCodePoint(Math.max(33, character.codePointAt(0)! + by))).join('')

describe('a page read from its own words', () => {
  test('says so, and is sure of them', () => {
    const page = readFromOwnText(ownText())
    expect(textOf(page)).toBe(letter.join('\n'))
    expect(page).toMatchObject({ source: 'own-text', engine: 'own-text', confidence: 100, read: 1 })
    expect(page.ownText).toEqual({ words: 29, fate: 'used' })
  })

  test('leaves out what is not to be seen', () => {
    const page = readFromOwnText(ownText({ lines: [...linesOf(letter), ...linesOf(['caché'], true)] }))
    expect(textOf(page)).not.toContain('caché')
  })

  test('is in the order of a reader, whatever that of the file', () => {
    const page = readFromOwnText(ownText({ lines: linesOf(letter).toReversed() }))
    expect(textOf(page)).toBe(letter.join('\n'))
  })

  test('is understood like one that was recognised', () => {
    const lines = linesOf(['Nom de naissance : MARTIN', 'Prénom : Ada', 'Né(e) le 01/01/1970'])
    const { people } = understandPage(readFromOwnText(ownText({ lines })), readDocumentTypes())
    expect(people.map(({ kind, value }) => `${kind} ${value}`)).toEqual(
      expect.arrayContaining(['birth-name MARTIN', 'birth-date 1970-01-01']),
    )
  })
})

describe('words of somebody else’s recognition', () => {
  const scan = (lines: readonly string[]) => ownText({ isImage: true, lines: linesOf(lines, true) })

  test('agree with ours where both read the same, but for accents, case and a word', () => {
    const theirs = letter.map((line) => line.toUpperCase().replace('É', 'E').replace('DOUZE', 'D0UZE'))
    const { fate, agreement, fault } = comparedWith(scan(theirs), readingOf(letter))
    expect({ fate, fault }).toEqual({ fate: 'agrees', fault: 'image' })
    expect(agreement).toBeGreaterThan(0.9)
    expect(agreement).toBeLessThan(1)
  })

  test('are contradicted by a page that surely says something else', () => {
    const lie = scan([
      'Certificat de bonne santé, sans réserve ni restriction',
      'pour tous travaux en hauteur',
    ])
    expect(comparedWith(lie, readingOf(letter))).toMatchObject({ fate: 'contradicted' })
    expect(comparedWith(lie, readingOf(letter, 50))).toMatchObject({ fate: 'differs' })
  })

  test('are told to be a part where they are one', () => {
    const { agreement, extent } = comparedWith(scan(letter.slice(0, 1)), readingOf(letter))
    expect(agreement).toBe(1)
    expect(extent).toBeLessThan(0.4)
  })

  test('are not compared where one of both says nothing', () => {
    expect(comparedWith(scan(['12']), readingOf(letter)).fate).toBe('not-compared')
    expect(comparedWith(scan(letter), readingOf([])).fate).toBe('not-compared')
  })

  test('say why they were not used where only the wish was against it', () => {
    expect(comparedWith(ownText(), readingOf(letter))).toMatchObject({
      fate: 'agrees',
      fault: 'asked-to-recognise',
      agreement: 1,
    })
  })
})

describe('a word of a file', () => {
  test.each([
    ['a\u202etxet\u202c', 'atxet'],
    ['Ada\u200b\u00ad\ufeff', 'Ada'],
    ['a\u0000b\u0007\ue001\ufffd', 'ab'],
    ['\ud83d', ''],
    ['of\ufb01cine', 'officine'],
    ['e\u0301te\u0301', 'été'],
    ['o\u0300\u0301\u0302\u0303\u0304\u0305', 'ò\u0301\u0302\u0303'],
    ['a b\u2028c', 'abc'],
    ['x'.repeat(150), 'x'.repeat(100)],
  ])('is cleaned of what is no letter: %j', (text, clean) => {
    expect(cleanWord(text)).toBe(clean)
  })

  test('is cleaned when what a file carries is taken in, and what is beyond measure refused', () => {
    const dirty = ownText({ lines: linesOf(['A\u202eda']) })
    expect(OwnText.parse(dirty).lines[0]!.words[0]!.text).toBe('Ada')
    const many = linesOf([Array.from({ length: mostOwn.words + 1 }, () => 'a').join(' ')])
    expect(OwnText.safeParse(ownText({ lines: many })).success).toBe(false)
    const far = ownText()
    far.lines[0]!.words[0]!.box.x0 = Number.POSITIVE_INFINITY
    expect(OwnText.safeParse(far).success).toBe(false)
  })
})
