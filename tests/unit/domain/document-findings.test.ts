import { expect, test } from 'vitest'
import { documentFindings } from '../../../src/domain/document-findings.ts'

const box = { x0: 0, y0: 0, x1: 1, y1: 1 }
const place = { line: 0, words: [0, 0] as [number, number], box }
const page = (page: number, code: string, confidence: number, day?: string, sureOfDay = 0.9) => ({
  page,
  findings: {
    type: { code, confidence, places: [] },
    date: day ? { value: day, confidence: sureOfDay, place } : null,
  },
})

test('is of the kind that a page is most surely of, on the day of that page', () => {
  expect(
    documentFindings([
      page(1, 'letter', 0.4, '2020-01-01'),
      page(2, 'visit', 0.8, '2021-02-03', 0.5),
      page(3, 'other', 0.9, '2022-01-01'),
    ]),
  ).toEqual({
    type: { page: 2, code: 'visit', confidence: 0.8 },
    date: { page: 2, value: '2021-02-03', confidence: 0.5 },
  })
})

test('is of the surest day of any page where the page that says its kind says none', () => {
  const found = documentFindings([
    page(1, 'visit', 0.8),
    page(2, 'other', 0.3, '2020-01-01', 0.4),
    page(3, 'other', 0.3, '2021-01-01', 0.6),
  ])
  expect(found.date).toEqual({ page: 3, value: '2021-01-01', confidence: 0.6 })
})

test('is other where no page is of a kind, and nothing where no page was read', () => {
  expect(documentFindings([page(1, 'other', 0.5)])).toEqual({
    type: { page: 1, code: 'other', confidence: 0.5 },
    date: null,
  })
  expect(documentFindings([])).toEqual({ type: null, date: null })
})
