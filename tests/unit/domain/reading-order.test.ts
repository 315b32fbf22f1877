import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Box, Line, Word } from '../../../src/domain/page.ts'
import { inReadingOrder } from '../../../src/domain/reading-order.ts'

const tallness = 24
const letterWidth = 12

/** A line whose words stand one letter apart, from this place on. */
function line(x: number, y: number, text: string): Line {
  const words: Word[] = []
  let left = x
  for (const word of text.split(' ')) {
    const box = { x0: left, y0: y, x1: left + word.length * letterWidth, y1: y + tallness }
    words.push({ text: word, confidence: 90, box })
    left = box.x1 + letterWidth
  }
  return { words, box: { x0: x, y0: y, x1: left - letterWidth, y1: y + tallness }, baseline: y + 19 }
}

const column = (x: number, y: number, step: number, texts: readonly string[]): Line[] =>
  texts.map((text, index) => line(x, y + index * step, text))

const read = (lines: readonly Line[]): string[] =>
  inReadingOrder(lines).map(({ words }) => words.map(({ text }) => text).join(' '))

const leftText = ['Le salarié décrit une gêne', "respiratoire à l'effort en", 'fin de poste, sans fièvre.']
const rightText = ['Il travaille depuis dix ans', 'à la cabine de peinture, à', 'raison de sept heures.']

describe('cells that stand side by side', () => {
  const values = [
    column(100, 100, 60, ['Plomb', 'Toluène', 'Chrome']),
    column(500, 102, 60, ['57 µg/L', '20 ppm', '0,6 µg/g']),
    column(900, 99, 60, ['gants', 'masque', 'cabine']),
  ]

  test('are read row by row, each row one line', () => {
    expect(read(values.flat())).toEqual([
      'Plomb 57 µg/L gants',
      'Toluène 20 ppm masque',
      'Chrome 0,6 µg/g cabine',
    ])
  })

  test('are rows whichever column was found first', () => {
    expect(read(values.toReversed().flat())).toEqual(read(values.flat()))
  })

  test('leave the place of an empty cell empty', () => {
    expect(read([...values[0]!, values[1]![0]!, values[1]![2]!])).toEqual([
      'Plomb 57 µg/L',
      'Toluène',
      'Chrome 0,6 µg/g',
    ])
  })

  test('are rows beside fields of a form that are as long as running text but far from each other', () => {
    const fields = [
      ...column(100, 100, 60, [
        'Nom de naissance : LANDRIVIEL',
        'Prénoms : Aldegonde Marie',
        'Né le : 08/09/1969',
      ]),
      ...column(900, 100, 60, ['Dossier : SP-10235 bis', 'Sexe : F', 'Naissance à : Villebourg sur Aulne']),
    ]
    expect(read(fields)[1]).toBe('Prénoms : Aldegonde Marie Sexe : F')
  })

  test('are one line whose box is around all of them', () => {
    const [row] = inReadingOrder([values[1]![0]!, values[0]![0]!])
    expect(row!.box).toEqual({ x0: 100, y0: 100, x1: 500 + 7 * letterWidth, y1: 126 })
    expect(row!.baseline).toBeGreaterThan(119)
    expect(row!.baseline).toBeLessThan(121)
  })
})

describe('columns of running text', () => {
  test('are read one after the other though their lines are aligned', () => {
    const page = [...column(100, 100, 36, leftText), ...column(700, 100, 36, rightText)]
    expect(read(page)).toEqual([...leftText, ...rightText])
  })

  test('are read one after the other though the recogniser took two lines for one', () => {
    const page = leftText.map((text, index) => {
      const [left, right] = [
        line(100, 100 + index * 36, text),
        line(700, 100 + index * 36, rightText[index]!),
      ]
      return { ...left, words: [...left.words, ...right.words], box: { ...left.box, x1: right.box.x1 } }
    })
    expect(read(page)).toEqual([...leftText, ...rightText])
  })

  test('end under a title that goes across, and begin again', () => {
    const title = 'Un titre qui traverse les deux colonnes de la page entière, jusque tout au bout'
    const page = [
      ...column(100, 100, 36, leftText),
      ...column(700, 100, 36, rightText),
      line(100, 260, title),
      ...column(100, 330, 36, rightText),
      ...column(700, 330, 36, leftText),
    ]
    expect(read(page)).toEqual([...leftText, ...rightText, title, ...rightText, ...leftText])
  })

  test('are found though one begins lower', () => {
    const page = [...column(100, 100, 36, leftText), ...column(700, 136, 36, rightText)]
    expect(read(page)).toEqual([...leftText, ...rightText])
  })

  test('three of them are three', () => {
    const page = [100, 600, 1100].flatMap((x) => column(x, 100, 36, leftText))
    expect(read(page)).toEqual([...leftText, ...leftText, ...leftText])
  })
})

