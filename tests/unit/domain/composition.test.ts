import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Separation } from '../../../src/domain/batch.ts'
import {
  type Announcement,
  type AnnouncedDocument,
  composeDocuments,
  type ScannedFile,
  type ScannedPage,
} from '../../../src/domain/composition.ts'
import type { PageId } from '../../../src/domain/ids.ts'

const file = (position: number, pages: number | null, change: Partial<ScannedFile> = {}): ScannedFile => ({
  position,
  name: `${position}.pdf`,
  state: pages === null ? 'rejected' : 'split',
  pages,
  expectedPages: null,
  ...change,
})

const pagesOf = (files: readonly ScannedFile[]): ScannedPage[] =>
  files.flatMap(({ position, pages }) =>
    Array.from({ length: pages ?? 0 }, (_, index) => page(position, index + 1)),
  )

const page = (
  fileNumber: number,
  number: number,
  cover?: { sequence: number; count?: number; patient?: string; batch?: string },
): ScannedPage => ({
  id: `${fileNumber}:${number}` as PageId,
  file: fileNumber,
  number,
  coverSheet: cover
    ? {
        batch: cover.batch ?? 'LOT',
        sequence: cover.sequence,
        count: cover.count ?? 2,
        patient: cover.patient ?? null,
      }
    : null,
})

const announced = (
  separation: Separation,
  documents: number,
  pages: number,
  change: Partial<Announcement> = {},
): Announcement => ({
  separation,
  expected: { folders: 0, documents, pages },
  documents: [],
  coverSheets: separation === 'cover-sheets' ? { batch: 'LOT', count: documents } : null,
  ...change,
})

const document = (
  name: string,
  from: number | null = null,
  to: number | null = null,
  patient = 'P',
): AnnouncedDocument => ({ file: name, patient, from, to })

describe('one document per file', () => {
  test('takes the patient that the manifest names for the file', () => {
    const files = [file(1, 2), file(2, 1)]
    const { documents, fault } = composeDocuments(
      announced('file', 2, 3, { documents: [document('2.pdf')] }),
      files,
      pagesOf(files),
    )
    expect(fault).toBeNull()
    expect(documents.map(({ pages, patient }) => [pages.length, patient])).toEqual([
      [2, null],
      [1, 'P'],
    ])
  })
})

describe('at the bounds of the manifest', () => {
  const files = [file(1, 5)]
  test('cuts where it says', () => {
    const documents = [document('1.pdf', 1, 2), document('1.pdf', 3, null)]
    const cut = composeDocuments(announced('manifest', 2, 5, { documents }), files, pagesOf(files))
    expect(cut.fault).toBeNull()
    expect(cut.documents.map(({ pages }) => pages.length)).toEqual([2, 3])
  })
  test('bounds past the end of the file hold the batch', () => {
    const cut = composeDocuments(
      announced('manifest', 1, 5, { documents: [document('1.pdf', 1, 6)] }),
      files,
      pagesOf(files),
    )
    expect(cut.fault?.code).toBe('bounds-out-of-file')
  })
  test('pages that no document asks for are lost to nobody', () => {
    const cut = composeDocuments(
      announced('manifest', 1, 5, { documents: [document('1.pdf', 1, 3)] }),
      files,
      pagesOf(files),
    )
    expect(cut.fault?.code).toBe('counts-do-not-reconcile')
    expect(cut.documents.map(({ pages, patient }) => [pages.length, patient])).toEqual([
      [3, 'P'],
      [2, null],
    ])
  })
})

describe('at cover sheets', () => {
  test('a cover sheet opens a document, names its patient, and is no page of it', () => {
    const pages = [
      page(1, 1, { sequence: 1, patient: 'A' }),
      page(1, 2),
      page(1, 3, { sequence: 2, patient: 'B' }),
      page(1, 4),
      page(1, 5),
    ]
    const { documents, fault } = composeDocuments(announced('cover-sheets', 2, 5), [file(1, 5)], pages)
    expect(fault).toBeNull()
    expect(documents).toEqual([
      { pages: ['1:2'], coverPages: ['1:1'], patient: 'A' },
      { pages: ['1:4', '1:5'], coverPages: ['1:3'], patient: 'B' },
    ])
  })
  test('a sheet that was not read holds the batch and names the pages among which it must be', () => {
    const pages = [
      page(1, 1, { sequence: 1, count: 3 }),
      page(1, 2),
      page(1, 3),
      page(1, 4, { sequence: 3, count: 3 }),
      page(1, 5),
    ]
    const { fault } = composeDocuments(announced('cover-sheets', 3, 5), [file(1, 5)], pages)
    expect(fault?.code).toBe('cover-sheet-missing')
    expect(fault?.facts).toEqual({ sequence: 2, count: 3, candidates: '1:2, 1:3' })
  })
  test('a first and a last sheet that were not read are missed too', () => {
    const first = [page(1, 1), page(1, 2, { sequence: 2 })]
    expect(composeDocuments(announced('cover-sheets', 2, 2), [file(1, 2)], first).fault?.facts).toMatchObject(
      { sequence: 1, candidates: '1:1' },
    )
    const last = [page(1, 1, { sequence: 1 }), page(1, 2)]
    expect(composeDocuments(announced('cover-sheets', 2, 2), [file(1, 2)], last).fault?.facts).toMatchObject({
      sequence: 2,
      candidates: '1:2',
    })
  })
  test('a sheet of another batch holds this one', () => {
    const pages = [page(1, 1, { sequence: 1 }), page(1, 2, { sequence: 2, batch: 'OTHER' })]
    expect(composeDocuments(announced('cover-sheets', 2, 2), [file(1, 2)], pages).fault?.code).toBe(
      'cover-sheet-foreign',
    )
  })
})

