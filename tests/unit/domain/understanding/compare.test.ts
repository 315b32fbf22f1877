import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { KnownIdentity } from '../../../../src/domain/understanding/compare.ts'
import { compareDocument } from '../../../../src/domain/understanding/compare-document.ts'
import { compare, nir, understand } from './pages.ts'

const own = nir('2740399000231')
const other = nir('1680599000417')
const patient: KnownIdentity = {
  ...{ fileNumber: 'SP-10231', matricule: own, birthName: 'QUÉRMELEUC', givenNames: 'Hermeline Rozenn' },
  ...{ birthDate: '1974-03-12', sex: 'F' },
}
const verdictOf = (text: string, who: KnownIdentity = patient): string => {
  const comparison = compare(text, who)
  return comparison.verdict === 'conflict' ? comparison.kinds.join(' ') : comparison.verdict
}

const cases: readonly [string, string, string][] = [
  ['a page that names nobody is silent', 'Taux de plomb : 12 µg/dl', 'silence'],
  ['the patient’s own NIR agrees', `N° SS : ${own}`, 'agreement'],
  ['another person’s NIR is a conflict', `N° SS : ${other}`, 'nir'],
  [
    'a NIR misread by one figure fails its key and stays silent',
    `N° SS : ${other.slice(0, 5)}0${other.slice(6)}`,
    'silence',
  ],
  ['beside the patient’s own, another NIR says nothing', `${own} ${other}`, 'agreement'],
  ['another birth name under its label is a conflict', 'Nom de naissance : TRÉVARNEC', 'name'],
  ['the patient’s name agrees without its accents', 'Nom : QUERMELEUC', 'agreement'],
  ['a name misread by a letter agrees', 'Nom : QUERMELEUG Hermeline', 'agreement'],
  ['a physician’s name says nothing', 'Docteur TRÉVARNEC', 'silence'],
  ['the name of a physician under a label says nothing', 'Nom du médecin : TRÉVARNEC Paul', 'silence'],
  ['nor who sent the patient', 'Adressée par le Dr Paul TRÉVARNEC', 'silence'],
  ['nor an employer', 'Employeur : TRÉVARNEC Frères', 'silence'],
  ['nor « Nom du » somebody whom nobody knows', 'Nom du formateur TRÉVARNEC Paul', 'silence'],
  ['nor a spouse in a sentence', 'Vue avec son époux M. Paul TRÉVARNEC né le 03/05/1970.', 'silence'],
  ['nor a colleague in passing', 'Elle travaille avec Mme Anne TRÉVARNEC depuis mars.', 'silence'],
  ['nor whoever is to be called', 'Personne à prévenir : TRÉVARNEC Paul', 'silence'],
  [
    'nor a child in the part of a form about children',
    'Enfants :\nNom : TRÉVARNEC\nPrénom : Lou\nNé(e) le : 05/04/2011',
    'silence',
  ],
  [
    'the spouse’s NIR in the part about the spouse says nothing',
    `Conjoint :\nNom : TRÉVARNEC\nN° de sécurité sociale : ${other}`,
    'silence',
  ],
  [
    'the insured’s NIR is none of a patient who is named entirely',
    `Nom : QUERMELEUC Prénom : Hermeline\nNée le 12/03/1974\nN° SS : ${other}`,
    'agreement',
  ],
  [
    'name, given names and birth date of another',
    'Nom : TRÉVARNEC Prénoms : Paul\nNé(e) le : 03/05/1968',
    'name given-names birth-date',
  ],
  [
    'a patient in a letter',
    'Patient : Monsieur Paul TRÉVARNEC, né le 03/05/1968',
    'name given-names birth-date',
  ],
  [
    'the heading of a prescription',
    'Madame Anne TRÉVARNEC\nDate de naissance : 03/05/1968',
    'name given-names birth-date',
  ],
  [
    'a twin: family name and birth date are the patient’s',
    'Nom : QUERMELEUC Prénom : Guénolé\nNé(e) le : 12/03/1974',
    'given-names',
  ],
  ['a relative of the same name', 'Nom : QUERMELEUC Prénom : Guénolé', 'given-names'],
  [
    'a namesake born on another day',
    'Nom : QUERMELEUC Prénom : Hermeline\nNé(e) le : 30/11/1991',
    'birth-date',
  ],
  [
    'a stranger born on the same day',
    'Nom de naissance : TRÉVARNEC Prénom : Paul\nNé(e) le : 12/03/1974',
    'name given-names',
  ],
  ['a married woman’s name of use', 'Nom : DURAND Prénom : Hermeline\nNée le : 12/03/1974', 'agreement'],
  ['a name of use under its label', 'Nom d’usage : DURAND Nom de naissance : QUERMELEUC', 'agreement'],
  ['« née » tells the birth name', 'Patiente : Madame DURAND née TRÉVARNEC', 'name'],
  ['a birth date with one figure misread', 'Nom : QUERMELEUC Hermeline\nNé(e) le : 12/03/1979', 'agreement'],
  [
    'a birth date that changed places with its month',
    'Nom : QUERMELEUC Hermeline\nNé(e) le : 03/12/1974',
    'agreement',
  ],
  ['a labelled birth date alone', 'Date de naissance : 30/11/1991', 'birth-date'],
  ['in words', 'Nom : TRÉVARNEC Paul, né le 3 mai 1968', 'name given-names birth-date'],
  [
    'label above, value below',
    'Nom Prénom Date de naissance\nTRÉVARNEC Paul 03/05/1968',
    'name given-names birth-date',
  ],
  ['the file’s number alone agrees', 'Secret médical. Dossier SP-10231', 'agreement'],
  ['another file of the service', 'Secret médical. Dossier SP-10488', 'file-number'],
  ['a file number that one figure may have been misread in', 'Secret médical. Dossier SP-10281', 'silence'],
  ['a laboratory’s own number', 'Dossier 2024-88812', 'silence'],
  ['a name of use in the patient’s own file', 'Nom : DURAND\nDossier SP-10231', 'silence'],
  ['labels with misread letters', 'Nem de naissance : TREVARNEC\nNé(e) |e : 03/05/1968', 'name birth-date'],
  ['labels without their spaces', 'Nomdenaissance:TRÉVARNEC Prénoms:Paul', 'name given-names'],
]

