import { describe, expect, onTestFinished, test } from 'vitest'
import { openQueues } from '../../../src/adapters/bullmq/queues.ts'
import type { Failure } from '../../../src/domain/failure.ts'
import type { Dispatch } from '../../../src/domain/order.ts'
import { hasRedis, startRedis } from '../../redis.ts'
import { openRedis } from './backends.ts'
import { queueSuite } from './suite.ts'

describe.runIf(hasRedis('the queue on Redis'))('the queue on Redis', () => {
  queueSuite(openRedis)

  test('a Redis that goes away is a failure that may pass, and work goes on when it is back', async () => {
    const before = await startRedis()
    onTestFinished(before.stop)
    const queues = await openQueues({ backend: { kind: 'redis', url: before.url }, prefix: 'scelle' })
    const delivered: string[] = []
    const worker = queues.startWorker('page', async ({ jobId }) => void delivered.push(jobId), {
      concurrency: 1,
      report: () => {},
    })
    await before.stop()
    const dispatch = { queue: 'page', jobId: 'a.1', organisationId: 'o', outboxId: 'a' } as Dispatch
    const refused = (await queues.enqueue([dispatch]).catch((failure: unknown) => failure)) as Failure
    expect([refused.code, refused.retry]).toEqual(['queue-away', 'later'])

    const after = await startRedis(before.port)
    onTestFinished(after.stop)
    await expect
      .poll(
        () =>
          queues.enqueue([dispatch]).then(
            () => 'taken',
            () => 'refused',
          ),
        { timeout: 15_000 },
      )
      .toBe('taken')
    await expect.poll(() => delivered, { timeout: 15_000 }).toEqual(['a.1'])
    await worker.close(1_000)
    await queues.close()
  })
})
