import { expect, test } from 'vitest'
import { resolutionOf } from '../../../src/adapters/splitting/resolution.ts'

const dots = (across: number, down = across, isRatio = false) => ({ across, down, isRatio })

test.each([
  ['believes what the file says', dots(300), 2480, 3508, 300],
  ['believes a receipt', dots(200), 600, 2400, 200],
] as const)('%s', (_, told, width, height, dpi) => {
  expect(resolutionOf(told, { width, height })).toEqual({ dpi, width, height })
})

test.each([
  ['takes a sheet larger than A3 for A4', dots(72), 2480, 3508, 300],
  ['takes a scan that says nothing for A4', undefined, 1654, 2339, 200],
  ['takes a landscape scan that says nothing for A4', undefined, 3508, 2480, 300],
  ['does not believe a sheet smaller than a stamp', dots(2400), 2480, 3508, 300],
  ['does not believe one dot to the inch', dots(1), 2480, 3508, 300],
  ['does not believe as many dots as can be said', dots(65_535), 1654, 2339, 200],
  ['knows from a ratio no resolution', dots(1, 1, true), 1654, 2339, 200],
  ['believes of two densities that nobody scans with the one that may be', dots(300, 1), 2480, 3508, 300],
  ['whichever of both that is', dots(65_535, 300), 2480, 3508, 300],
] as const)('%s, and says so', (_, told, width, height, dpi) => {
  expect(resolutionOf(told, { width, height })).toEqual({ dpi, width, height, dpiIsAssumed: true })
})

test.each([
  ['a fax', dots(204, 98), 1728, 1145, { dpi: 204, width: 1728, height: 2383 }],
  ['a fine fax', dots(204, 196), 1728, 2291, { dpi: 204, width: 1728, height: 2385 }],
  ['a superfine fax', dots(204, 391), 1728, 4570, { dpi: 391, width: 3312, height: 4570 }],
] as const)(
  'stretches %s to its finer density, and keeps what it was',
  (_, told, width, height, expected) => {
    const { across, down } = told
    expect(resolutionOf(told, { width, height })).toEqual({
      ...expected,
      scannedDpi: { across: expect.closeTo(across, 0), down: expect.closeTo(down, 0) },
    })
  },
)

test('stretches by a ratio alone, and assumes the rest', () => {
  expect(resolutionOf(dots(2, 1, true), { width: 1654, height: 1170 })).toEqual({
    ...{ dpi: 200, width: 1654, height: 2340, dpiIsAssumed: true },
    scannedDpi: { across: 200, down: 100 },
  })
})
