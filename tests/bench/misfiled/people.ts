import type { Person } from '../../../fixtures/generator/people.ts'
import type { Random } from '../../../fixtures/generator/random.ts'
import { nirKey } from '../../../src/domain/identifiers.ts'

/*
 * Patients as a service has them: names that are much alike, families, twins, strangers born on one day, married women.
 * Nobody: every NIR is of a country that was never given out.
 */

/** A patient of the bench; `usedName` is what married women's papers often say. */
export type Patient = Person & { readonly usedName: string | undefined; readonly family: number }

const surnames = [
  ...[
    'MARTIN',
    'MARTINEZ',
    'MARTEL',
    'MARTINET',
    'DURAND',
    'DURANT',
    'DURANDEAU',
    'LEFÈVRE',
    'LEFEBVRE',
    'LEFORT',
  ],
  ...[
    'BERNARD',
    'BERTRAND',
    'BERTHAUD',
    'MOREAU',
    'MOREL',
    'MORIN',
    'PETIT',
    'PETITJEAN',
    'ROY',
    'LEROY',
    'ROUX',
  ],
  ...[
    'LE GOFF',
    'LE GALL',
    'LE CORRE',
    'SAINT-JEAN',
    'SAINT-MARC',
    'DUPONT',
    'DUPOND',
    'DUPUIS',
    'DUPUY',
    'GIRARD',
  ],
  ...[
    'GÉRARD',
    'GIRAUD',
    'RENARD',
    'RENAUD',
    'ARNAUD',
    'BENOÎT',
    'BENAÏSSA',
    'HAMMOUDI',
    'NGUYEN',
    'DA SILVA',
  ],
  ...[
    'D’ALMEIDA',
    'FERREIRA',
    'KOWALSKI',
    'LEMAÎTRE',
    'LEMAIRE',
    'MAIRESSE',
    'PÉREZ',
    'PERRET',
    'PERROT',
    'PERRIN',
  ],
  ...[
    'DUVAL-MORIN',
    'ROUSSEL-PETIT',
    'CHEVALLIER',
    'CHEVALIER',
    'GUÉRIN',
    'GUÉRINEAU',
    'QUÉMÉNEUR',
    'QUÉMENER',
  ],
] as const
const women = [
  ...[
    'Anne',
    'Annie',
    'Marie-Claire',
    'Sylvie',
    'Sylviane',
    'Nathalie',
    'Amélie',
    'Émilie',
    'Fatima',
    'Chloé',
    'Léa',
  ],
  ...['Hélène', 'Françoise', 'Thi Mai', 'Joëlle', 'Noémie', 'Claire', 'Clara', 'Inès', 'Agnès'],
] as const
const men = [
  ...[
    'Jean',
    'Jean-Pierre',
    'Jean-Paul',
    'Paul',
    'Pierre',
    'Michel',
    'Mickaël',
    'Éric',
    'Cédric',
    'Loïc',
    'Karim',
  ],
  ...['François', 'Gaël', 'Joël', 'Noël', 'Hervé', 'René', 'André', 'Antoine', 'Antonin'],
] as const
const jobs = ['Soudeur', 'Agent de production', 'Aide-soignante', 'Chauffeur livreur', 'Comptable', 'Peintre']
const employers = [
  "Fonderie de l'Aulne",
  'Menuiserie Bois et Lignes',
  'Verrerie du Cap-Blanc',
  'Transports Girard',
]

export function drawPatients(count: number, random: Random): Patient[] {
  const patients: Patient[] = []
  while (patients.length < count) {
    const family = patients.length
    const first = drawOne(patients.length, random, family)
    patients.push(first)
    // Every fourth has a relative in the files: a twin, or a parent or child, of the same name.
    if (patients.length % 4 === 0) {
      const isTwin = random.next() < 0.4
      patients.push({
        ...drawOne(
          patients.length,
          random,
          family,
          first.birthName,
          isTwin ? first.birthDate : undefined,
          first,
        ),
      })
    }
    // Every sixth was born on the day of a stranger.
    if (patients.length % 6 === 0)
      patients.push(drawOne(patients.length, random, patients.length, undefined, first.birthDate))
  }
  return patients.slice(0, count)
}

function drawOne(
  index: number,
  random: Random,
  family: number,
  surname?: string,
  bornOn?: string,
  relative?: Patient,
): Patient {
  const sex = random.pick(['F', 'M'] as const)
  const names = (sex === 'F' ? women : men).filter((name) => name !== relative?.givenNames.split(' ')[0])
  const given = random.pick(names)
  const second = random.next() < 0.4 ? ` ${random.pick(names.filter((name) => name !== given))}` : ''
  const birthDate =
    bornOn ?? `${random.whole(1945, 2003)}-${two(random.whole(1, 12))}-${two(random.whole(1, 28))}`
  const [year, month] = birthDate.split('-')
  const thirteen = `${sex === 'M' ? 1 : 2}${year!.slice(2)}${month}99000${String(random.whole(1, 999)).padStart(3, '0')}`
  const birthName = surname ?? random.pick(surnames)
  return {
    ...{ sex, birthName, givenNames: `${given}${second}`, birthDate, birthplace: '99000', family },
    fileNumber: `SP-${10_000 + index * 7 + random.whole(0, 6)}`,
    matricule: `${thirteen}${nirKey(thirteen)}`,
    job: random.pick(jobs),
    employer: random.pick(employers),
    usedName: sex === 'F' && random.next() < 0.5 ? random.pick(surnames) : undefined,
  }
}

const two = (number: number): string => String(number).padStart(2, '0')