describe('counting', () => {
  test('says both numbers when they differ', () => {
    const files = [file(1, 3)]
    const { fault } = composeDocuments(announced('file', 1, 4), files, pagesOf(files))
    expect(fault?.facts).toEqual({ unit: 'pages', expected: 4, counted: 3 })
  })
  test('a file that could not be read answers for the pages that the manifest gave it', () => {
    const files = [file(1, 3), file(2, null, { expectedPages: 4 })]
    expect(composeDocuments(announced('file', 2, 7), files, pagesOf(files)).fault).toBeNull()
  })
  test('a file that could not be read and has no count of its own holds the batch', () => {
    const files = [file(1, 3), file(2, null)]
    expect(composeDocuments(announced('file', 2, 7), files, pagesOf(files)).fault?.code).toBe(
      'counts-do-not-reconcile',
    )
  })
  test('two files whose errors cancel out do not pass', () => {
    const files = [file(1, 3, { expectedPages: 2 }), file(2, 1, { expectedPages: 2 })]
    expect(composeDocuments(announced('file', 2, 4), files, pagesOf(files)).fault?.facts).toMatchObject({
      expected: 2,
      counted: 3,
      file: 1,
    })
  })
})

describe('a file that is not accepted, where each file is a document', () => {
  const faultOf = (more: Partial<Announcement>, change: Partial<ScannedFile> = {}) => {
    const files = [file(1, 2), file(2, null, change)]
    return composeDocuments(announced('file', 2, 2, more), files, pagesOf(files)).fault
  }
  test('is one of the documents that were counted, when the manifest names no file', () => {
    expect(faultOf({})).toBeNull()
  })
  test('is one when the manifest gives it a patient, though not its pages', () => {
    expect(faultOf({ documents: [document('1.pdf'), document('2.pdf')] })).toBeNull()
  })
  test('is none when the manifest names others only: a note that lay in the folder', () => {
    expect(faultOf({ documents: [document('1.pdf')] })?.facts).toEqual({
      unit: 'documents',
      expected: 2,
      counted: 1,
    })
  })
})

describe('folders', () => {
  const faultOf = (folders: number, patients: readonly (string | null)[]) => {
    const files = patients.map((_, index) => file(index + 1, 1))
    const documents = patients.map((patient, index) => ({
      file: `${index + 1}.pdf`,
      patient,
      from: null,
      to: null,
    }))
    const expected = { folders, documents: files.length, pages: files.length }
    return composeDocuments(announced('file', 0, 0, { expected, documents }), files, pagesOf(files)).fault
      ?.facts
  }
  test('a patient may have several, and a folder several documents', () => {
    expect(faultOf(2, ['A', 'A'])).toBeUndefined()
    expect(faultOf(1, ['A', 'A', null])).toBeUndefined()
  })
  test('none holds two patients, and none is empty', () => {
    expect(faultOf(1, ['A', 'B'])).toEqual({ unit: 'folders', expected: 1, counted: 2 })
    expect(faultOf(3, ['A', 'A'])).toEqual({ unit: 'folders', expected: 3, counted: 2 })
  })
  test('0 says that they were not counted', () => {
    expect(faultOf(0, ['A', 'B'])).toBeUndefined()
  })
})

test('no page is ever lost or given twice, however the batch is cut', () => {
  const separations = fc.constantFrom<Separation>('file', 'manifest', 'cover-sheets')
  const batches = fc.record({
    separation: separations,
    sizes: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 4 }),
    covers: fc.array(fc.nat({ max: 20 }), { maxLength: 4 }),
    from: fc.integer({ min: 1, max: 6 }),
    to: fc.integer({ min: 1, max: 6 }),
  })
  fc.assert(
    fc.property(batches, ({ separation, sizes, covers, from, to }) => {
      const files = sizes.map((size, index) => file(index + 1, size))
      const pages = pagesOf(files).map((one, index) =>
        covers.includes(index) ? page(one.file, one.number, { sequence: 1 }) : one,
      )
      const bounds = from <= to ? [document('1.pdf', from, to)] : []
      const { documents } = composeDocuments(announced(separation, 1, 1, { documents: bounds }), files, pages)
      const given = documents.flatMap((one) => [...one.coverPages, ...one.pages])
      expect([...given].sort()).toEqual(pages.map(({ id }) => id).sort())
    }),
  )
})

test.each([
  ['file', 2_000],
  ['manifest', 2_000],
  ['manifest', 1],
] as const)('looks at each page and each name a few times: %s, %i files', (separation, many) => {
  let looks = 0
  const counted = <One extends object>(one: One): One =>
    new Proxy(one, {
      get(target, key) {
        looks++
        return Reflect.get(target, key)
      },
    })
  const files = Array.from({ length: many }, (_, index) => file(index + 1, 2_000 / many))
  const pages = pagesOf(files)
  const { documents, fault } = composeDocuments(
    announced(separation, pages.length, pages.length, {
      documents: pages.map((one) => counted(document(`${one.file}.pdf`, one.number, one.number))),
    }),
    files.map(counted),
    pages.map(counted),
  )
  expect([documents.length, fault]).toEqual([pages.length, null])
  expect(looks).toBeLessThan(40 * pages.length)
})
