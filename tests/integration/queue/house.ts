import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { openOutbox } from '../../../src/adapters/postgres/outbox-dispatch.ts'
import { openTruth } from '../../../src/adapters/postgres/records/truth.ts'
import type { BatchId, OrganisationId, OutboxId } from '../../../src/domain/ids.ts'
import type { Dispatch, QueueName } from '../../../src/domain/order.ts'
import type { Delivery } from '../../../src/plumbing.ts'
import type { Clock, Ports } from '../../../src/ports.ts'
import type { Stage } from '../../../src/stages/stage.ts'
import type { RunnerParts } from '../../../workers/run-order.ts'
import { createTestDatabase, type TestDatabase } from '../../database.ts'

/** A clock that stands still until it is moved. */
export function testClock(start = '2026-03-02T08:00:00.000Z'): Clock & { advance(ms: number): void } {
  let now = Date.parse(start)
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms
    },
  }
}

export type House = Awaited<ReturnType<typeof createHouse>>

/** Two organisations with a batch each, on a database of their own, and what a test wants to know of their orders. */
export async function createHouse(clock: Clock) {
  const database = await createTestDatabase()
  const first = await seed(database)
  const second = await seed(database)
  const truth = openTruth(database.app, clock)
  return {
    database,
    clock,
    truth,
    outbox: openOutbox(database.system, clock),
    first,
    second,
    drop: database.drop,

    /** Places one order per subject and returns the subjects. */
    async place(
      owner: Owner,
      stage: string,
      subjects: readonly string[] = [randomUUID()],
      options: { queue?: QueueName; again?: boolean } = {},
    ): Promise<readonly string[]> {
      const { queue = 'page', again = false } = options
      await truth.transaction(owner.organisationId, async ({ orders }) => {
        for (const subjectId of subjects) {
          await orders.place({ batchId: owner.batchId, queue, stage, subjectId, again })
        }
      })
      return subjects
    },

    async orders(subjectId?: string): Promise<OrderRow[]> {
      const { rows } = await sql<OrderRow>`
        select id, organisation_id as "organisationId", subject_id as "subjectId", stage, round, state, attempts,
               error_code as "errorCode", available_at as "availableAt"
        from outbox where ${subjectId ?? null}::uuid is null or subject_id = ${subjectId ?? null}
        order by created_at, subject_id, stage, round`.execute(database.owner)
      return rows
    },

    /** What toy stages did to a subject: `done`, `held` and `failed`, as often as they were settled. */
    async effects(subjectId: string): Promise<string[]> {
      const { rows } = await sql<{ type: string }>`
        select type from custody_events where subject->>'documentId' = ${subjectId} order by at, id`.execute(
        database.owner,
      )
      return rows.map(({ type }) => effectOf[type] ?? type)
    },
  }
}

export type Owner = { readonly organisationId: OrganisationId; readonly batchId: BatchId }
export type OrderRow = {
  id: OutboxId
  organisationId: OrganisationId
  subjectId: string
  stage: string
  round: number
  state: string
  attempts: number
  errorCode: string | null
  availableAt: Date
}

async function seed({ owner }: TestDatabase): Promise<Owner> {
  const organisationId = randomUUID() as OrganisationId
  const batchId = randomUUID() as BatchId
  const siret = `${Math.floor(Math.random() * 1e14)}`.padStart(14, '0')
  await owner.transaction().execute(async (tx) => {
    // Orders need a batch and an organisation; contract and box are of no interest here.
    await sql`set local session_replication_role = replica`.execute(tx)
    await sql`insert into organisations (id, kind, name, siret, created_at)
              values (${organisationId}, 'controller', 'Service', ${siret}, now())`.execute(tx)
    await sql`
      insert into batches (id, organisation_id, contract_id, box_id, fingerprint, state, operator, scanner, separation,
                           expected_folders, expected_documents, expected_pages, manifest, staging_key_epoch,
                           received_at, changed_at)
      values (${batchId}, ${organisationId}, ${randomUUID()}, ${randomUUID()}, ${'0'.repeat(64)}, 'received', 'op',
              '{}', 'file', 1, 1, 1, '{}', 1, now(), now())`.execute(tx)
  })
  return { organisationId, batchId }
}

const effectOf: Readonly<Record<string, string>> = {
  'document-composed': 'done',
  'document-held': 'held',
  'document-failed': 'failed',
}

export const runnerParts = (
  house: House,
  stages: readonly Stage[],
  more: Partial<RunnerParts> = {},
): RunnerParts => ({
  stages: new Map(stages.map((stage) => [stage.name, stage])),
  truth: house.truth,
  ports: {} as Ports,
  clock: house.clock,
  maxAttempts: 3,
  retryMs: 1_000,
  random: () => 0.5,
  ...more,
})

export const deliveryOf = (dispatch: Dispatch, starts = 1): Delivery => ({ ...dispatch, starts })
