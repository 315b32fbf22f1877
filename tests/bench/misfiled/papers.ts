import { foot, signature } from '../../../fixtures/generator/ornaments.ts'
import { aptitude } from '../../../fixtures/generator/papers/aptitude.ts'
import { consentForm } from '../../../fixtures/generator/papers/consent-form.ts'
import { exposureSheet } from '../../../fixtures/generator/papers/exposure-sheet.ts'
import { insurance } from '../../../fixtures/generator/papers/insurance.ts'
import { laboratory } from '../../../fixtures/generator/papers/laboratory.ts'
import { letter } from '../../../fixtures/generator/papers/letter.ts'
import { prescription } from '../../../fixtures/generator/papers/prescription.ts'
import { visitFormBack, visitFormFront } from '../../../fixtures/generator/papers/visit-form.ts'
import { frenchDate } from '../../../fixtures/generator/people.ts'
import type { Random } from '../../../fixtures/generator/random.ts'
import type { Sheet } from '../../../fixtures/generator/sheet.ts'
import type { Patient } from './people.ts'

/** A paper of somebody's file, with whom it may name beside them. */
export type Paper = {
  readonly type: string
  draw(sheet: Sheet, who: Patient, date: string, others: readonly Patient[], random: Random): void
}

/** Under the name that she bears, where nobody asked for the one of birth. */
const asUsed = (who: Patient): Patient => (who.usedName ? { ...who, birthName: who.usedName } : who)

const insurers = ['Mutuelle des Trois-Vallons', 'Mutuelle Sainte-Barbe', 'Prévoyance du Ponant']

export const papers: readonly Paper[] = [
  { type: 'aptitude-certificate', draw: (sheet, who, date) => aptitude(sheet, who, date) },
  { type: 'consent', draw: (sheet, who, date) => consentForm(sheet, who, date, true) },
  { type: 'exposure-sheet', draw: (sheet, who, date) => exposureSheet(sheet, who, date) },
  { type: 'laboratory', draw: (sheet, who, date) => laboratory(sheet, asUsed(who), date) },
  { type: 'letter', draw: (sheet, who, date) => letter(sheet, asUsed(who), date, 'hearing') },
  { type: 'letter', draw: (sheet, who, date) => letter(sheet, who, date, 'shoulder') },
  { type: 'letter', draw: (sheet, who, date) => letter(sheet, who, date, 'breath') },
  { type: 'letter', draw: letterOfOthers },
  { type: 'letter', draw: overleaf },
  { type: 'prescription', draw: (sheet, who, date) => prescription(sheet, asUsed(who), date) },
  { type: 'visit', draw: (sheet, who, date) => visitFormFront(sheet, who, date) },
  { type: 'visit', draw: (sheet, who, date) => visitFormBack(sheet, who, date) },
  {
    type: 'insurance',
    draw(sheet, who, date, others, random) {
      const contract = `CS-${random.whole(100_000, 999_999)}`
      const member = String(random.whole(10_000_000, 99_999_999))
      const dependants = others.slice(0, random.whole(0, 2))
      insurance(sheet, who, date, { insurer: random.pick(insurers), contract, member, dependants })
    },
  },
]

/** A letter that names a physician, a spouse with birth date, a colleague who is a patient too, and whom to call. */
function letterOfOthers(sheet: Sheet, who: Patient, date: string, others: readonly Patient[]): void {
  const [spouse, colleague, doctor] = others
  const serif = { face: 'serif', size: 3.7 } as const
  const called = (one: Patient) =>
    `${one.sex === 'F' ? 'Mme' : 'M.'} ${one.givenNames.split(' ')[0]} ${one.birthName}`
  const born = (one: Patient) => `${one.sex === 'F' ? 'née' : 'né'} le ${frenchDate(one.birthDate)}`
  sheet.text(22, 22, `Docteur ${doctor!.givenNames.split(' ')[0]} ${doctor!.birthName}`, {
    face: 'serifBold',
    size: 4.2,
  })
  sheet.text(22, 28, 'Rhumatologie', serif)
  sheet.text(116, 50, `Villebourg, le ${frenchDate(date)}`, serif)
  sheet.text(22, 64, 'Mon cher confrère,', serif)
  const patient = `${who.sex === 'F' ? 'Mme' : 'M.'} ${who.givenNames.split(' ')[0]} ${who.birthName}, ${born(who)}`
  let y = sheet.paragraph(22, 74, 166, `Concerne : ${patient}.`, serif) + 3
  const paragraphs = [
    `J'ai vu en consultation votre ${who.sex === 'F' ? 'patiente' : 'patient'}, qui vient avec son ${spouse!.sex === 'F' ? 'épouse' : 'époux'} ${called(spouse!)}, ${born(spouse!)}, pour des douleurs des deux poignets au travail.`,
    `Les mêmes plaintes sont connues chez ${called(colleague!)}, qui occupe le même poste, d'après le médecin du travail. Adressé par le Dr ${doctor!.birthName}, un électromyogramme est demandé.`,
    'Je propose des attelles de repos la nuit et une étude du poste. Je vous remercie de votre confiance.',
  ]
  for (const paragraph of paragraphs) y = sheet.paragraph(22, y, 166, paragraph, serif) + 4
  sheet.paragraph(22, y, 166, `Personne à prévenir : ${called(spouse!)}`, serif)
  signature(sheet, 124, y + 26, `Dr ${doctor!.birthName}`)
  foot(sheet, who.fileNumber)
}

/** The second side of a long letter: it names nobody, but in its foot. */
function overleaf(sheet: Sheet, who: Patient): void {
  const serif = { face: 'serif', size: 3.7 } as const
  const y = sheet.paragraph(
    22,
    24,
    166,
    "En conclusion, la gêne fonctionnelle reste modérée et compatible avec la poursuite de l'activité, sous réserve d'une aide à la manutention. Un contrôle clinique est prévu dans six mois, plus tôt si les douleurs s'aggravent.",
    serif,
  )
  sheet.paragraph(
    22,
    y + 6,
    166,
    "Je vous prie d'agréer, cher confrère, l'expression de mes sentiments confraternels.",
    serif,
  )
  foot(sheet, who.fileNumber)
}
