import { expect, test } from 'vitest'
import { algorithmNames, algorithms, endedBy, endOf, endOfAll } from '../../../src/domain/algorithms.ts'

const date = (text: string) => new Date(`${text}T00:00:00Z`)

test('each algorithm has a source, and an end that is a day or none', () => {
  for (const name of algorithmNames) {
    expect(algorithms[name].source.length, name).toBeGreaterThan(10)
    const { until } = algorithms[name]
    expect(until === null || !Number.isNaN(Date.parse(until)), name).toBe(true)
  }
})
test('an algorithm is relied upon on its last day, and not on the day after', () => {
  expect(endOf('rsa-2048')).toEqual(date('2029-01-01'))
  expect(endedBy(date('2028-12-31'))).toEqual(['sha1'])
  expect(endedBy(date('2029-01-01'))).toEqual(['sha1', 'rsa-2048'])
})
test('the configuration brings an end nearer, puts it off, or takes it away', () => {
  expect(endOf('sha256')).toBeUndefined()
  expect(endOf('sha256', { sha256: '2030-06-30' })).toEqual(date('2030-07-01'))
  expect(endOf('rsa-2048', { 'rsa-2048': null })).toBeUndefined()
  expect(endedBy(date('2026-01-01'), { ed25519: '2025-01-01' })).toEqual(['sha1', 'ed25519'])
})
test('what rests on several ends with the first of them', () => {
  expect(endOfAll(['sha256', 'ecdsa-p256', 'rsa-2048'])).toEqual(date('2029-01-01'))
  expect(endOfAll(['sha256'])).toBeUndefined()
})
