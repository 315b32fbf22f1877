import type { Logger } from 'pino'
import { raiseAlarms, type Watch } from '../src/commands/raise-alarms.ts'

/**
 * Says in the log which alarms began and which ended: once each, by its code (`alarm`), with ids and numbers only. A
 * fault of the house is an error, its end is not.
 */
export async function tellAlarms(watch: Watch, log: Logger): Promise<void> {
  const { began, ended } = await raiseAlarms(watch)
  for (const { code, since, facts } of began) log.error({ alarm: code, since, ...facts }, 'alarm began')
  for (const { code, since, facts } of ended) log.info({ alarm: code, since, ...facts }, 'alarm ended')
}
