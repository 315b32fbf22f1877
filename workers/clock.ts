import { askWitnesses } from '../src/commands/ask-witnesses.ts'
import { extendLedger } from '../src/commands/extend-ledger.ts'
import { guardLedger } from '../src/commands/guard-ledger.ts'
import { publishLedger } from '../src/commands/publish-ledger.ts'
import { renewLocks } from '../src/commands/renew-locks.ts'
import { sweepStaging } from '../src/commands/sweep-staging.ts'
import { compose } from '../src/compose.ts'
import { asFailure, Failure } from '../src/domain/failure.ts'
import type { FailureCode } from '../src/domain/failures.ts'
import { configFile, loadSettings } from '../src/settings/load.ts'
import { tellAlarms } from './alarms.ts'
import { keepDispatching } from './dispatch.ts'
import { dutyReporter, keepDuty } from './duties.ts'
import { ledgerStanding } from './ledger-standing.ts'
import { live, openLog } from './lifetime.ts'
import { showPresence } from './queue-worker.ts'
import { attesting } from './attestations.ts'
import { timekeeping } from './timestamps.ts'
import { watchUnattended } from './unattended.ts'

const log = openLog('clock')

/** Orders of closed batches are kept a week, for whoever wants to see how a batch went. */
const ordersKeptMs = 7 * 86_400_000
/** Longer than a worker's heart stands still between two beats, however busy its machine. */
const unattendedMs = 30_000

/** Everything that is done once for the whole house. Any number of clocks may run: the elected one works. */
await live(log, async () => {
  const settings = await loadSettings(configFile())
  const house = compose(settings, log)
  await house.followTime()
  const queues = await house.queues()
  let electedAt: Date | undefined
  const leave = showPresence(
    'clock',
    { presence: house.presence(), clock: house.clock, log },
    { doing: () => (electedAt ? [{ stage: 'elected', since: electedAt.toISOString() }] : []) },
  )
  const { workers, ledger, timestamps, certificates, alarms } = settings
  const duties = { duties: house.duties(), log }

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
        unattended: watchUnattended({ presence: house.presence(), clock: house.clock }, unattendedMs),
        report: dutyReporter('dispatch', duties),
        mayGoOn: () => standing.mustBeGood('ledger', 'publication'),
      },
      over,
    )
  const guard = guardLedger(house.ledgerPublisher())
  const standing = ledgerStanding()
  const sequencing = () =>
    standing.watch('ledger', async () => {
      standing.mustBeGood('publication')
      await extendLedger({ ledger: house.ledger(), signer: house.signer(), clock: house.clock, guard })
    })
  /** What witnesses signed goes to the archives at once. */
  const publishing = () =>
    standing.watch('publication', async () => {
      await publishLedger(house.ledgerPublisher())
      const signed = await askWitnesses(house.witnesses(), { ledger: house.ledger(), guard })
      if (signed > 0) await publishLedger(house.ledgerPublisher())
    })
  const renewing = async (over: AbortSignal) => {
    const renewals = await renewLocks(house.lockKeeper(), over)
    const [failed] = Object.keys(renewals.failed) as FailureCode[]
    if (renewals.lapsed > 0 || failed)
      log.error({ duty: 'locks', ...renewals }, 'documents in the archive are not locked as they should be')
    else if (renewals.renewed > 0) log.info({ duty: 'locks', renewed: renewals.renewed }, 'locks renewed')
    if (failed) throw new Failure(failed)
  }
  const keepingTime = timekeeping(house, log)
  const attestingBatches = attesting(house, log)
  const sweeping = () =>
    sweepStaging({ store: house.stagingBucket(), keyOf: house.fateOfBatchKey, clock: house.clock })
  const ago = (ms: number) => new Date(house.clock.now().getTime() - ms)
  const forgetting = async () => {
    await house.presence().forget(ago(600_000))
    await house.outbox().forget(ago(ordersKeptMs))
  }
  const looking = () =>
    tellAlarms({ lookout: house.lookout(), book: house.alarmBook(), clock: house.clock, limits: alarms }, log)

  const over = new AbortController()
  const reigning = house.election().stand(over.signal, async (lost) => {
    electedAt = house.clock.now()
    log.info('elected')
    // Before anything is done: that nobody did it until now must be told.
    await looking().catch((error: unknown) => log.warn({ code: asFailure(error).code }, 'cannot look'))
    // Before any work is given out: a database that was restored from an older state must not be worked on.
    await standing
      .watch('ledger', () => guard.look())
      .catch((error: unknown) => log.warn({ code: asFailure(error).code }, 'ledger not compared'))
    const hour = 3_600_000
    await Promise.all([
      dispatching(lost),
      keepDuty('ledger', ledger.checkpointSeconds * 1000, lost, sequencing, duties),
      keepDuty('publication', ledger.publishSeconds * 1000, lost, publishing, duties),
      keepDuty('locks', hour, lost, () => renewing(lost), duties),
      keepDuty('timestamps', timestamps.everySeconds * 1000, lost, () => keepingTime(lost), duties),
      keepDuty('attestations', certificates.everySeconds * 1000, lost, () => attestingBatches(lost), duties),
      keepDuty('staging', hour, lost, sweeping, duties),
      keepDuty('presence', 60_000, lost, forgetting, duties),
      keepDuty('alarms', alarms.lookSeconds * 1000, lost, looking, duties),
    ])
    electedAt = undefined
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
