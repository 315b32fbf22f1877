import { describe, expect, test } from 'vitest'
import { fold } from '../../../../src/domain/understanding/folding.ts'
import { PageFindings } from '../../../../src/domain/understanding/findings.ts'
import { readDates } from '../../../../src/domain/understanding/read-dates.ts'
import { DocumentTypes } from '../../../../src/domain/understanding/document-types.ts'
import { documentTypes, pageOf, understand } from './pages.ts'

test.each([
  ['12/03/1974', '1974-03-12'],
  ['12-03-1974', '1974-03-12'],
  ['12.3.74', '1974-03-12'],
  ['12 03 1974', '1974-03-12'],
  ['1974-03-12', '1974-03-12'],
  ['12 mars 1974', '1974-03-12'],
  ['1er août 2019', '2019-08-01'],
  ['3 févr. 2008', '2008-02-03'],
  ['I2/O3/1974', '1974-03-12'],
  ['le12/03/1974Sexe', '1974-03-12'],
])('%s is a day', (text, date) => expect(readDates(fold(text)).map((one) => one.date)).toEqual([date]))

test.each(['31/02/1974', '12/13/1974', '12/03/19,74', 'IS/SO/SIOS', '1974', '12/8', '192.168.10.12'])(
  '%s is none',
  (text) => expect(readDates(fold(text))).toEqual([]),
)

describe('the day of a paper', () => {
  test('is that of its place and day, not a birth date nor a day to come', () => {
    const text =
      'Né(e) le : 12/03/1974\nÀ revoir au plus tard le : 05/06/2016\nFait à Villebourg, le 05/06/2014'
    expect(understand(text).date?.value).toBe('2014-06-05')
  })

  test('is not said where there is no date', () => expect(understand('Cher confrère,').date).toBeNull())
})

describe('the kind of a paper', () => {
  test.each([
    ['letter', 'Cher confrère,\nJe vous prie d’agréer mes sentiments confraternels'],
    ['visit', 'Fiche de visite d’information et de prévention\nMotif de la visite'],
    ['aptitude-certificate', 'Avis d’aptitude\nNature du risque'],
    ['laboratory', 'Compte rendu d’analyses\nHémoglobine 14 g/dL\nValeurs de référence'],
    ['prescription', 'Ordonnance\nun comprimé matin et soir'],
    ['consent', 'Recueil du consentement\nJe soussigné(e)'],
    ['exposure-sheet', 'Fiche individuelle d’exposition'],
    ['insurance', 'Attestation de tiers payant\nN° d’adhérent : 12345678'],
    ['other', 'Plan du site\nParking'],
  ])('%s', (code, text) => expect(understand(text).type.code).toBe(code))

  test('is found though a letter in eight is wrong and spaces are lost', () => {
    expect(understand('Fiche individuclled’exposltion').type.code).toBe('exposure-sheet')
  })

  test('stands where it was read, also when its first letter is missing and nothing is above it', () => {
    expect(understand('\nompte rendu d’analyses').type).toMatchObject({
      code: 'laboratory',
      places: [{ line: 1 }],
    })
  })

  test('shows the lines that spoke for it, and how sure it is', () => {
    const { confidence, places } = understand('Bonjour\nAvis d’aptitude').type
    expect(places.map(({ line }) => line)).toEqual([1])
    expect(confidence).toBeGreaterThan(0.5)
  })
})

describe('an insurance paper', () => {
  const text =
    'Mutuelle des Trois-Vallons\nOrganisme : Mutuelle des Trois-Vallons\nN° de contrat : CS-479975 N° d’adhérent : 16464376'

  test('gives insurer, contract and member number', () => {
    const { insurance } = understand(text)
    expect(insurance.map(({ kind, value }) => [kind, value])).toEqual([
      ['insurer', 'Mutuelle des Trois-Vallons'],
      ['contract-number', 'CS-479975'],
      ['member-number', '16464376'],
    ])
  })

  test('is asked for numbers, not for words', () => {
    expect(understand('N° de contrat : à compléter').insurance).toEqual([])
  })
})

describe('a finding', () => {
  const { people } = understand('SPST\nNom : QUERMELEUC Prénom : Hermeline')

  test('says in which words of which line it was read, and where they stand', () => {
    expect(people[0]).toMatchObject({ kind: 'name', value: 'QUERMELEUC', place: { line: 1, words: [2, 2] } })
    expect(people[0]!.place.box).toEqual(pageOf('a\nb b b').lines[1]!.words[2]!.box)
  })

  test('is less sure where its words were read less well', () => {
    expect(people[0]!.confidence).toBeLessThan(0.9)
    expect(people[0]!.confidence).toBeGreaterThan(0.5)
  })

  test('survives being staged', () => {
    const findings = understand('Nom : QUERMELEUC\nFait le 05/06/2014')
    expect(PageFindings.parse(JSON.parse(JSON.stringify(findings)))).toEqual(findings)
  })
})

test.each([
  '',
  '\n\n',
  ':',
  '::: ;',
  '0',
  'Nom',
  'Nom :',
  'Né(e) le :',
  'N° de sécurité sociale :',
  '\u{1F600} é'.repeat(50),
])('a page of %j is looked at without harm', (text) =>
  expect(() => PageFindings.parse(understand(text))).not.toThrow(),
)

describe('the kinds of papers', () => {
  test('that are shipped have insurance papers among them', () => {
    expect(documentTypes.types.map(({ code }) => code)).toContain('insurance')
  })

  test('may not be named twice, nor « other »', () => {
    const [first] = documentTypes.types
    expect(DocumentTypes.safeParse({ ...documentTypes, types: [first, first] }).success).toBe(false)
    expect(DocumentTypes.safeParse({ ...documentTypes, types: [{ ...first, code: 'other' }] }).success).toBe(
      false,
    )
  })
})
