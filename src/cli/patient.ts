import type { Command } from 'commander'
import { z } from 'zod'
import type { ConsentPurpose, ConsentStatus } from '../domain/consent.ts'
import { Failure } from '../domain/failure.ts'
import { isNir } from '../domain/identifiers.ts'
import type { PatientId } from '../domain/ids.ts'
import type { Identity } from '../ports.ts'
import { type CsvFault, readCsv, refuseFaults } from './csv.ts'
import type { Desk } from './desk.ts'
import { readInput } from './files.ts'
import { count, day, type Frame, noun, patientId } from './frame.ts'
import { patientBy } from './patient-reference.ts'
import { indented, pairs, table } from './table.ts'

const Text = (characters: number) => z.string().max(characters)
const fault = (code: string) => ({ params: { fault: code } })

/** A line of patients.csv. */
const PatientRow = z.object({
  file_number: Text(64),
  matricule: z
    .string()
    .transform((text) => text.replace(/\s/g, '').toUpperCase())
    .refine(isNir, fault('wrong-key'))
    .optional(),
  birth_name: Text(100),
  given_names: Text(200),
  birth_date: z.string().refine(isDay, fault('not-a-date')),
  sex: z.enum(['F', 'M']).optional(),
  birthplace: z
    .string()
    .regex(/^[0-9][0-9AB][0-9]{3}$/)
    .optional(),
})

function isDay(text: string): boolean {
  try {
    return day(text) === text
  } catch {
    return false
  }
}

/** More lines than this are not shown after an import. */
const shownAfterImport = 20

type ListOptions = { identities?: true; limit: number; after?: PatientId }

export function addPatient(program: Command, { help: { patient: help }, act }: Frame): void {
  const patient = noun(program, 'patient', help.noun)
  patient
    .command('import')
    .description(help.import)
    .argument('<FILE.csv>', help.file)
    .option('--same-person', help.samePerson)
    .action(act(importFile))
  patient
    .command('list')
    .description(help.list)
    .option('--identities', help.identities)
    .option('--limit <N>', help.limit, count, 500)
    .option('--after <ID>', help.after, patientId)
    .action(act(list))
  patient
    .command('show')
    .description(help.show)
    .argument('[ID]', help.id)
    .option('--file-number <->', help.fileNumber)
    .option('--identities', help.identities)
    .action(act(show))
}

async function importFile(
  desk: Desk,
  { samePerson = false }: { samePerson?: boolean },
  file: string,
): Promise<void> {
  const register = readPatients(await readInput(file))
  const organisationId = await desk.organisation()
  const house = await desk.house()
  const { patient: say, outcomes } = desk.say
  const progress = desk.progress(say.importing)
  const imported = await house
    .office()
    .patients.import(organisationId, register, {
      isSamePerson: samePerson,
      progress: (done) => progress.at(done, register.length),
    })
    .finally(() => progress.end())
  const counted = (outcome: keyof typeof outcomes) => imported.filter((one) => one.outcome === outcome).length
  desk.answer(imported, () => {
    const rows = imported.map(({ patientId, fileNumber, outcome }) => [
      patientId,
      fileNumber,
      outcomes[outcome],
    ])
    return [
      say.imported(counted('added'), counted('changed'), counted('unchanged')),
      rows.length <= shownAfterImport ? table([...say.columns, say.outcome], rows, desk.width) : say.list,
      `→ ${say.nextConsents}`,
    ].join('\n')
  })
}

/** @throws Failure import-invalid, every fault at once */
export function readPatients(content: Buffer): { line: number; identity: Identity }[] {
  const { rows, faults } = readCsv(content, PatientRow)
  const numbers = new Set<string>()
  const twice: CsvFault[] = []
  for (const { line, row } of rows) {
    const number = row.file_number.normalize('NFKC').replace(/\s/g, '').toUpperCase()
    if (numbers.has(number)) twice.push({ line, column: 'file_number', code: 'duplicate' })
    numbers.add(number)
  }
  refuseFaults([...faults, ...twice])
  return rows.map(({ line, row }) => ({
    line,
    identity: {
      fileNumber: row.file_number,
      birthName: row.birth_name,
      givenNames: row.given_names,
      birthDate: row.birth_date,
      ...(row.matricule ? { matricule: row.matricule } : {}),
      ...(row.sex ? { sex: row.sex } : {}),
      ...(row.birthplace ? { birthplace: row.birthplace } : {}),
    },
  }))
}

async function list(desk: Desk, { identities, limit, after }: ListOptions): Promise<void> {
  const organisationId = await desk.organisation()
  const page = { limit, ...(after ? { after } : {}) }
  const found = await (await desk.house()).office().patients.list(organisationId, page)
  const { patient: say } = desk.say
  const shown = found.map(({ identity, ...patient }) => ({
    ...patient,
    fileNumber: identity?.fileNumber ?? null,
    ...(identities ? { identity } : {}),
  }))
  desk.answer(shown, () => {
    if (found.length === 0) return desk.say.none
    const rows = found.map(({ id, identity: who }) => [
      id,
      who?.fileNumber,
      ...(identities ? [who?.birthName, who?.givenNames, who?.birthDate] : []),
    ])
    const columns = [...say.columns, ...(identities ? say.identityColumns : [])]
    const more = found.length === limit ? [desk.say.more(limit)] : []
    return [table(columns, rows, desk.width), ...more].join('\n')
  })
}

async function show(
  desk: Desk,
  { fileNumber, identities }: { fileNumber?: string; identities?: true },
  id?: string,
): Promise<void> {
  const patientId = await patientBy(desk, { id, fileNumber })
  const organisationId = await desk.organisation()
  const house = await desk.house()
  const found = await house.views().patient(organisationId, patientId)
  if (!found) throw new Failure('not-found', { kind: 'patient' })
  const standings = await house.office().consents.standings(organisationId, patientId)
  const { identity, ...patient } = found
  const value = {
    ...patient,
    fileNumber: identity?.fileNumber ?? null,
    consents: Object.fromEntries(standings),
    ...(identities ? { identity } : {}),
  }
  const { say } = desk
  const { facts } = say.patient
  desk.answer(value, () =>
    [
      pairs([
        [facts.id, patient.id],
        [facts.fileNumber, identity?.fileNumber],
        ...(identities
          ? ([
              [facts.name, identity?.birthName],
              [facts.givenNames, identity?.givenNames],
              [facts.birthDate, identity?.birthDate],
            ] as const)
          : []),
        [facts.ins, say.insStatuses[patient.insStatus]],
        [facts.documents, patient.documents],
        [facts.key, patient.hasKey ? say.patient.keyThere : say.patient.keyDestroyed],
      ]),
      '',
      say.consent.now,
      indented(sayStandings(desk, standings)),
    ].join('\n'),
  )
}

export const sayStandings = ({ say }: Desk, standings: ReadonlyMap<ConsentPurpose, ConsentStatus>): string =>
  standings.size === 0
    ? say.consent.nothing
    : pairs([...standings].map(([purpose, status]) => [say.purposes[purpose], say.statuses[status]]))
