import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoffMs } from '../../../workers/backoff.ts'

test('each wait is twice the last, up to ten minutes', () => {
  const waits = [0, 1, 2, 3, 20, 2_000].map((attempts) => backoffMs(attempts, 2_000, () => 0.999_999))
  expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 600_000, 600_000])
})

test('chance never takes more than half of a wait, and never adds to it', () => {
  fc.assert(
    fc.property(
      fc.nat(50),
      fc.integer({ min: 1, max: 60_000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, base, chance) => {
        const full = Math.min(base * 2 ** attempts, 600_000)
        const wait = backoffMs(attempts, base, () => chance)
        expect(wait).toBeGreaterThanOrEqual(Math.floor(full / 2))
        expect(wait).toBeLessThanOrEqual(full + 1)
      },
    ),
  )
})
