import { expect, test } from 'vitest'
import { traceOf } from '../../../workers/trace.ts'

test('the trace of an error tells its kind and place, never its words', () => {
  const error = new RangeError('Jeanne MARTIN\n    at the doctor: 2 79 03')
  const trace = traceOf(error)
  expect(trace.kind).toBe('RangeError')
  expect(trace.at?.[0]).toContain('trace.test.ts')
  expect(JSON.stringify(trace)).not.toMatch(/MARTIN|doctor/)
})

test('what is thrown without being an error has a kind only', () => {
  expect(traceOf('Jeanne MARTIN')).toEqual({ kind: 'string' })
})
