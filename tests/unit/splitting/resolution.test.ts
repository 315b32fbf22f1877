import { expect, test } from 'vitest'
import { plausibleDpi } from '../../../src/adapters/splitting/resolution.ts'

test.each([
  ['believes what the file says', 300, 2480, 3508, 300],
  ['believes a receipt', 200, 600, 2400, 200],
  ['takes a sheet larger than A3 for A4', 72, 2480, 3508, 300],
  ['takes a scan that says nothing for A4', undefined, 1654, 2339, 200],
  ['takes a landscape scan that says nothing for A4', undefined, 3508, 2480, 300],
  ['does not believe a sheet smaller than a stamp', 2400, 2480, 3508, 300],
] as const)('%s', (_, said, width, height, dpi) => {
  expect(plausibleDpi(said, width, height)).toBe(dpi)
})
