import { expect, test } from 'vitest'
import { isUnseenText, placementOf, turnOf, unitSquare } from '../../../src/adapters/splitting/placement.ts'

const scan = 'q 595 0 0 842 0 0 cm /Im0 Do Q'

test('finds the one image of a scanned page', () => {
  expect(placementOf(scan)).toEqual({ name: 'Im0', matrix: [595, 0, 0, 842, 0, 0] })
})

test('multiplies the transformations on the way to the image', () => {
  expect(placementOf('q .5 0 0 .5 10 20 cm q 100 0 0 200 0 0 cm /X Do Q Q')?.matrix).toEqual([
    50, 0, 0, 100, 10, 20,
  ])
})

test('lets the invisible text of a scanner pass', () => {
  expect(placementOf(`${scan} BT 3 Tr /F1 12 Tf 1 0 0 1 10 10 Tm (Nom \\) (x)) Tj ET`)?.name).toBe('Im0')
})

test.each([
  ['visible text', `${scan} BT /F1 12 Tf (Tampon) Tj ET`],
  ['text made visible again', `${scan} BT 3 Tr (a) Tj 0 Tr (b) Tj ET`],
  ['text that is visible once its graphics state ends', `${scan} q BT 3 Tr (a) Tj ET Q BT (Tampon) Tj ET`],
  ['a second image', `${scan} q 10 0 0 10 0 0 cm /Im1 Do Q`],
  ['a drawn line', `${scan} 0 0 m 10 10 l S`],
  ['a filled rectangle', `${scan} 0 0 10 10 re f`],
  ['an inline image', 'q 1 0 0 1 0 0 cm BI /W 1 ID x EI Q'],
  ['a graphics state of unknown effect', `/GS0 gs ${scan}`],
  ['nothing', ''],
])('does not take a page with %s for one image', (_, content) => {
  expect(placementOf(content)).toBeUndefined()
})

test('notes what the image is clipped to', () => {
  expect(placementOf(`0 0 300 842 re W n ${scan}`)?.clip).toEqual({ x0: 0, y0: 0, x1: 300, y1: 842 })
})

test('forgets a clip when its graphics state ends', () => {
  expect(placementOf(`q 0 0 3 8 re W n Q ${scan}`)?.clip).toBe(undefined)
})

test.each([
  [0, [595, 0, 0, 842, 0, 0]],
  [90, [0, -595, 842, 0, 0, 595]],
  [180, [-595, 0, 0, -842, 595, 842]],
  [270, [0, 595, -842, 0, 842, 0]],
] as const)('sees an image turned by %i degrees', (turn, matrix) => {
  expect(turnOf(matrix)).toBe(turn)
})

test('sees that a mirrored or slanted image is no plain turn', () => {
  expect(turnOf([-595, 0, 0, 842, 595, 0])).toBeUndefined()
  expect(turnOf([595, 20, -20, 842, 0, 0])).toBeUndefined()
})

test('knows where a turned image lies', () => {
  expect(unitSquare([0, -595, 842, 0, 0, 595])).toEqual({ x0: 0, y0: 0, x1: 842, y1: 595 })
})

test('tells that invisible text lies over the image, in the page or in a form', () => {
  const text = 'BT 3 Tr /F1 12 Tf (Nom) Tj ET'
  expect(placementOf(`${scan} ${text}`)?.hasText).toBe(true)
  expect(placementOf(`${scan} q /OCR Do Q`, (name) => name === 'OCR')).toMatchObject({
    name: 'Im0',
    hasText: true,
  })
  expect(placementOf(`q /OCR Do Q ${scan}`, (name) => name === 'OCR')?.name).toBe('Im0')
  expect(placementOf(scan)?.hasText).toBeUndefined()
})

test('lets colours pass that nothing is painted with, not those that a stencil would take on', () => {
  expect(placementOf(`${scan} BT 0 0 0 rg 3 Tr (a) Tj ET`)?.name).toBe('Im0')
  expect(placementOf(`1 0 0 rg ${scan}`)).toBeUndefined()
})

test.each([
  ['invisible text alone', 'q 1 0 0 1 0 0 cm BT 3 Tr (a) Tj ET Q', true],
  ['text that may be visible', 'BT (a) Tj ET', false],
  ['text that is visible once its graphics state ends', 'q BT 3 Tr (a) Tj ET Q BT (b) Tj ET', false],
  ['text that is invisible in all of it', '3 Tr q BT (a) Tj ET Q q 3 Tr BT (b) Tj ET Q BT (c) Tj ET', true],
  ['a further form', 'BT 3 Tr (a) Tj ET /X Do', false],
  ['nothing', 'q Q', false],
])('takes a form with %s for unseen text: %#', (_, content, isUnseen) => {
  expect(isUnseenText(content)).toBe(isUnseen)
})
