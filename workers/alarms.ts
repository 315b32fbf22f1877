import type { Logger } from 'pino'
import { raiseAlarms, type Watch } from '../src/commands/raise-alarms.ts'

/**
 * Says in the log which alarms began and which ended, by their code (`alarm`), with ids and numbers only. A fault of the
 * house is an error, its end is not.
 */
export const tellAlarms = (watch: Omit<Watch, 'tell'>, log: Logger): Promise<void> =>
  raiseAlarms({
    ...watch,
    tell({ began, ended }) {
      for (const { code, since, facts } of began) log.error({ alarm: code, since, ...facts }, 'alarm began')
      for (const { code, since, facts } of ended) log.info({ alarm: code, since, ...facts }, 'alarm ended')
    },
  })