test('two addresses whose lines are not aligned are read one after the other', () => {
  const sender = ['Service de santé', '14, rue des Lavandières', '99210 Villebourg']
  const addressee = ['Mme Aldegonde', '2, quai des Tanneurs', '99210 Villebourg']
  const page = [...column(100, 100, 36, sender), ...column(700, 114, 36, addressee)]
  expect(read(page)).toEqual([...sender, ...addressee])
})

test('a date above, on the right, comes before what stands below, on the left', () => {
  expect(read([line(100, 150, 'Objet : visite'), line(900, 100, 'le 12 mars 2014')])).toEqual([
    'le 12 mars 2014',
    'Objet : visite',
  ])
})

test('a stamp as tall as three lines does not make one row of the lines beside it', () => {
  const stamp = { ...line(900, 100, 'VU'), box: { x0: 900, y0: 90, x1: 1000, y1: 190 } }
  const page = [...column(100, 100, 36, ['Apte', 'Sans réserve', 'À revoir']), stamp]
  expect(read(page)).toEqual(['Apte', 'Sans réserve', 'VU', 'À revoir'])
})

describe('whatever the boxes', () => {
  const number = fc.integer({ min: -50, max: 400 })
  const box: fc.Arbitrary<Box> = fc.record({ x0: number, y0: number, x1: number, y1: number })
  const anyLine = fc.record({
    words: fc.array(fc.record({ text: fc.string({ maxLength: 30 }), confidence: fc.constant(50), box }), {
      maxLength: 6,
    }),
    box,
    baseline: number,
  })

  test('no word is lost, doubled or changed', () => {
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 40 }), (lines) => {
        const given = new Set(lines.flatMap(({ words }) => words))
        const found = inReadingOrder(lines).flatMap(({ words }) => words)
        expect(found).toHaveLength(given.size)
        expect(new Set(found)).toEqual(given)
      }),
    )
  })

  test('it ends, and soon, for lines without a height', () => {
    const flat = { ...line(0, 0, 'a b'), box: { x0: 0, y0: 0, x1: 0, y1: 0 } }
    expect(inReadingOrder(Array.from({ length: 500 }, () => flat))).toBeDefined()
  })

  test('it ends, and soon, for as many rows as a file can put on a page', () => {
    const rows = Array.from({ length: 5_000 }, (_, row) => [
      line(0, row * 40, '12'),
      line(300, row * 40, '34'),
    ])
    expect(read(rows.flat())).toEqual(rows.map(() => '12 34'))
  })
})

test('what runs up the margin comes last, and parts no text that it stands beside', () => {
  const texts = ['Le salarié décrit une gêne', "respiratoire à l'effort en", 'fin de poste, sans fièvre.']
  const words = ['Association', 'déclarée,', 'SIRET'].map((text, index): Word => {
    const box = { x0: 20, x1: 44, y0: 300 - index * 100, y1: 390 - index * 100 }
    return { text, confidence: 90, box }
  })
  const notice: Line = { words, box: { x0: 20, y0: 100, x1: 44, y1: 390 }, baseline: 390 }
  const text = column(100, 100, 100, texts)
  expect(read([text[0]!, notice, ...text.slice(1)])).toEqual([...texts, 'Association déclarée, SIRET'])
})
