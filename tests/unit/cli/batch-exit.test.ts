import { expect, test } from 'vitest'
import { exitOf } from '../../../src/cli/batch-wait.ts'
import { ageOf } from '../../../src/cli/queue-age.ts'

test.each([
  ['closed, all archived', { state: 'closed', documents: { verified: 5 } }, 0],
  ['closed, one refused by its patient', { state: 'closed', documents: { verified: 4, refused: 1 } }, 0],
  ['closed, one rejected', { state: 'closed', documents: { verified: 4, rejected: 1 } }, 3],
  ['rejected', { state: 'rejected', documents: {} }, 3],
  ['held', { state: 'held', documents: {} }, 4],
  ['with documents held', { state: 'composed', documents: { verified: 4, held: 1 } }, 4],
  ['with a document failed', { state: 'composed', documents: { verified: 4, failed: 1 } }, 3],
] as const)('a batch %s ends a wait with its exit code', (_what, batch, exit) => {
  expect(exitOf(batch, [{ state: 'split' }, { state: 'duplicate' }])).toBe(exit)
})

test('a batch of which a file was rejected does not end well', () => {
  expect(exitOf({ state: 'closed', documents: { verified: 1 } }, [{ state: 'rejected' }])).toBe(3)
})

test('says ages in the unit that people would use', () => {
  expect([45_000, 600_000, 10_800_000, 432_000_000].map((ms) => ageOf(ms, 'j'))).toEqual([
    '45 s',
    '10 min',
    '3 h',
    '5 j',
  ])
})
