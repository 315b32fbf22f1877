import fc from 'fast-check'
import { expect, test } from 'vitest'
import { looksBarcoded } from '../../../src/adapters/images/barcode-like.ts'
import { modulesPath } from '../../../src/adapters/pdf/symbols.ts'
import { encodeCoverSheet } from '../../../src/domain/cover-sheet.ts'
import { block, disc, paper } from './canvas.ts'
import { drawModules } from './modules.ts'

const symbol = modulesPath(encodeCoverSheet({ batch: 'LOT-1', sequence: 1, count: 9, patient: 'D-1047' }))

test('a cover sheet always looks like one, however it lies, however faint and noisy it is', () => {
  fc.assert(
    fc.property(
      fc.record({
        size: fc.integer({ min: 14, max: 22 }),
        degrees: fc.integer({ min: 0, max: 359 }),
        ink: fc.integer({ min: 0, max: 110 }),
        level: fc.integer({ min: 170, max: 255 }),
        noise: fc.integer({ min: 0, max: 25 }),
        seed: fc.nat(),
      }),
      (scan) => {
        expect(looksBarcoded(drawModules(symbol, scan))).toBe(true)
      },
    ),
    { numRuns: 40, seed: 22 },
  )
})

test('an empty sheet, a punch hole, a black box and ruled paper do not', () => {
  const sheet = paper()
  expect(looksBarcoded(sheet)).toBe(false)
  disc(sheet, 45, 420, 12)
  block(sheet, 200, 200, 150, 90)
  for (let y = 400; y < 1100; y += 24) block(sheet, 60, y, 700, 2)
  expect(looksBarcoded(sheet)).toBe(false)
})