test.each(cases)('%s', (_, text, expected) => {
  expect(verdictOf(text)).toBe(expected)
})

const named: readonly [string, string, string, boolean][] = [
  ['a longer name that begins like it is another', 'MARTIN', 'Nom : MARTINEZ Paul', true],
  ['a name that has it inside is another', 'LE', 'Nom : LEMOINE Paul', true],
  ['a name of two words, read as one, is the same', 'LE GOFF', 'Nom : LEGOFF', false],
  ['a name with a hyphen, read as two words, is the same', 'SAINT-JEAN', 'Nom : SAINT JEAN', false],
  ['after the name of a marriage it is still found', 'MARTIN', 'Nom : DURAND née MARTIN', false],
  ['one half of a composed name may be all that was written', 'DURAND-MARTIN', 'Nom : MARTIN', false],
  ['a small word before the name is no given name', 'SANTOS', 'Nom : DOS SANTOS', false],
  ['nor is what an apostrophe cuts off', 'N’DIAYE', 'Nom : N DIAYE', false],
  ['a small word may be left out before a short name', 'LE ROY', 'Nom : ROY', false],
  ['letters that print joins are two in capitals', 'Lebœuf', 'Nom : LEBOEUF', false],
  ['and in other languages', 'Weiß', 'Nom : WEISS Prénom : Luc', false],
  ['and the other way round', 'LEBOEUF', 'Nom : Lebœuf', false],
  ['a saint may be abridged', 'SAINT-MARTIN', 'Nom : ST MARTIN', false],
  ['a name behind a small particle is another', 'LEFEVRE', 'Nom : de Villiers', true],
  ['and behind several', 'LEFEVRE', 'Nom : van der Berg', true],
  ['and with an apostrophe', 'LEFEVRE', 'Nom : d’Almeida', true],
  ['but no name is read from a sentence', 'LEFEVRE', 'Concerne : la Reprise du travail', false],
]
test.each(named)('%s', (_, birthName, text, isOther) => {
  const who = { birthName, givenNames: 'Luc', birthDate: '1974-03-12' }
  expect(compare(text, who).verdict === 'conflict').toBe(isOther)
})

