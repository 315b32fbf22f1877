import { createHash } from 'node:crypto'
import path from 'node:path'
import type { Command } from 'commander'
import { recordConsent, type Touched, untouched } from '../commands/record-consent.ts'
import {
  ConsentChannel,
  ConsentDecision,
  ConsentPurpose,
  ConsentStatus,
  LegalBasis,
  standing,
} from '../domain/consent.ts'
import { Failure } from '../domain/failure.ts'
import type { PatientId } from '../domain/ids.ts'
import type { Truth } from '../records.ts'
import { type ConsentLine, readConsents } from './consent-file.ts'
import { type CsvFault, refuseFaults } from './csv.ts'
import type { Desk } from './desk.ts'
import { readInput } from './files.ts'
import { type Frame, misuse, noun, oneOf, sha256, somebody, time } from './frame.ts'
import { legalBasisOption } from './organisation.ts'
import { sayStandings } from './patient.ts'
import { patientBy } from './patient-reference.ts'
import { indented, table } from './table.ts'
import { moment } from './typography.ts'

type SetOptions = {
  fileNumber?: string
  purpose: ConsentPurpose
  status: ConsentStatus
  channel: ConsentChannel
  notice?: string
  evidence?: string
  evidenceSha256?: string
  legalBasis?: LegalBasis
  decidedBy?: string
  decidedAt?: Date
  expiresAt?: Date
}

export function addConsent(program: Command, { help: { consent: help, patient }, act }: Frame): void {
  const consent = noun(program, 'consent', help.noun)
  consent
    .command('import')
    .description(help.import)
    .argument('<FILE.csv>', patient.file)
    .action(act(importFile))
  consent
    .command('set')
    .description(help.set)
    .argument('[PATIENT]', help.patient)
    .option('--file-number <->', patient.fileNumber)
    .addOption(oneOf('--status <STATUS>', help.status, ConsentStatus.options).makeOptionMandatory())
    .addOption(oneOf('--purpose <PURPOSE>', help.purpose, ConsentPurpose.options).default('digitisation'))
    .addOption(oneOf('--channel <CHANNEL>', help.channel, ConsentChannel.options).default('paper'))
    .option('--notice <VERSION>', help.notice)
    .option('--evidence <FILE>', help.evidence)
    .option('--evidence-sha256 <DIGEST>', help.evidenceSha256, sha256)
    .addOption(legalBasisOption(help.legalBasis))
    .option('--decided-by <ID>', help.decidedBy, somebody)
    .option('--decided-at <TIME>', help.decidedAt, time)
    .option('--expires-at <TIME>', help.expiresAt, time)
    .action(act(set))
  consent
    .command('show')
    .description(help.show)
    .argument('[PATIENT]', help.patient)
    .option('--file-number <->', patient.fileNumber)
    .action(act(show))
}

async function set(desk: Desk, options: SetOptions, id?: string): Promise<void> {
  if (options.evidence && options.evidenceSha256) throw misuse('no-evidence-twice')
  const house = await desk.house()
  const decision = ConsentDecision.safeParse({
    purpose: options.purpose,
    status: options.status,
    noticeVersion: options.notice ?? null,
    channel: options.channel,
    evidenceSha256: options.evidence
      ? digestOf(await readInput(options.evidence))
      : (options.evidenceSha256 ?? null),
    legalBasis: options.legalBasis ?? null,
    decidedBy: options.decidedBy ?? null,
    decidedAt: options.decidedAt ?? house.clock.now(),
    expiresAt: options.expiresAt ?? null,
  })
  if (!decision.success) throw misuse('basis-missing')
  const patientId = await patientBy(desk, { id, fileNumber: options.fileNumber })
  const organisationId = await desk.organisation()
  if (!(await house.views().patient(organisationId, patientId)))
    throw new Failure('not-found', { kind: 'patient' })
  const touched = await recordConsent(organisationId, patientId, decision.data, desk.actor, house.truth())
  const inForce = (await house.office().consents.standings(organisationId, patientId)).get(options.purpose)
  const isOlder = inForce !== undefined && inForce !== options.status && inForce !== 'expired'
  const isOver = standing(decision.data, house.clock.now()) !== options.status
  const { say } = desk
  desk.answer({ patientId, ...decision.data, inForce, documents: touched }, () =>
    [
      say.consent.recorded(say.statuses[options.status], say.purposes[options.purpose]),
      ...(isOver ? [`! ${say.consent.alreadyOver}`] : []),
      ...(isOlder ? [say.consent.laterStands(say.statuses[inForce])] : []),
      ...sayTouched(desk, touched),
    ].join('\n'),
  )
}

