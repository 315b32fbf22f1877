import { batchKey, fateOfBatchKey, organisationOf } from '../../../src/adapters/postgres/batch-key.ts'
import { inOrganisation } from '../../../src/adapters/postgres/database.ts'
import { patientKey } from '../../../src/adapters/postgres/patients.ts'
import { contractInForce, controllerOf } from '../../../src/adapters/postgres/registry.ts'
import { stagingUse } from '../../../src/adapters/postgres/staging-use.ts'
import { lockRenewal } from '../../../src/domain/deposit.ts'
import { queueNames } from '../../../src/domain/order.ts'
import type { LedgerHead, SequencedEntry } from '../../../src/records.ts'
import { archived, type Case, live, some } from './cases.ts'
import { benchNow } from './seed-plan.ts'
import type { Works } from './works.ts'

const halfAMinuteAgo = new Date(benchNow.getTime() - 30_000)

/** What the clock and the workers ask across organisations. */
export const systemCases: readonly Case[] = [
  ...queueNames.map(
    (queue): Case => ({
      name: `dispatcher, claim ${queue}`,
      ask: (works) => works.onOutbox((outbox) => outbox.claim(queue, 64)),
    }),
  ),
  {
    name: 'dispatcher, claim page, 400 in flight',
    ask: (works) => works.onOutbox((outbox) => outbox.claim('page', 400)),
  },
  {
    name: 'dispatcher, claim with no room',
    ask: (works) => works.onOutbox((outbox) => outbox.claim('page', 1)),
  },
  {
    name: 'sweeper, nothing lost',
    ask: (works) =>
      works.onOutbox((outbox) => outbox.sweep('page', halfAMinuteAgo, async (ids) => new Set(ids))),
  },
  {
    name: 'sweeper, everything lost',
    ask: (works) => works.onOutbox((outbox) => outbox.sweep('page', halfAMinuteAgo, async () => new Set())),
  },
  { name: 'queue rebuild', ask: (works) => works.onOutbox((outbox) => outbox.rebuild()) },
  { name: 'queue status, orders', ask: ({ outbox }) => outbox.counts(), growsWith: 'orders that wait' },
  {
    name: 'queue failures, the latest 50',
    ask: ({ outbox }) => outbox.troubles({ limit: 50 }),
    growsWith: 'orders that failed or are tried again',
  },
  {
    name: 'clock, look for alarms',
    ask: ({ lookout }) => lookout.look(new Date(benchNow.getTime() - 600_000)),
    growsWith: 'batches that are open',
  },
  {
    name: 'queue status, batches',
    ask: ({ lookout }) => lookout.look(),
    growsWith: 'batches that are open',
  },
  {
    name: 'inbox, room in staging',
    ask: archived(({ system }, s) => stagingUse(system, s.organisationId)),
    growsWith: 'batches that are open',
  },
  {
    name: 'clock, orders to forget (none)',
    ask: ({ outbox }) => outbox.forget(new Date(0)),
  },
  { name: 'queue status, workers', ask: ({ presence }) => presence.list() },
  {
    name: 'ledger extension, 20 events',
    prepare: appendEvents,
    ask: ({ ledger }) => ledger.extend(extended),
  },
  { name: 'ledger, checkpoints to copy', ask: ({ ledger }) => ledger.unarchived() },
  { name: 'ledger, events that wait', ask: ({ ledger }) => ledger.waiting(), growsWith: 'events that wait' },
  {
    name: 'ledger verification, first 5,000 entries',
    ask: async ({ ledger }) => {
      for await (const _ of ledger.entries()) break
    },
  },
  {
    name: 'lock renewal, first page of 500',
    growsWith: 'locks that are due, up to a page',
    ask: async ({ locks }) => {
      for await (const _ of locks.endingBefore(lockRenewal(benchNow, 90).dueBefore)) break
    },
  },
  {
    name: 'staging sweep, fate of a key',
    ask: archived(({ system }, s) => fateOfBatchKey(system, s.batchId)),
  },
  {
    name: 'staging, key of a batch',
    ask: live(({ system, keys }, s) => batchKey(system, keys, s.batchId).catch(() => undefined)),
  },
  {
    name: 'sealing, key of a patient',
    ask: archived(({ system, keys }, s) => patientKey(system, keys, s.patientId).catch(() => undefined)),
  },
  { name: 'inbox, whose batch', ask: archived(({ system }, s) => organisationOf(system, s.batchId)) },
  {
    name: 'inbox, whose contract',
    ask: archived(({ system }, s) => controllerOf(system, `C-${s.organisation}`, undefined)),
  },
  {
    name: 'inbox, contract in force',
    ask: archived(({ app }, s) =>
      inOrganisation(app, s.organisationId, (tx) =>
        contractInForce(tx, s.organisationId, `C-${s.organisation}`, benchNow),
      ),
    ),
  },
]

function appendEvents({ truth, subjects }: Works, n: number) {
  const { organisationId, batchId, documentId } = some(subjects.archived, n)
  return truth.transaction(organisationId, (records) =>
    records.append(
      'stage.bench',
      Array.from({ length: 20 }, () => ({
        type: 'document-sealed' as const,
        subject: { batchId, documentId },
      })),
    ),
  )
}

/** Entries and a head of the right size; hashing them is not what is measured. */
async function extended(events: readonly { id: SequencedEntry['eventId'] }[], head: LedgerHead | undefined) {
  const size = head?.size ?? 0
  const entries = events.map(({ id }, i) => ({
    seq: size + i,
    eventId: id,
    entry: Buffer.from(JSON.stringify({ seq: size + i, filler: 'x'.repeat(270) })),
    leafHash: Buffer.alloc(32),
  }))
  const checkpoint = {
    size: size + events.length,
    root: Buffer.alloc(32),
    note: '',
    frontier: head?.frontier ?? [],
    at: benchNow,
  }
  return { entries, subtrees: [], checkpoint }
}
