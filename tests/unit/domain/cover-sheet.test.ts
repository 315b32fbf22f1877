import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type CoverSheet,
  decodeCoverSheet,
  encodeCoverSheet,
  sayCoverSheet,
} from '../../../src/domain/cover-sheet.ts'

const sheet: CoverSheet = { batch: 'LOT-2026-042', sequence: 3, count: 12, patient: 'SP-00123' }

const sheets = fc
  .record({
    batch: fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{0,23}$/),
    numbers: fc.tuple(fc.integer({ min: 1, max: 9999 }), fc.integer({ min: 1, max: 9999 })),
    patient: fc.option(
      fc
        .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
        .filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text)),
      { nil: undefined },
    ),
  })
  .map(({ batch, numbers, patient }) => ({
    batch,
    sequence: Math.min(...numbers),
    count: Math.max(...numbers),
    ...(patient === undefined ? {} : { patient }),
  }))

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))

test('a cover sheet is read as it was printed', () => {
  fc.assert(
    fc.property(sheets, (given) => {
      expect(decodeCoverSheet(encodeCoverSheet(given))).toEqual(given)
    }),
  )
})

test('its text is the published one', () => {
  expect(encodeCoverSheet(sheet)).toMatchInlineSnapshot(`"SCL1|LOT-2026-042|3|12|SP-00123|FCE379BD"`)
  expect(encodeCoverSheet({ batch: 'A', sequence: 1, count: 1 })).toMatchInlineSnapshot(
    `"SCL1|A|1|1||D7EB4F97"`,
  )
})

test('its text is printable ASCII, whatever the file number', () => {
  fc.assert(
    fc.property(sheets, (given) => {
      expect(encodeCoverSheet(given)).toMatch(/^[\x21-\x7e]+$/)
    }),
  )
})

test('any single character changed is noticed', () => {
  fc.assert(
    fc.property(sheets, fc.nat(), printable, (given, at, character) => {
      const text = encodeCoverSheet(given)
      const place = at % text.length
      fc.pre(text[place] !== character)
      expect(decodeCoverSheet(text.slice(0, place) + character + text.slice(place + 1))).toBe('damaged')
    }),
    { numRuns: 1000 },
  )
})

test('two neighbouring characters exchanged are noticed', () => {
  fc.assert(
    fc.property(sheets, fc.nat(), (given, at) => {
      const text = encodeCoverSheet(given)
      const place = at % (text.length - 1)
      fc.pre(text[place] !== text[place + 1])
      const exchanged = text.slice(0, place) + text[place + 1]! + text[place]! + text.slice(place + 2)
      expect(decodeCoverSheet(exchanged)).toBe('damaged')
    }),
    { numRuns: 1000 },
  )
})

test('a text cut short is noticed', () => {
  const text = encodeCoverSheet(sheet)
  for (let end = 5; end < text.length; end++) expect(decodeCoverSheet(text.slice(0, end))).toBe('damaged')
})

test.each(['', 'IS010000000000000000000000S1', '3400935955838', 'https://example.fr/a|b', 'A|B|C|D|E|F'])(
  'the barcode %j is not ours',
  (text) => expect(decodeCoverSheet(text)).toBe('foreign'),
)

test('people read the batch and the number, never the patient', () => {
  expect(sayCoverSheet(sheet)).toBe('LOT-2026-042-3')
})

test.each([
  { ...sheet, sequence: 13 },
  { ...sheet, sequence: 0 },
  { ...sheet, count: 10_000 },
  { ...sheet, batch: 'a|b' },
  { ...sheet, patient: '\ud800' },
])('a sheet that says nonsense is never printed: %j', (nonsense) => {
  expect(() => encodeCoverSheet(nonsense)).toThrow()
})