/** What the decision did to documents, as far as it did anything. */
function sayTouched({ say: { consent: say } }: Desk, touched: Touched): string[] {
  const kinds = ['goOn', 'stillWait', 'stopped', 'questioned'] as const
  const said = kinds.flatMap((kind) => (touched[kind] > 0 ? [say.touched[kind](touched[kind])] : []))
  return said.length > 0 ? said : [say.touchedNone]
}

const digestOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex')

async function importFile(desk: Desk, _options: unknown, file: string): Promise<void> {
  const lines = await readConsents(await readInput(file), (evidence) =>
    readInput(path.resolve(path.dirname(file), evidence)).then(digestOf),
  )
  const patients = await patientsOf(desk, lines)
  const { outcomes, touched } = await recordAll(desk, lines, patients)
  const recorded = outcomes.filter((outcome) => outcome === 'recorded').length
  const value = lines.map(({ decision: { purpose, status } }, i) => ({
    patientId: patients[i],
    purpose,
    status,
    outcome: outcomes[i],
  }))
  const { consent: say } = desk.say
  desk.answer(value, () =>
    [
      say.imported(recorded, lines.length - recorded),
      ...(recorded > 0 ? sayTouched(desk, touched) : []),
    ].join('\n'),
  )
}

/** @throws Failure import-invalid naming every line whose patient is unknown */
async function patientsOf(desk: Desk, lines: readonly ConsentLine[]): Promise<PatientId[]> {
  const organisationId = await desk.organisation()
  const directory = (await desk.house()).patients()
  const found: PatientId[] = []
  const faults: CsvFault[] = []
  for (const { line, fileNumber } of lines) {
    const patientId = await directory.byFileNumber(organisationId, fileNumber)
    if (patientId) found.push(patientId)
    else faults.push({ line, column: 'file_number', code: 'unknown-patient' })
  }
  refuseFaults(faults)
  return found
}

/** One transaction; a decision that was recorded before is left alone, so that a file may be imported twice. */
async function recordAll(
  desk: Desk,
  lines: readonly ConsentLine[],
  patients: readonly PatientId[],
): Promise<{ outcomes: ('recorded' | 'unchanged')[]; touched: Touched }> {
  const organisationId = await desk.organisation()
  const truth = (await desk.house()).truth()
  const progress = desk.progress(desk.say.consent.importing)
  try {
    return await truth.transaction(organisationId, async (records) => {
      const within: Truth = { transaction: (_organisationId, work) => work(records) }
      const outcomes: ('recorded' | 'unchanged')[] = []
      let touched = untouched
      for (const [i, { decision }] of lines.entries()) {
        const isKnown = await records.consents.isRecorded(patients[i]!, decision)
        if (!isKnown)
          touched = sum(
            touched,
            await recordConsent(organisationId, patients[i]!, decision, desk.actor, within),
          )
        outcomes.push(isKnown ? 'unchanged' : 'recorded')
        progress.at(outcomes.length, lines.length)
      }
      return { outcomes, touched }
    })
  } finally {
    progress.end()
  }
}

const sum = (a: Touched, b: Touched): Touched => ({
  goOn: a.goOn + b.goOn,
  stillWait: a.stillWait + b.stillWait,
  stopped: a.stopped + b.stopped,
  questioned: a.questioned + b.questioned,
})

async function show(desk: Desk, { fileNumber }: { fileNumber?: string }, id?: string): Promise<void> {
  const patientId = await patientBy(desk, { id, fileNumber })
  const organisationId = await desk.organisation()
  const house = await desk.house()
  if (!(await house.views().patient(organisationId, patientId)))
    throw new Failure('not-found', { kind: 'patient' })
  const { history, standings } = house.office().consents
  const decisions = await history(organisationId, patientId)
  const now = await standings(organisationId, patientId)
  const { say } = desk
  const rows = decisions.map((one) => [
    moment(one.decidedAt),
    say.purposes[one.purpose],
    say.statuses[one.status],
    say.channels[one.channel],
    one.noticeVersion,
    one.evidenceSha256,
    one.legalBasis && say.legalBases[one.legalBasis],
    one.decidedBy,
    moment(one.expiresAt),
    moment(one.recordedAt),
    one.recordedBy,
  ])
  desk.answer({ patientId, now: Object.fromEntries(now), history: decisions }, () =>
    [
      say.consent.now,
      indented(sayStandings(desk, now)),
      ...(rows.length > 0
        ? ['', say.consent.history, indented(table(say.consent.columns, rows, desk.width - 2))]
        : []),
    ].join('\n'),
  )
}
