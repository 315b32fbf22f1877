import { describe, expect, test } from 'vitest'
import {
  clockSighting,
  judgeStorage,
  lockSighting,
  refusalSighting,
  type Sighting,
  type Sightings,
  type StorageFeature,
  storageFeatures,
  type StorageUse,
} from '../../../src/domain/storage.ts'

const allBut = (others: Partial<Record<StorageFeature, Sighting>>): Sightings =>
  ({
    ...Object.fromEntries(storageFeatures.map((feature) => [feature, { seen: 'yes' }])),
    ...others,
  }) as Sightings
const fit = (use: StorageUse, others: Partial<Record<StorageFeature, Sighting>>) =>
  judgeStorage(use, allBut(others)).fit

describe('a storage', () => {
  test('that does everything is fit for anything', () => {
    for (const use of ['archive', 'unlocked-archive', 'staging'] as const) expect(fit(use, {})).toBe('yes')
  })

  test.each([
    'versioning',
    'object-lock',
    'lock-lengthened',
    'lock-not-shortened',
    'deletion-refused',
  ] as const)('without %s is no archive, but may hold the staging', (feature) => {
    expect(fit('archive', { [feature]: { seen: 'no' } })).toBe('no')
    expect(fit('archive', { [feature]: { seen: 'unknown' } })).toBe('unproven')
    expect(fit('staging', { [feature]: { seen: 'no' } })).toBe('yes')
    expect(fit('unlocked-archive', { [feature]: { seen: 'no' } })).toBe('yes')
  })

  test.each(['multipart', 'range'] as const)('is nothing at all without %s', (feature) => {
    for (const use of ['archive', 'unlocked-archive', 'staging'] as const)
      expect(fit(use, { [feature]: { seen: 'no' } })).toBe('no')
  })

  test.each(['conditional-put', 'checksum', 'lock-of-parts', 'legal-hold', 'clock'] as const)(
    'may lack %s',
    (feature) => {
      expect(fit('archive', { [feature]: { seen: 'no' } })).toBe('yes')
    },
  )

  test('is not asked for locks where it is there to be emptied', () => {
    const asked = judgeStorage('staging', allBut({})).features.map(({ feature }) => feature)
    expect(asked).toEqual(['reachable', 'clock', 'checksum', 'signed-body', 'multipart', 'range'])
  })

  test('that lacks one thing for sure is unfit, whatever else could not be seen', () => {
    expect(fit('archive', { versioning: { seen: 'unknown' }, 'object-lock': { seen: 'no' } })).toBe('no')
  })
})

describe('what is seen', () => {
  const asked = new Date('2026-11-22T10:00:00.400Z')

  test('a lock kept to the second is the lock that was asked for', () => {
    expect(lockSighting(asked, new Date('2026-11-22T10:00:00Z'))).toEqual({ seen: 'yes' })
    expect(lockSighting(asked, new Date('2026-11-22T10:00:05Z'))).toMatchObject({ seen: 'no' })
    expect(lockSighting(asked, undefined)).toMatchObject({ seen: 'no', reason: 'not-kept' })
  })

  test('a refusal proves a lock only when the same deletion passes later', () => {
    expect(refusalSighting(true, true)).toEqual({ seen: 'yes' })
    expect(refusalSighting(true, false)).toMatchObject({ seen: 'unknown' })
    expect(refusalSighting(false, true)).toEqual({ seen: 'no' })
  })

  test('clocks may differ by a minute', () => {
    expect(clockSighting(-60_000).seen).toBe('yes')
    expect(clockSighting(60_001).seen).toBe('no')
  })
})
