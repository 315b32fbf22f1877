import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Manifest, parseManifest } from '../../../src/domain/manifest.ts'

const manifest = (more: object = {}) => ({
  version: 1,
  contract: 'C-2026-01',
  box: 'B-1',
  operator: 'op-7',
  scanner: {
    make: 'Acme',
    model: 'S1',
    serial: '42',
    profile: { dpi: 300, colour: 'bitonal', duplex: true },
  },
  separation: 'file',
  expected: { folders: 1, documents: 1, pages: 2 },
  ...more,
})

/** The faults of a manifest, as said to its sender. */
function faultsOf(text: string): string[] {
  try {
    parseManifest(text)
    return []
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    expect(error.code).toBe('manifest-invalid')
    const faults = String(error.facts.faults).split('; ')
    expect(error.facts.count).toBe(faults.length)
    return faults
  }
}
const faultsWith = (more: object) => faultsOf(JSON.stringify(manifest(more)))

describe('a manifest', () => {
  test('is read as it was written', () => {
    const whole = manifest({
      files: [{ name: 'a.pdf', sha256: 'ab'.repeat(32), pages: 2 }],
      documents: [{ patient: 'SP-1', type: 'visit-form', file: 'a.pdf' }],
    })
    expect(parseManifest(JSON.stringify(whole))).toEqual(whole)
  })

  test('may begin with a byte order mark', () => {
    expect(parseManifest(`\ufeff${JSON.stringify(manifest())}`)).toEqual(manifest())
  })

  test('shows all its faults at once, each with its path', () => {
    const { box: _, ...rest } = manifest({
      expected: { folders: 1, documents: 0 },
      separation: 'manifest',
      documents: [{ file: 'a.pdf', from: 1.5 }, { file: 'b.pdf', from: 4, to: 2 }, { file: '../c' }],
      surprise: 1,
      scanner: null,
    })
    expect(faultsOf(JSON.stringify(rest)).toSorted()).toEqual([
      'box: missing',
      'documents[0].from: not-a-whole-number',
      'documents[1].to: before-from',
      'documents[2].file: forbidden-character',
      'expected.documents: too-small',
      'expected.pages: missing',
      'scanner: wrong-type',
      'surprise: unknown-key',
    ])
  })

  test('that is no JSON says so without quoting it', () => {
    expect(faultsOf('{"patient": DUPONT}')).toEqual(['$: not-json'])
    expect(faultsOf('[]')).toContain('$: wrong-type')
  })

  test.each([
    ['opérateur', '$'],
    ['MARTIN', '$'],
    ['Martin Zoé', '$'],
    ['SP-10239', '$'],
    ['a'.repeat(40), '$'],
    ['scanResolution', 'scanResolution'],
    ['boxe', 'boxe'],
  ])("names an unknown key only where it looks like a program's own: %s", (key, said) => {
    expect(faultsWith({ [key]: 1 })).toEqual([`${said}: unknown-key`])
  })

  test("never has its values repeated, nor unknown keys that may be somebody's words", () => {
    const secret = 'ZQXJKVWY'
    const anything = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constant(secret),
        fc.constant({ [secret]: secret }),
        fc.array(tie('value')),
        fc.record(
          { file: tie('value'), documents: tie('value'), scanner: tie('value') },
          { requiredKeys: [] },
        ),
      ),
    })).value
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(manifest()), 'files', 'documents', secret),
        anything,
        (key, value) => {
          expect(faultsWith({ [key]: value }).join()).not.toContain(secret)
        },
      ),
    )
  })

  test('with more than a hundred faults says how many more there are', () => {
    const files = Array.from({ length: 130 }, () => ({ name: '' }))
    expect(() => parseManifest(JSON.stringify(manifest({ files })))).toThrow(/count=130 .*… \+30$/)
  })
})

describe('a file name', () => {
  test.each([
    ['a/b.pdf', 'forbidden-character'],
    ['a\\b.pdf', 'forbidden-character'],
    ['a\u0000.pdf', 'forbidden-character'],
    ['a\n.pdf', 'forbidden-character'],
    ['a\u202efdp.exe', 'forbidden-character'],
    ['..', 'reserved-name'],
    ['batch.json', 'reserved-name'],
    ['é'.repeat(128), 'too-long'],
    ['', 'too-small'],
  ])('%j is refused: %s', (name, code) => {
    expect(faultsWith({ files: [{ name }] })).toEqual([`files[0].name: ${code}`])
  })

  test('is the same name in both Unicode forms', () => {
    const files = [{ name: 'e\u0301.pdf' }, { name: '\u00e9.pdf' }]
    expect(faultsWith({ files })).toEqual(['files[1].name: named-twice'])
  })
})

describe('the parts of a manifest agree', () => {
  test.each([
    ['separation by manifest needs documents', { separation: 'manifest' }, 'documents: missing'],
    ['separation by cover sheets needs their count', { separation: 'cover-sheets' }, 'coverSheets: missing'],
    [
      'cover sheets belong to separation by cover sheets',
      { coverSheets: { batch: 'LOT-1', count: 1 } },
      'coverSheets: not-without-cover-sheets',
    ],
    [
      'cover sheets leave nothing to say of documents',
      {
        separation: 'cover-sheets',
        coverSheets: { batch: 'LOT-1', count: 1 },
        documents: [{ file: 'a.pdf' }],
      },
      'documents: not-with-cover-sheets',
    ],
    [
      'one document per file has no bounds',
      { documents: [{ file: 'a.pdf', from: 2 }] },
      'documents[0].from: not-with-one-per-file',
    ],
    [
      'a document names a listed file',
      { files: [{ name: 'a.pdf' }], documents: [{ file: 'b.pdf' }] },
      'documents[0].file: not-in-files',
    ],
    [
      'a document ends within its file',
      {
        separation: 'manifest',
        files: [{ name: 'a.pdf', pages: 2 }],
        documents: [{ file: 'a.pdf', from: 1, to: 3 }],
      },
      'documents[0].to: beyond-file',
    ],
    [
      'a page belongs to one document',
      {
        separation: 'manifest',
        documents: [
          { file: 'a.pdf', from: 3, to: 4 },
          { file: 'a.pdf', from: 1, to: 3 },
        ],
      },
      'documents[0]: overlap',
    ],
    [
      'a document without bounds takes its whole file',
      { separation: 'manifest', documents: [{ file: 'a.pdf' }, { file: 'a.pdf', from: 9 }] },
      'documents[1]: overlap',
    ],
  ])('%s', (_, more, fault) => {
    expect(faultsWith(more)).toEqual([fault])
  })

  test('documents that touch do not overlap', () => {
    const documents = [{ file: 'a.pdf', from: 3 }, { file: 'a.pdf', to: 2 }, { file: 'b.pdf' }]
    expect(faultsWith({ separation: 'manifest', documents })).toEqual([])
  })

  test('also where the schema is used alone', () => {
    expect(Manifest.safeParse(manifest({ separation: 'manifest' })).success).toBe(false)
  })
})
