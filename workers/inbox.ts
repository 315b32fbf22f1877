import { type InboxRound, tendInbox } from '../src/commands/tend-inbox.ts'
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
    const { claimed, submitted, givenBack, released, postponed, causes } = await tendInbox(inbox)
    const did = { claimed, submitted, givenBack, released }
    if (Object.values(did).some((count) => count > 0)) log.info(did)
    sayCauses(postponed, causes)
  }
  // Why folders wait is said when that changes, and every minute as long as they do.
  let said = { codes: '', at: Number.NEGATIVE_INFINITY }
  const sayCauses = (postponed: number, causes: InboxRound['causes']) => {
    const codes = causes.map(({ code }) => code).join(' ')
    if (codes === said.codes && (codes === '' || performance.now() - said.at < 60_000)) return
    said = { codes, at: performance.now() }
    for (const { code, facts } of causes) log.warn({ code, ...facts, postponed }, 'put off')
    if (codes === '') log.info('nothing is put off any more')
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
