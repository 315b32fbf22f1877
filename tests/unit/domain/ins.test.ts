import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { encodeIns, type Ins, isInsText, parseIns } from '../../../src/domain/ins.ts'

// The matricules are the published vectors of the key: Corsica 2A, 2B, and a foreign birth.
const ins = {
  matricule: '253072A07300443',
  oid: '1.2.250.1.213.1.4.8',
  givenNames: 'MARIE-LAURE ANNE',
  birthName: "D'ARTAGNAN",
  sex: 'F',
  birthDate: '1953-07-01',
  birthplace: '2A073',
} as const
const TEST_OID = '1.2.250.1.213.1.4.10'
const DEMONSTRATION_OID = '1.2.250.1.213.1.4.11'

const parse = (text: string) => parseIns(text, { production: true })
const reason = (text: string) => {
  const read = parse(text)
  return read instanceof Failure ? [read.code, read.facts.reason] : read
}

test('an INS label is laid out as its standard says', () => {
  expect(encodeIns(ins)).toBe(
    "IS010000000000000000000000S1253072A07300443S21.2.250.1.213.1.4.8\u001dS3MARIE-LAURE ANNE\u001dS4D'ARTAGNAN\u001dS5FS601-07-1953S72A073",
  )
})

test('an INS label gives back the identity', () => {
  expect(parse(encodeIns(ins))).toEqual({ ...ins, kind: 'nir' })
})

test('a field at its maximum needs no separator', () => {
  const longest: Omit<Ins, 'kind'> = { ...ins, oid: TEST_OID, birthName: 'X'.repeat(100) }
  const text = encodeIns(longest)
  expect(text.split('\u001d')).toHaveLength(2)
  expect(parseIns(text, { production: false })).toEqual({ ...longest, kind: 'test' })
})

test('the last field needs no separator', () => {
  const [s4] = encodeIns(ins).match(/S4D'ARTAGNAN\u001d/)!
  const text = encodeIns(ins).replace(s4, '') + s4.slice(0, -1)
  expect(parse(text)).toEqual({ ...ins, kind: 'nir' })
})

describe('refuses', () => {
  test.each([TEST_OID, DEMONSTRATION_OID] as const)('the trial identity %s in production', (oid) => {
    const text = encodeIns({ ...ins, oid })
    expect(reason(text)).toEqual(['ins-test-identity', undefined])
    expect(parseIns(text, { production: false })).toMatchObject({ matricule: ins.matricule })
  })

  test.each([
    ['a key that is not of its number', 'S1253072A07300443', 'S1253072A07300444', 'matricule'],
    ['a matricule that is cut', 'S1253072A07300443', 'S1253072A073004', 'shape'],
    ['an unknown authority', '.4.8', '.4.7', 'oid'],
    ['another version of the header', 'IS01', 'IS02', 'header'],
    ['a missing field', 'S72A073', '', 'shape'],
    ['a field given twice', 'S5F', 'S5FS5F', 'shape'],
    ['an unknown field', 'S5F', 'S9F', 'shape'],
    ['an impossible date', '01-07-1953', '31-02-1953', 'birthDate'],
    ['an unknown sex', 'S5F', 'S5X', 'sex'],
    ['a name that is none', "D'ARTAGNAN", '12345', 'birthName'],
    ['an empty name', 'S3MARIE-LAURE ANNE', 'S3', 'shape'],
    ['a trailing field name', 'S72A073', 'S72A073S', 'shape'],
  ])('%s', (_, found, put, why) => {
    expect(reason(encodeIns(ins).replace(found, put))).toEqual(['ins-invalid', why])
  })

  test('a changed digit of the matricule', () => {
    const text = encodeIns({ ...ins, matricule: '295109912611193' })
    fc.assert(
      fc.property(fc.integer({ min: 28, max: 42 }), fc.integer({ min: 0, max: 9 }), (at, digit) => {
        fc.pre(text[at] !== String(digit))
        expect(parse(text.slice(0, at) + digit + text.slice(at + 1))).toBeInstanceOf(Failure)
      }),
    )
  })

  test('anything else without quoting it', () => {
    fc.assert(
      fc.property(fc.string(), (rest) => {
        const read = parse(`IS010000000000000000000000${rest}`)
        expect(read instanceof Failure && Object.keys(read.facts)).toEqual(['reason'])
      }),
    )
  })
})

test('an INS is told from other barcodes by its header', () => {
  expect([encodeIns(ins), 'IS02', 'SCL1|A|1|1||D7EB4F97'].map(isInsText)).toEqual([true, false, false])
})
