import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseManifest } from '../../../src/domain/manifest.ts'
import { verdictOf } from './verdict.ts'

const good = {
  version: 1,
  contract: 'C-1',
  box: 'B-1',
  operator: 'op-1',
  scanner: {
    make: 'Exemplar',
    model: 'DS',
    serial: '1',
    profile: { dpi: 300, colour: 'grey', duplex: false },
  },
  separation: 'manifest',
  expected: { folders: 1, documents: 1, pages: 1 },
  files: [{ name: 'a.pdf', pages: 1 }],
  documents: [{ file: 'a.pdf', patient: 'P-1', from: 1, to: 1 }],
}
const verdict = (text: string) => verdictOf(() => parseManifest(text))
const named = ['accepted', 'manifest-invalid']

/** A good manifest with something else in one of its places. */
const altered = fc
  .tuple(
    fc.constantFrom(
      ...['files', 'documents', 'scanner', 'expected', 'separation', 'coverSheets', 'box', '__proto__'],
    ),
    fc.jsonValue({ maxDepth: 4 }),
  )
  .map(([key, value]) => JSON.stringify({ ...good, [key]: value }))

describe('a manifest, whatever it holds,', () => {
  test('is a good one to begin with', () => {
    expect(verdict(JSON.stringify(good))).toBe('accepted')
  })

  test.each([
    ['any text', fc.string({ unit: 'binary', maxLength: 400 })],
    ['any JSON', fc.json()],
    ['a good one, altered', altered],
  ])('is accepted or refused as manifest-invalid: %s', (_, texts) => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(named).toContain(verdict(text))
      }),
    )
  })

  test('never repeats in its refusal what it said of a patient', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 80 }), (patient) => {
        const secret = `MARTIN${patient}`
        const text = JSON.stringify({
          ...good,
          version: 2,
          [secret]: 1,
          documents: [{ patient: secret, file: secret }],
        })
        try {
          parseManifest(text)
          expect.unreachable()
        } catch (error) {
          expect(String(error)).not.toContain('MARTIN')
        }
      }),
    )
  })

  test.each([
    '../../etc/passwd',
    'a/b.pdf',
    'a\\b.pdf',
    'a\0.pdf',
    'a\nb.pdf',
    'fdp.\u202efdp',
    'a'.repeat(300),
    '.',
    '..',
    'batch.json',
    '',
  ])('names no file %j', (name) => {
    expect(verdict(JSON.stringify({ ...good, files: [{ name }], documents: [{ file: name }] }))).toBe(
      'manifest-invalid',
    )
  })

  test('nested without end is refused, not followed', () => {
    expect(verdict('['.repeat(1_000_000))).toBe('manifest-invalid')
  })
})
