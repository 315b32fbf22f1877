import { expect, test } from 'vitest'
import { isSomebodyElse } from '../../../src/domain/identity.ts'
import type { KnownIdentity } from '../../../src/domain/understanding/compare.ts'

const zoe: KnownIdentity = { birthName: 'Le Goff', givenNames: 'Zoé', birthDate: '1974-03-12', sex: 'F' }

test.each<[string, Partial<KnownIdentity>]>([
  ['a birth name spelt otherwise', { birthName: 'LEGOFF' }],
  ['another birth name', { birthName: 'Martin' }],
  ['a birth date put right', { birthDate: '1974-12-03' }],
  ['a name mistyped and a birth date put right', { birthName: 'Le Gof', birthDate: '1974-12-03' }],
  ['a second given name and a birth date put right', { givenNames: 'Zoé Anne', birthDate: '1974-12-03' }],
  ['a sex that was wrong', { sex: 'M' }],
  ['a sex that was not known', { sex: undefined, birthName: 'Martin' }],
])('one file number stays the same person’s with %s', (_what, told) => {
  expect(isSomebodyElse(zoe, { ...zoe, ...told })).toBe(false)
})

test.each<[string, Partial<KnownIdentity>]>([
  ['another name and birth date', { birthName: 'Martin', birthDate: '1980-02-29' }],
  ['a sister’s given name and birth date', { givenNames: 'Léa', birthDate: '1976-05-01' }],
  ['a twin brother’s given name and sex', { givenNames: 'Paul', sex: 'M' }],
  ['another name, both of them', { birthName: 'Martin', givenNames: 'Léa' }],
])('one file number is somebody else’s with %s', (_what, told) => {
  expect(isSomebodyElse(zoe, { ...zoe, ...told })).toBe(true)
})

test('one matricule is one person, with its key or without', () => {
  const told = { birthName: 'Martin', givenNames: 'Léa', birthDate: '1980-02-29' }
  const known = { ...zoe, matricule: '274039900023114' }
  expect(isSomebodyElse(known, { ...told, matricule: '2 74 03 99 000 231' })).toBe(false)
  expect(isSomebodyElse(known, { ...told, matricule: '274039900023215' })).toBe(true)
})
