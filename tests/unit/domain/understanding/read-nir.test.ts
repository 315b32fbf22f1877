import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNir } from '../../../../src/domain/identifiers.ts'
import { fold } from '../../../../src/domain/understanding/folding.ts'
import { readNirs } from '../../../../src/domain/understanding/read-nir.ts'
import { nir } from './pages.ts'

const found = (text: string) => readNirs(fold(text)).map(({ nir, corrected }) => [nir, corrected])
const own = nir('2740399000231')

const born = fc
  .record({
    sex: fc.constantFrom('1', '2'),
    year: fc.integer({ min: 0, max: 99 }),
    month: fc.integer({ min: 1, max: 12 }),
    rest: fc.integer({ min: 10_000_000, max: 96_999_999 }),
  })
  .map(({ sex, year, month, rest }) =>
    nir(`${sex}${String(year).padStart(2, '0')}${String(month).padStart(2, '0')}${rest}`),
  )

test.each([
  ['as fifteen figures', `NIR ${own}`],
  ['in groups', 'N° 2 74 03 99 000 231 14'],
  ['with dots', '2.74.03.99.000.231.14'],
])('reads a NIR %s', (_, text) => expect(found(text)).toEqual([[own, false]]))

test('reads those of Corsica', () => {
  expect(found('253072A07300443 et 253072B07300470')).toEqual([
    ['253072A07300443', false],
    ['253072B07300470', false],
  ])
})

describe('letters that stand for figures', () => {
  test('are put right and marked where exactly one way makes the key right', () => {
    expect(found('2 74 O3 99 0O0 23I 14')).toEqual([[own, true]])
  })

  test('are left where no way makes the key right', () => {
    expect(found('2 74 O3 99 0O0 23I 15')).toEqual([])
  })

  test('are left where there are too many of them to have been a number', () => {
    expect(found('2 74 O3 99 OOO 23I 14')).toEqual([])
  })

  test('any one of them is put right', () => {
    const letter: Readonly<Record<string, string>> = { '0': 'O', '1': 'I', '5': 'S', '8': 'B' }
    fc.assert(
      fc.property(born, fc.nat({ max: 14 }), (right, at) => {
        const misread = letter[right[at]!]
        fc.pre(misread !== undefined && !(misread === 'B' && at === 6 && right[5] === '2'))
        expect(found(right.slice(0, at) + misread + right.slice(at + 1))).toEqual([[right, true]])
      }),
    )
  })
})

test('a change of one figure is never read as a NIR, the right one or another', () => {
  fc.assert(
    fc.property(born, fc.nat({ max: 14 }), fc.integer({ min: 0, max: 9 }), (right, at, figure) => {
      fc.pre(right[at] !== String(figure))
      expect(found(right.slice(0, at) + figure + right.slice(at + 1))).toEqual([])
    }),
  )
})

test('whatever is read of a damaged NIR has a right key, and differs from it in letters alone', () => {
  const damage = fc.array(fc.tuple(fc.nat({ max: 14 }), fc.constantFrom(...'OISB 0158'.split(''))), {
    maxLength: 3,
  })
  fc.assert(
    fc.property(born, damage, (right, harms) => {
      const text = harms.reduce((one, [at, by]) => one.slice(0, at) + by + one.slice(at + 1), right)
      for (const { nir } of readNirs(fold(text))) {
        expect(isNir(nir)).toBe(true)
        expect(nir).toMatch(new RegExp(text.replace(/ /g, '').replace(/[OISB]/g, '.')))
      }
    }),
  )
})
