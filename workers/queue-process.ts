import { compose } from '../src/compose.ts'
import type { QueueName } from '../src/domain/order.ts'
import { configFile, loadSettings } from '../src/settings/load.ts'
import { stages } from '../src/stages/registry.ts'
import { live, openLog } from './lifetime.ts'
import { startQueueWorker } from './queue-worker.ts'

/** The process that works on one queue, configured as `scelle` is. */
export async function runQueueProcess(queue: QueueName): Promise<void> {
  const log = openLog(queue)
  await live(log, async () => {
    const settings = await loadSettings(configFile())
    const house = compose(settings, log)
    // Where no file can be read, none is to blame: this worker takes none, and says why it ends.
    if (queue !== 'batch') await house.prove(queue)
    await house.followTime()
    const stopMs = settings.workers.stopSeconds * 1000
    const worker = startQueueWorker(queue, {
      stages,
      truth: house.truth(),
      ports: house.ports,
      clock: house.clock,
      log,
      queues: await house.queues(),
      announcements: house.announcements(),
      presence: house.presence(),
      concurrency: settings.workers[queue],
      maxAttempts: settings.workers.maxAttempts,
      retryMs: settings.workers.retrySeconds * 1000,
      stopMs: stopMs * 0.9,
    })
    return {
      stopMs,
      async stop() {
        await worker.stop()
        await house.close()
      },
    }
  })
}
