import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkFiness,
  findNirs,
  isFiness,
  isNir,
  isSiren,
  isSiret,
  nirKey,
} from '../../../src/domain/identifiers.ts'

/** Every string that differs from this one in a single digit. */
const mistyped = (digits: string): string[] =>
  digits.split('').flatMap((digit, at) =>
    '0123456789'
      .split('')
      .filter((other) => other !== digit)
      .map((other) => digits.slice(0, at) + other + digits.slice(at + 1)),
  )

describe('SIREN and SIRET', () => {
  test('known numbers pass', () => {
    expect(isSiren('732829320')).toBe(true)
    expect(isSiret('73282932000074')).toBe(true)
  })

  test('any one wrong digit is caught', () => {
    expect(mistyped('732829320').filter(isSiren)).toEqual([])
    expect(mistyped('73282932000074').filter(isSiret)).toEqual([])
  })

  test.each([
    '',
    '7328293200007',
    '732829320000740',
    '732 829 320 00074',
    '7328293200007x',
    '٧٣٢٨٢٩٣٢٠٠٠٠٧٤',
  ])('refuses the form of «%s»', (value) => {
    expect(isSiret(value) || isSiren(value)).toBe(false)
  })

  test('the head office of La Poste follows Luhn', () => {
    expect(isSiret('35600000000048')).toBe(true)
  })

  test('another establishment of La Poste has a digit sum that is a multiple of five', () => {
    expect(isSiret('35600000049837')).toBe(true)
    expect(isSiret('35600000049838')).toBe(false)
  })

  test('the rule of La Poste is for La Poste alone', () => {
    expect(isSiret('73282932000001')).toBe(false)
  })
})

describe('FINESS', () => {
  test('known numbers pass', () => {
    expect(['750712184', '690781810', '130786049'].map(checkFiness)).toEqual(['valid', 'valid', 'valid'])
  })

  test('any one wrong digit is caught', () => {
    expect(mistyped('750712184').filter(isFiness)).toEqual([])
  })

  test('Corsican letters cannot be verified, and are no reason to refuse', () => {
    expect(checkFiness('2A0000014')).toBe('unverifiable')
    expect(isFiness('2B0000020')).toBe(true)
  })

  test.each(['', '2C0000014', '7507121840', '75071218', 'A20000014', '2a0000014'])(
    'refuses «%s»',
    (value) => {
      expect(checkFiness(value)).toBe('invalid')
    },
  )
})

describe('NIR', () => {
  const vectors = ['253072A07300443', '253072B07300470', '295109912611193']

  test.each(vectors)('%s has its key', (nir) => {
    expect(isNir(nir)).toBe(true)
    expect(nirKey(nir.slice(0, 13))).toBe(nir.slice(13))
  })

  test('a key below ten is written with two digits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999 }), (rest) => {
        expect(nirKey(`18505${String(rest).padStart(8, '0')}`)).toMatch(/^(0[1-9]|[1-8]\d|9[0-7])$/)
      }),
    )
  })

  test('any one wrong digit is caught', () => {
    expect(mistyped('295109912611193').filter(isNir)).toEqual([])
  })

  test.each([
    '',
    '2951099126111',
    '2951099126111931',
    '2 95 10 99 126 111 93',
    '053072A07300443',
    '253072a07300443',
  ])('refuses «%s»', (value) => {
    expect(isNir(value)).toBe(false)
  })
})

describe('NIRs in a text', () => {
  test.each([
    ['N° SS : 295109912611193', '295109912611193'],
    ['2 95 10 99 126 111 93', '295109912611193'],
    ['2.95.10.99.126.111.93', '295109912611193'],
    ['né(e) le 12 2 95 10 99 126 111 93, suivi', '295109912611193'],
    ['2\u00a095\u00a010\u202f99 126 111 93', '295109912611193'],
    ['matricule 253072a073004 43.', '253072A07300443'],
    ['(2 53 07 2B 073 004 70)', '253072B07300470'],
  ])('finds it in «%s»', (text, nir) => {
    expect(findNirs(text)).toEqual([nir])
  })

  test.each([
    ['a key that is wrong', '2 95 10 99 126 111 94'],
    ['a longer number', '12951099126111930'],
    ['a number that goes on', '2951099126111934'],
    ['a number glued to a word', 'REF295109912611193'],
    ['a month that does not exist', nirWith('2951399126111')],
    ['groups on two lines', '2 95 10 99\n126 111 93'],
    ['another order of groups', '295 109 912 611 193 00'],
  ])('finds none in %s', (_, text) => {
    expect(findNirs(text)).toEqual([])
  })

  test('names each once, in the order of the text', () => {
    const text = '253072B07300470 puis 295109912611193 puis 2 53 07 2B 073 004 70'
    expect(findNirs(text)).toEqual(['253072B07300470', '295109912611193'])
  })

  test('a number that is no NIR hides none that begins inside it', () => {
    expect(findNirs('1 85 05 2 95 10 99 126 111 93')).toEqual(['295109912611193'])
  })

  test('finds any valid one between words', () => {
    const nir = fc
      .tuple(
        fc.constantFrom('1', '2'),
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 1, max: 12 }),
        fc.nat(99_999_999),
      )
      .map(([sex, year, month, rest]) =>
        nirWith(
          sex +
            String(year).padStart(2, '0') +
            String(month).padStart(2, '0') +
            String(rest).padStart(8, '0'),
        ),
      )
    fc.assert(
      fc.property(nir, (value) => {
        expect(findNirs(`Salarié ${value}, vu ce jour`)).toContain(value)
      }),
    )
  })

  test('takes a long page of digits in its stride', () => {
    const page = '2951099126111 '.repeat(20_000)
    const before = performance.now()
    findNirs(page)
    expect(performance.now() - before).toBeLessThan(1_000)
  })
})

function nirWith(thirteen: string): string {
  return thirteen + nirKey(thirteen)
}
