import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { seeded } from '../../../fixtures/generator/random.ts'
import { recordConsent } from '../../../src/commands/record-consent.ts'
import type { ConsentDecision, ConsentStatus } from '../../../src/domain/consent.ts'
import type { BatchId, PatientId } from '../../../src/domain/ids.ts'
import { type DrawnBatch, drawBatch } from './batch.ts'
import { drawFaults, type Fault } from './faults.ts'
import { inflict } from './inflict.ts'
import { findViolations, type Violation } from './invariants.ts'
import type { LedgerSoFar } from './ledger.ts'
import { patiently } from './patience.ts'
import { followBatch } from './progress.ts'
import type { Site } from './site.ts'

export type TrialResult = {
  readonly seed: string
  readonly faults: readonly Fault[]
  readonly violations: readonly Violation[]
  /** From the end of the last fault until all was final; 0 when it was final before. */
  readonly recoverySeconds: number
  readonly seconds: number
  readonly documents: number
  readonly pages: number
  readonly isScanned: boolean
  /** Orders carried out, of those reckoned with: where faults begin depends on it. */
  readonly orders: string
}

/** Nothing may take longer to be final once the faults have ended. */
const patienceMs = 300_000

/** One batch, its faults, and what must be true afterwards. */
export async function runTrial(
  site: Site,
  trial: { seed: string; turn: number; isScanned: boolean; ledger: LedgerSoFar },
): Promise<TrialResult> {
  const { seed } = trial
  const faults = drawFaults(seed, trial.turn, { backend: site.backend, disks: site.disks.s3 !== undefined })
  const batch = await drawBatch(
    seed,
    faults.some(({ kind }) => kind === 'parser-memory'),
  )
  const patients = await registerPatients(site, batch)
  const random = seeded(`trial/${seed}`)
  const [grantAt, repeatAt] = [random.next(), random.between(0.05, 0.9)]
  const isRepeated = random.next() < 0.25
  const watch = watchRelease(site, batch)

  const dropped = performance.now()
  await drop(site, batch, batch.name)
  const progress = followBatch(site, batch)
  const granting = progress.reached(grantAt * 0.7).then(() => grant(site, patients))
  const repeating = isRepeated
    ? progress.reached(repeatAt).then(() => patiently(() => drop(site, batch, `${batch.name}-encore`)))
    : undefined
  await Promise.all(faults.map((fault) => inflict(fault, site, progress.reached)))
  const calm = performance.now()
  await Promise.all([granting, repeating])

  const finalAt = await untilFinal(site, batch)
  watch.stop()
  progress.stop()
  const released = await watch.early
  const late = finalAt === undefined
  const violations: Violation[] = [
    ...(late ? [{ kind: 'loss', what: `not final after ${patienceMs / 1000} s` } as const] : []),
    ...released,
    ...(await findViolations(site, batch, { ...trial, isRepeated, clocksTrue: !hasClockFault(faults) })),
  ]
  return {
    ...{ seed, faults, violations, isScanned: trial.isScanned, orders: progress.said() },
    recoverySeconds: late ? patienceMs / 1000 : round(Math.max(0, finalAt - calm) / 1000),
    seconds: round((performance.now() - dropped) / 1000),
    documents: batch.documents.length,
    pages: batch.documents.reduce((sum, { pages }) => sum + pages, 0),
  }
}

const hasClockFault = (faults: readonly Fault[]): boolean => faults.some(({ kind }) => kind === 'clock-jump')
const round = (seconds: number): number => Math.round(seconds * 10) / 10

async function registerPatients(site: Site, { patients }: DrawnBatch): Promise<PatientId[]> {
  const { house, organisationId } = site
  const imported = await house.office().patients.import(
    organisationId,
    patients.map(({ identity }, index) => ({ line: index + 2, identity })),
  )
  for (const [at, { stand }] of patients.entries())
    if (stand !== 'pending')
      await recordConsent(organisationId, imported[at]!.patientId, decision(stand), 'service', house.truth())
  return patients.flatMap(({ stand }, at) => (stand === 'pending' ? imported[at]!.patientId : []))
}

/** Somebody at a desk, who tries again until it is written. */
const grant = async (site: Site, patients: readonly PatientId[]): Promise<void> => {
  const { house, organisationId } = site
  for (const patientId of patients)
    await patiently(() =>
      recordConsent(organisationId, patientId, decision('granted'), 'service', house.truth()),
    )
}

const decision = (status: ConsentStatus): ConsentDecision => ({
  ...{ purpose: 'digitisation', status, noticeVersion: '2026-1', channel: 'paper', decidedAt: new Date() },
  ...{ evidenceSha256: null, legalBasis: null, decidedBy: null, expiresAt: null },
})

/** As a scanner does: written aside, marked done, moved in whole; a full disk is tried again. */
async function drop({ inbox }: Site, { files, manifest }: DrawnBatch, name: string): Promise<void> {
  const aside = path.join(inbox, `.${name}`)
  await rm(aside, { recursive: true, force: true })
  await mkdir(aside)
  for (const { name: file, content } of files) await writeFile(path.join(aside, file), content)
  await writeFile(path.join(aside, 'batch.json'), manifest)
  await writeFile(path.join(aside, '.done'), '')
  await rename(aside, path.join(inbox, name))
}

type State = {
  readonly id: BatchId
  readonly closed: boolean
  readonly open: number
  readonly unverified: number
}

/** Every batch of that box; one, if all is well. */
async function statesOf({ owner }: Site, box: string): Promise<State[]> {
  const { rows } = await sql<State>`
    select b.id, b.closed_at is not null as closed,
           (select count(*)::int from outbox o where o.batch_id = b.id and o.state in ('waiting', 'dispatched')) as open,
           (select count(*)::int from documents d left join deposits p on p.document_id = d.id and p.verified_at is not null
            where d.batch_id = b.id and d.state <> 'refused' and p.verified_at is null) as unverified
    from batches b join boxes on boxes.id = b.box_id where boxes.label = ${box}`.execute(owner)
  return rows
}

/** Looks at the hot folder the whole time: the sources may leave it only once everything is verified. */
function watchRelease(site: Site, { box }: DrawnBatch) {
  const over = new AbortController()
  const claimed = path.join(site.inbox, '.scelle', 'claimed')
  const early = (async (): Promise<Violation[]> => {
    const violations: Violation[] = []
    let before = new Set<string>()
    while (!over.signal.aborted) {
      const now = new Set(await readdir(claimed).catch(() => before))
      for (const id of before)
        if (!now.has(id)) {
          const states = await patiently(() => statesOf(site, box))
          const left = states.find((state) => state.id === id)
          if (left && (!left.closed || left.unverified > 0))
            violations.push({ kind: 'release', what: 'the sources left before all was verified' })
        }
      before = now
      await sleep(60)
    }
    return violations
  })()
  return { early, stop: () => over.abort() }
}

/** When the batch was closed, its orders carried out, its folders gone; undefined when that does not come to be. */
async function untilFinal(site: Site, batch: DrawnBatch): Promise<number | undefined> {
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(200)) {
    const states = await statesOf(site, batch.box).catch(() => [])
    const isDone = states.length > 0 && states.every(({ closed, open }) => closed && open === 0)
    if (isDone && (await isFolderEmpty(site))) return performance.now()
  }
  return undefined
}

async function isFolderEmpty({ inbox }: Site): Promise<boolean> {
  const names = await readdir(inbox)
  const claimed = await readdir(path.join(inbox, '.scelle', 'claimed'))
  return claimed.length === 0 && names.every((name) => name === '.scelle' || name.startsWith('_'))
}
