import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCoverSheet, encodeCoverSheet } from '../../../src/domain/cover-sheet.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { isInsText, parseIns } from '../../../src/domain/ins.ts'
import './verdict.ts'

const cover = encodeCoverSheet({ batch: 'LOT-42', sequence: 3, count: 12, patient: 'PÂT 12' })
const ins =
  'IS010000000000000000000000S1253072A07300443S21.2.250.1.213.1.4.8S3ANNE MARIE\x1dS4DE LA FONTAINE\x1dS5FS612-03-1953S72A004'

/** A text with a few characters replaced, left out or put in. */
const mangled = (text: string) =>
  fc
    .array(fc.tuple(fc.nat(text.length), fc.nat(3), fc.string({ unit: 'binary', maxLength: 4 })), {
      minLength: 1,
      maxLength: 5,
    })
    .map((changes) =>
      changes.reduce((now, [at, removed, put]) => now.slice(0, at) + put + now.slice(at + removed), text),
    )
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  mangled(cover),
  mangled(ins),
  fc.string({ unit: 'binary' }).map((text) => `SCL1|${text}`),
  fc.string({ unit: 'binary' }).map((text) => `${ins.slice(0, 26)}${text}`),
)

describe('the text of a barcode, whatever it is,', () => {
  test('is a cover sheet, or foreign, or damaged: nothing is thrown', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const sheet = decodeCoverSheet(text)
        if (typeof sheet === 'object') expect(encodeCoverSheet(sheet)).toBe(text)
        else expect(['foreign', 'damaged']).toContain(sheet)
      }),
    )
  })

  test('is an identity, or a failure that does not quote it: nothing is thrown', () => {
    fc.assert(
      fc.property(anything, (text) => {
        expect(typeof isInsText(text)).toBe('boolean')
        const read = parseIns(text, { production: true })
        if (!(read instanceof Failure)) return
        expect(['ins-invalid', 'ins-test-identity']).toContain(read.code)
        expect(String(read.facts['reason'] ?? '')).toMatch(/^[a-zA-Z]*$/)
      }),
    )
  })
})
