import { expect, test } from 'vitest'
import { judgePage, type PageFigures } from '../../../src/domain/page-quality.ts'

const fine: PageFigures = {
  dpi: 300,
  xHeight: 1.9,
  sharpness: 0.95,
  contrast: 0.8,
  cutLetters: 0,
  borders: 0,
  isTwofold: false,
}

test('a sharp scan of black print is good', () => {
  expect(judgePage(fine)).toEqual({ verdict: 'good', faults: [] })
})

test.each([
  ['resolution-low', { dpi: 120 }, 'poor'],
  ['resolution-low', { dpi: 75, xHeight: 3 }, 'rescan'],
  ['print-too-small', { xHeight: 0.6 }, 'poor'],
  ['blurred', { sharpness: 0.3 }, 'poor'],
  ['blurred', { sharpness: 0.1 }, 'rescan'],
  ['faint', { contrast: 0.25 }, 'poor'],
  ['faint', { contrast: 0.1 }, 'rescan'],
  ['edge-cut', { cutLetters: 6 }, 'poor'],
  ['edge-cut', { cutLetters: 20 }, 'rescan'],
  ['dark-borders', { borders: 0.9 }, 'poor'],
  ['two-pages', { isTwofold: true }, 'poor'],
] as const)('%s: %o is %s', (fault, figures, verdict) => {
  expect(judgePage({ ...fine, ...figures })).toEqual({ verdict, faults: [fault] })
})

test('the worst fault is the verdict, and all are named', () => {
  expect(judgePage({ ...fine, sharpness: 0.1, borders: 0.2 })).toEqual({
    verdict: 'rescan',
    faults: ['blurred', 'dark-borders'],
  })
})

test('a page without small letters is not said to be of small print', () => {
  const { xHeight: _, ...photograph } = fine
  expect(judgePage(photograph).verdict).toBe('good')
})
