import { type Random, seeded } from '../../../fixtures/generator/random.ts'
import type { Sheet } from '../../../fixtures/generator/sheet.ts'
import { frenchDate, spaced } from '../../../fixtures/generator/people.ts'
import { nirKey } from '../../../src/domain/identifiers.ts'
import { type Paper, papers } from './papers.ts'
import { drawPatients, type Patient } from './people.ts'

export type FiledPage = {
  readonly owner: Patient
  readonly type: string
  /** The true text, in reading order. */
  readonly text: string
  svg(): string
}
export type FiledDocument = {
  readonly patient: Patient
  readonly pages: readonly FiledPage[]
  /** Index of the page that is somebody else's. */
  readonly foreign: number | undefined
  /** How the stranger stands to the patient. */
  readonly stranger: StrangerKind | undefined
}
export const strangerKinds = ['anyone', 'like-name', 'relative', 'same-birth-date'] as const
export type StrangerKind = (typeof strangerKinds)[number]

/** What a true page says of its owner. `none`: nobody could find that it is misfiled. */
export type Carried = 'nir' | 'name-and-birth-date' | 'name' | 'birth-date' | 'file-number' | 'none'

export function carriedBy({ text, owner }: Pick<FiledPage, 'text' | 'owner'>): Carried {
  const hasName = [owner.birthName, owner.usedName].some((name) => name !== undefined && text.includes(name))
  const hasDate = text.includes(frenchDate(owner.birthDate))
  if (text.includes(spaced(owner.matricule))) return 'nir'
  if (hasName) return hasDate ? 'name-and-birth-date' : 'name'
  if (hasDate) return 'birth-date'
  return text.includes(owner.fileNumber) ? 'file-number' : 'none'
}

/** Which pages are drawn to be misfiled: those that carry a NIR, a name or a birth date of their owner, or any. */
export type Drawing = 'identified' | 'any'
const hasIdentity = (page: FiledPage): boolean => !['file-number', 'none'].includes(carriedBy(page))

type Draw = (owner: Patient, patients: readonly Patient[]) => FiledPage

/**
 * Documents of one to six pages, each of one patient; a share of them with one page of another patient in a place drawn at
 * random. Half of all pages have no foot, and so no file number.
 */
export function drawDocuments(
  { count, foreign, drawing }: { count: number; foreign: number; drawing: Drawing },
  seed: string,
  createSheet: (random: Random) => Sheet,
): FiledDocument[] {
  const random = seeded(seed)
  let drawn = 0
  const draw: Draw = (owner, patients) => drawPage(owner, patients, createSheet, seeded(`${seed}/${drawn++}`))
  const patients = drawPatients(Math.max(40, Math.ceil(count / 3)), random)
  const misfiled = new Set<number>()
  while (misfiled.size < foreign) misfiled.add(random.whole(0, count - 1))
  return Array.from({ length: count }, (_, index) => {
    const patient = random.pick(patients)
    const pages = Array.from({ length: random.whole(1, 6) }, () => draw(patient, patients))
    if (!misfiled.has(index)) return { patient, pages, foreign: undefined, stranger: undefined }
    const stranger = strangerKinds[[...misfiled].indexOf(index) % strangerKinds.length]!
    const page = foreignPage(strangerTo(patient, stranger, patients, random), patients, drawing, draw)
    const at = random.whole(0, pages.length)
    return { patient, pages: pages.toSpliced(at, 0, page), foreign: at, stranger }
  })
}

function foreignPage(owner: Patient, patients: readonly Patient[], drawing: Drawing, draw: Draw): FiledPage {
  for (;;) {
    const page = draw(owner, patients)
    if (drawing === 'any' || hasIdentity(page)) return page
  }
}

function strangerTo(
  patient: Patient,
  kind: StrangerKind,
  patients: readonly Patient[],
  random: Random,
): Patient {
  const others = patients.filter((one) => one !== patient)
  const fitting = others.filter((one) => {
    if (kind === 'relative') return one.family === patient.family
    if (kind === 'same-birth-date')
      return one.birthDate === patient.birthDate && one.family !== patient.family
    return kind === 'like-name' && one.birthName.slice(0, 4) === patient.birthName.slice(0, 4)
  })
  if (fitting.length > 0) return random.pick(fitting)
  // Nobody of that kind is in the files: one is made up.
  const other = random.pick(others)
  if (kind === 'relative') return { ...other, birthName: patient.birthName, usedName: undefined }
  if (kind === 'same-birth-date') return bornOn(other, patient.birthDate)
  return other
}

function bornOn(who: Patient, birthDate: string): Patient {
  const [year, month] = birthDate.split('-')
  const thirteen = `${who.matricule[0]}${year!.slice(2)}${month}${who.matricule.slice(5, 13)}`
  return { ...who, birthDate, matricule: `${thirteen}${nirKey(thirteen)}` }
}

function drawPage(
  owner: Patient,
  patients: readonly Patient[],
  createSheet: (random: Random) => Sheet,
  random: Random,
): FiledPage {
  const paper: Paper = random.pick(papers)
  const others = [0, 1, 2].map(() => random.pick(patients.filter((one) => one !== owner)))
  const born = Number(owner.birthDate.slice(0, 4))
  const date = `${random.whole(born + 20, Math.min(2024, born + 60))}-0${random.whole(1, 9)}-1${random.whole(0, 9)}`
  const hasFoot = random.next() < 0.5
  const sheet = withoutFoot(createSheet(random), hasFoot)
  paper.draw(sheet, owner, date, others, random)
  return { owner, type: paper.type, text: sheet.truth(), svg: () => sheet.svg() }
}

const withoutFoot = (sheet: Sheet, hasFoot: boolean): Sheet =>
  hasFoot
    ? sheet
    : {
        ...sheet,
        text: (x, y, words, style) => {
          if (!words.startsWith('Secret médical.')) sheet.text(x, y, words, style)
        },
      }
