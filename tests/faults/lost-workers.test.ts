import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verifyLedger } from '../../src/commands/verify-ledger.ts'
import { type DroppedBatch, dropBatches } from '../../src/devstack/demo/drop.ts'
import { smallCrew, type WorkerKind } from '../../src/devstack/processes.ts'
import { archivedVersions, expectedOf, outcomeOf, startTestHouse, type TestHouse } from '../house.ts'
import { hasRedis, startRedis, type TestRedis } from '../redis.ts'

const run = promisify(execFile)

/** Short, so that a job of a killed worker comes back while we look. */
const workers = { lockSeconds: 3, sweepSeconds: 2 }
const victims: readonly WorkerKind[] = [
  'page',
  'document',
  'clock',
  'page',
  'batch',
  'inbox',
  'document',
  'page',
]

const backends = [
  'postgres',
  ...(hasRedis('lost workers and a lost queue, on Redis') ? ['redis'] : []),
] as const

describe.each(backends)(
  'with the queue on %s, workers killed by -9 in the middle of the batches',
  (backend) => {
    let redis: TestRedis | undefined
    let fixture: TestHouse
    let dropped: DroppedBatch[]

    beforeAll(async () => {
      if (backend === 'redis') redis = await startRedis()
      fixture = await startTestHouse({
        crew: smallCrew,
        overrides: { workers },
        ...(redis ? { redisUrl: redis.url } : {}),
      })
      dropped = await dropBatches(fixture.stack.inbox)
      await sleep(2_000)
      for (const victim of victims) {
        await fixture.killAndReplace(victim)
        // What the queue knew is gone, with the jobs that were under way.
        if (redis && victim === 'document') await run('redis-cli', ['-p', String(redis.port), 'flushall'])
        await sleep(1_500)
      }
      await fixture.untilQuiet(dropped)
    }, 600_000)

    afterAll(async () => {
      await fixture?.stop()
      await redis?.stop()
    })

    test('everything still reaches its right final state', async () => {
      for (const batch of dropped)
        expect(await outcomeOf(fixture, batch), batch.name).toEqual(expectedOf(batch))
    })

    test('no object has two versions', async () => {
      const versions = await archivedVersions(fixture)
      expect(versions.size).toBeGreaterThan(0)
      expect([...versions].filter(([, count]) => count !== 1)).toEqual([])
    })

    test('the ledger verifies', async () => {
      const { house } = fixture
      const isDone = async () =>
        (await house.ledger().waiting()) === 0 && (await house.ledger().unarchived()).length === 0
      for (let tries = 0; tries < 80 && !(await isDone()); tries++) await sleep(250)
      const report = await verifyLedger(house.ledger(), house.signer(), house.archiveBuckets())
      expect(report.findings).toEqual([])
      expect(report.covered).toBe(report.size)
    })

    test('no step of a document was recorded twice', async () => {
      const { house, organisationId } = fixture
      const documents = await house.views().documents(organisationId, { limit: 100 })
      for (const { id } of documents) {
        const events = await house.views().documentEvents(organisationId, id)
        const once = events.filter(
          ({ type }) => type === 'document-assembled' || type === 'identity-confirmed',
        )
        expect(new Set(once.map(({ type }) => type)).size, id).toBe(once.length)
      }
    })
  },
)
