import { describe, expect, test } from 'vitest'
import {
  mayChangeRetention,
  mayDeleteVersion,
  readRetention,
  retentionByDefault,
} from '../../../src/devstack/s3/lock.ts'

const now = new Date('2026-03-01T12:00:00Z')
const past = '2026-02-28T12:00:00.000Z'
const soon = '2026-03-02T12:00:00.000Z'
const later = '2026-06-01T12:00:00.000Z'
const compliance = (until: string) => ({ mode: 'COMPLIANCE', until }) as const
const governance = (until: string) => ({ mode: 'GOVERNANCE', until }) as const

describe('Object Lock', () => {
  test('lets nobody delete a version under COMPLIANCE', () => {
    for (const bypass of [false, true])
      expect(mayDeleteVersion({ retention: compliance(soon), legalHold: false }, now, bypass)).toBe(false)
  })

  test('lets whoever may bypass it delete a version under GOVERNANCE', () => {
    const lock = { retention: governance(soon), legalHold: false }
    expect(mayDeleteVersion(lock, now, false)).toBe(false)
    expect(mayDeleteVersion(lock, now, true)).toBe(true)
  })

  test('lets a version go once its retention has ended', () => {
    expect(mayDeleteVersion({ retention: compliance(past), legalHold: false }, now, false)).toBe(true)
  })

  test('puts a legal hold above all', () => {
    expect(mayDeleteVersion({ retention: compliance(past), legalHold: true }, now, true)).toBe(false)
  })

  test('lets COMPLIANCE be lengthened, and neither shortened, loosened nor lifted', () => {
    const present = compliance(soon)
    expect(mayChangeRetention(present, compliance(later), now, false)).toBe(true)
    expect(mayChangeRetention(compliance(later), compliance(soon), now, true)).toBe(false)
    expect(mayChangeRetention(present, governance(later), now, true)).toBe(false)
    expect(mayChangeRetention(present, undefined, now, true)).toBe(false)
  })

  test('lets GOVERNANCE be shortened or lifted only by whoever may bypass it', () => {
    for (const wanted of [governance(soon), undefined]) {
      expect(mayChangeRetention(governance(later), wanted, now, false)).toBe(false)
      expect(mayChangeRetention(governance(later), wanted, now, true)).toBe(true)
    }
    expect(mayChangeRetention(governance(soon), compliance(later), now, false)).toBe(true)
  })

  test('refuses a retention that is incomplete, unknown or over', () => {
    expect(() => readRetention('COMPLIANCE', undefined, now)).toThrow()
    expect(() => readRetention(undefined, soon, now)).toThrow()
    expect(() => readRetention('compliance', soon, now)).toThrow()
    expect(() => readRetention('COMPLIANCE', past, now)).toThrow()
    expect(() => readRetention('COMPLIANCE', 'tomorrow', now)).toThrow()
    expect(readRetention(undefined, undefined, now)).toBeUndefined()
  })

  test("counts a bucket's default retention from the put", () => {
    expect(retentionByDefault({ mode: 'COMPLIANCE', days: 1 }, now)).toEqual(compliance(soon))
  })
})
