import { expect, test } from 'vitest'
import { nirKey } from '../../../src/domain/identifiers.ts'
import { namesSomeoneElse } from '../../../src/domain/identity-check.ts'

const nir = (thirteen: string) => `${thirteen}${nirKey(thirteen)}`
const own = nir('2740399000231')
const other = nir('1680599000417')
const patient = { matricule: own, birthName: 'QUÉRMELEUC', givenNames: 'Hermeline', birthDate: '1974-03-12' }

const cases: readonly [string, string, boolean][] = [
  ['a page that names nobody is no conflict', 'Taux de plomb : 12 µg/dl', false],
  ['the patient’s own NIR is no conflict', `N° SS : ${own}`, false],
  ['another person’s NIR is a conflict', `N° SS : ${other}`, true],
  [
    'a NIR misread by one figure fails its key and stays silent',
    `N° SS : ${other.slice(0, 5)}0${other.slice(6)}`,
    false,
  ],
  ['both NIRs on one page belong to the patient: a form may name a relative', `${own} ${other}`, false],
  ['another birth name under its label is a conflict', 'Nom de naissance : TRÉVARNEC', true],
  ['the patient’s name under its label is none, without its accents', 'Nom : QUERMELEUC', false],
  ['a name misread by a letter is none', 'Nom : QUERMELEUG Hermeline', false],
  ['a name without a label says nothing', 'Docteur TRÉVARNEC', false],
]

test.each(cases)('%s', (_, text, expected) => {
  expect(namesSomeoneElse(text, patient)).toBe(expected)
})

const named: readonly [string, string, string, boolean][] = [
  ['a longer name that begins like it is another', 'MARTIN', 'Nom : MARTINEZ Paul', true],
  ['a name that has it inside is another', 'LE', 'Nom : LEMOINE Paul', true],
  ['a name of two words, read as one, is the same', 'LE GOFF', 'Nom : LEGOFF Anne', false],
  ['a name with a hyphen, read as two words, is the same', 'SAINT-JEAN', 'Nom : SAINT JEAN Luc', false],
  ['after given names it is still found', 'MARTIN', 'Nom : Paul MARTIN', false],
  ['after the name of a marriage it is still found', 'MARTIN', 'Nom : DURAND née MARTIN', false],
]

test.each(named)('%s', (_, birthName, text, expected) => {
  expect(namesSomeoneElse(text, { birthName, givenNames: 'X', birthDate: '1974-03-12' })).toBe(expected)
})
