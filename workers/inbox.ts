import { tendInbox } from '../src/commands/tend-inbox.ts'
import { compose } from '../src/compose.ts'
import { asFailure } from '../src/domain/failure.ts'
import { configFile, loadSettings } from '../src/settings/load.ts'
import { live, openLog } from './lifetime.ts'
import { showPresence } from './queue-worker.ts'
import { repeat } from './repeat.ts'

const log = openLog('inbox')

/** Watches the hot folder. One process for each folder. */
await live(log, async () => {
  const settings = await loadSettings(configFile())
  const house = compose(settings, log)
  await house.followTime()
  const folder = await house.hotFolder()
  const inbox = { ...house.door(), folder, language: settings.language, organisationOf: house.organisationOf }
  const leave = showPresence('inbox', { presence: house.presence(), clock: house.clock, log })

  const over = new AbortController()
  const round = async () => {
    const { claimed, submitted, givenBack, released, postponed } = await tendInbox(inbox)
    const did = { claimed, submitted, givenBack, released }
    if (Object.values(did).some((count) => count > 0)) log.info(did)
    if (postponed > 0) log.warn({ postponed }, 'put off')
  }
  const report = (error: unknown) => log.warn({ code: asFailure(error).code }, 'put off')
  const watching = repeat((settings.inbox?.pollSeconds ?? 2) * 1000, over.signal, round, report)
  return {
    stopMs: settings.workers.stopSeconds * 1000,
    async stop() {
      over.abort()
      await watching
      await leave()
      await house.close()
    },
  }
})
