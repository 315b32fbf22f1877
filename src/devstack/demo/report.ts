import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { verifyLedger } from '../../commands/verify-ledger.ts'
import type { House } from '../../compose.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import type { Expectation } from './drop.ts'
import type { WatchedBatch } from './progress.ts'
import type { DemoReport } from './report-schema.ts'

/** Everything that the demonstration has to say. */
export async function makeReport(
  house: House,
  organisationId: OrganisationId,
  watched: readonly WatchedBatch[],
  logFolder: string,
): Promise<Omit<DemoReport, 'times'>> {
  await untilArchived(house)
  const batches = await Promise.all(watched.map((one) => reportBatch(house, organisationId, one)))
  const ledger = await verifyLedger(house.ledger(), house.signer(), house.archiveBuckets())
  const isVerified = ledger.findings.length === 0 && ledger.covered === ledger.size && ledger.archived > 0
  const surprises = batches.flatMap(({ name, surprises }) =>
    surprises.map((surprise) => `${name}: ${surprise}`),
  )
  return {
    version: 1,
    isAsExpected: surprises.length === 0 && isVerified,
    surprises,
    batches: batches.map(({ surprises: _, ...batch }) => batch),
    ledger: {
      size: ledger.size,
      root: ledger.root.toString('hex'),
      checkpoints: ledger.checkpoints,
      archivedCheckpoints: ledger.archived,
      findings: [...ledger.findings],
      isVerified,
    },
    stages: await stageTimes(logFolder),
  }
}

/** The last events get their place in the ledger a moment after they happened. */
async function untilArchived(house: House): Promise<void> {
  for (let tries = 0; tries < 60; tries++) {
    const isDone = (await house.ledger().waiting()) === 0 && (await house.ledger().unarchived()).length === 0
    if (isDone) return
    await sleep(500)
  }
}

async function reportBatch(
  house: House,
  organisationId: OrganisationId,
  { name, batch, expected }: WatchedBatch,
) {
  const views = house.views()
  const documents = await views.documents(organisationId, { batchId: batch.id, limit: 1_000 })
  const patientIds = documents.flatMap(({ patientId }) => (patientId ? [patientId] : []))
  const fileNumbers = await views.fileNumbers(organisationId, patientIds)
  const files = await views.files(organisationId, batch.id)
  return {
    name,
    id: batch.id,
    state: batch.state,
    reason: batch.reason,
    facts: batch.facts,
    expected: batch.expected,
    counted: batch.counted,
    files: files.map(({ position, state, reason, facts, pages }) => ({
      position,
      state,
      reason,
      facts,
      pages,
    })),
    documents: documents.map(
      ({ id, position, patientId, state, reason, facts, pageCount, confidence, deposits }) => ({
        id,
        position,
        fileNumber: patientId ? (fileNumbers.get(patientId) ?? null) : null,
        state,
        reason,
        facts,
        pages: pageCount,
        confidence,
        sealed: deposits.map(({ part, host, objectKey, contentSha256, sealedSha256 }) => ({
          part,
          host,
          objectKey,
          contentSha256,
          sealedSha256,
        })),
      }),
    ),
    surprises: surprises(expected, batch, files, documents),
  }
}

type Outcome = { readonly state: string; readonly reason: string | null }

function surprises(
  expected: Expectation,
  batch: Outcome,
  files: readonly Outcome[],
  documents: readonly Outcome[],
): string[] {
  const compare = (what: string, wanted: Outcome | undefined, found: Outcome | undefined): string[] => {
    const [want, have] = [wanted, found].map((one) =>
      one ? [one.state, one.reason].filter(Boolean).join(' ') : '-',
    )
    return want === have ? [] : [`${what}: ${have} (≠ ${want})`]
  }
  const each = (what: string, wanted: readonly Outcome[], found: readonly Outcome[]) =>
    Array.from({ length: Math.max(wanted.length, found.length) }, (_, index) =>
      compare(`${what} ${index + 1}`, wanted[index], found[index]),
    ).flat()
  return [
    ...compare('batch', expected, batch),
    ...each('file', expected.files, files),
    ...each('document', expected.documents, documents),
  ]
}

/** Work done by the workers, summed over their logs. */
async function stageTimes(logFolder: string): Promise<DemoReport['stages']> {
  const stages = new Map<string, { runs: number; ms: number }>()
  for (const name of (await readdir(logFolder)).filter((file) => file.endsWith('.log'))) {
    for (const line of (await readFile(path.join(logFolder, name), 'utf8'))
      .split('\n')
      .filter((text) => text.startsWith('{'))) {
      const { stage, ms } = JSON.parse(line) as { stage?: string; ms?: number }
      if (stage === undefined || ms === undefined) continue
      const sum = stages.get(stage) ?? { runs: 0, ms: 0 }
      stages.set(stage, { runs: sum.runs + 1, ms: sum.ms + ms })
    }
  }
  return [...stages].map(([stage, { runs, ms }]) => ({ stage, runs, seconds: ms / 1000 }))
}