test('a given name alone tells a family apart, an initial does not', () => {
  expect(verdictOf('Nom : QUERMELEUC Prénom : H.')).toBe('agreement')
  expect(verdictOf('Nom : QUERMELEUC Prénom : H.R.')).toBe('agreement')
  expect(verdictOf('Nom : QUERMELEUC Prénom : Paul')).toBe('given-names')
})

describe('names of use', () => {
  const known =
    'Nom de naissance : QUERMELEUC Prénom : Hermeline\nNom d’usage : DURAND\nNé(e) le : 12/03/1974'
  const bare = 'Nom : DURAND Prénom : Hermeline\nNé(e) le : 12/03/1979'

  test('are known for the other pages of the document where one page gives both names', () => {
    const pages = [understand(known), understand('Nom : DURAND')]
    expect(compareDocument(pages, patient)).toEqual({ agreeing: 2, silent: 0, conflicts: [] })
  })

  test('do not make a stranger of a woman whose given name is right', () => {
    expect(verdictOf(bare)).not.toContain('name')
  })
})

const letters = fc
  .array(fc.constantFrom(...'ABCDEFGHIJKLMNOPRSTUV'.split('')), { minLength: 5, maxLength: 11 })
  .map((all) => all.join(''))
const day = fc
  .date({ min: new Date('1940-01-01'), max: new Date('2006-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10))
const person = fc
  .record({
    birthName: letters,
    givenNames: letters,
    birthDate: day,
    number: fc.integer({ min: 1, max: 999 }),
    sex: fc.constantFrom('F' as const, 'M' as const),
  })
  .map(({ number, ...who }): KnownIdentity & { matricule: string; fileNumber: string } => {
    const [year, month] = who.birthDate.split('-')
    const matricule = nir(
      `${who.sex === 'M' ? 1 : 2}${year!.slice(2)}${month}99000${String(number).padStart(3, '0')}`,
    )
    return { ...who, matricule, fileNumber: `SP-${10_000 + number}` }
  })
const french = (date: string) => date.split('-').toReversed().join('/')
const groups = (fifteen: string) => fifteen.replace(/^(.)(..)(..)(..)(...)(...)(..)$/, '$1 $2 $3 $4 $5 $6 $7')

const factsOf = (who: KnownIdentity & { matricule: string; fileNumber: string }) => [
  `Nom de naissance : ${who.birthName}`,
  `Nom : ${who.birthName} Prénom : ${who.givenNames}`,
  `Prénoms : ${who.givenNames}`,
  `Né(e) le : ${french(who.birthDate)}`,
  `N° de sécurité sociale : ${groups(who.matricule)}`,
  `NIR ${who.matricule}`,
  `Patient : ${who.sex === 'F' ? 'Madame' : 'Monsieur'} ${who.givenNames} ${who.birthName}`,
  `Dossier ${who.fileNumber}`,
]

describe('laws', () => {
  test('a page that holds the patient’s own facts alone is never a conflict, in whatever order, often or spacing', () => {
    fc.assert(
      fc.property(
        person,
        fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('\n', '\nTaux de plomb : 12\n', '\n\n'),
        (who, order, gap) => {
          const text = order.map((at) => factsOf(who)[at]!).join(gap)
          expect(compare(text, who).verdict).not.toBe('conflict')
        },
      ),
    )
  })

  test('a page with another person’s NIR, name and birth date is always a conflict, unless they are much alike', () => {
    fc.assert(
      fc.property(person, person, (who, stranger) => {
        fc.pre(
          who.birthDate.slice(0, 4) !== stranger.birthDate.slice(0, 4) &&
            differing(who.matricule, stranger.matricule) > 2,
        )
        expect(compare(factsOf(stranger).join('\n'), who).verdict).toBe('conflict')
      }),
    )
  })

  test('what is said of a page does not depend on the other pages, when nobody bears two names', () => {
    fc.assert(
      fc.property(person, person, (who, stranger) => {
        const pages = [who, stranger, who].map((one) => understand(factsOf(one).slice(0, 4).join('\n')))
        const alone = pages.map((page) => compareDocument([page], who))
        const together = compareDocument(pages, who)
        expect(together.conflicts).toHaveLength(alone.filter(({ conflicts }) => conflicts.length > 0).length)
      }),
    )
  })
})

const differing = (a: string, b: string) => a.split('').filter((character, at) => character !== b[at]).length
