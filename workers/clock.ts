import { archiveCheckpoints, extendLedger } from '../src/commands/extend-ledger.ts'
import { renewLocks } from '../src/commands/renew-locks.ts'
import { sweepStaging } from '../src/commands/sweep-staging.ts'
import { compose } from '../src/compose.ts'
import { asFailure } from '../src/domain/failure.ts'
import { configFile, loadSettings } from '../src/settings/load.ts'
import { keepDispatching } from './dispatch.ts'
import { live, openLog } from './lifetime.ts'
import { showPresence } from './queue-worker.ts'
import { repeat } from './repeat.ts'

const log = openLog('clock')

/** Everything that is done once for the whole house. Any number of clocks may run: the elected one works. */
await live(log, async () => {
  const settings = await loadSettings(configFile())
  const house = compose(settings, log)
  const queues = await house.queues()
  const leave = showPresence('clock', { presence: house.presence(), clock: house.clock, log })
  const { workers, ledger } = settings
  const fault = (duty: string) => (error: unknown) =>
    log.warn({ duty, code: asFailure(error).code }, 'put off')

  const dispatching = (over: AbortSignal) =>
    keepDispatching(
      {
        outbox: house.outbox(),
        queues,
        announcements: house.announcements(),
        clock: house.clock,
        log,
        inFlight: workers.inFlight,
        sweepMs: workers.sweepSeconds * 1000,
        lostMs: workers.sweepSeconds * 1000,
      },
      over,
    )
  const sequencing = async () => {
    await extendLedger({ ledger: house.ledger(), signer: house.signer(), clock: house.clock })
    await archiveCheckpoints(house.ledger(), Object.values(house.archiveBuckets()))
  }
  const renewing = async (over: AbortSignal) => {
    const renewals = await renewLocks(house.lockKeeper(), over)
    const isWell = renewals.lapsed === 0 && Object.keys(renewals.failed).length === 0
    if (!isWell)
      log.error({ duty: 'locks', ...renewals }, 'documents in the archive are not locked as they should be')
    else if (renewals.renewed > 0) log.info({ duty: 'locks', renewed: renewals.renewed }, 'locks renewed')
  }
  const sweeping = () =>
    sweepStaging({ store: house.stagingBucket(), keyOf: house.fateOfBatchKey, clock: house.clock })
  const forgetting = () => house.presence().forget(new Date(house.clock.now().getTime() - 600_000))

  const over = new AbortController()
  const reigning = house.election().stand(over.signal, async (lost) => {
    log.info('elected')
    await Promise.all([
      dispatching(lost),
      repeat(ledger.checkpointSeconds * 1000, lost, sequencing, fault('ledger')),
      repeat(3_600_000, lost, () => renewing(lost), fault('locks')),
      repeat(3_600_000, lost, sweeping, fault('staging')),
      repeat(60_000, lost, forgetting, fault('presence')),
    ])
  })
  return {
    stopMs: workers.stopSeconds * 1000,
    async stop() {
      over.abort()
      await reigning
      await leave()
      await house.close()
    },
  }
})
