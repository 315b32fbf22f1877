import { type Logger, pino } from 'pino'
import { asFailure } from '../src/domain/failure.ts'
import { failures } from '../src/domain/failures.ts'
import { traceOf } from './trace.ts'

/**
 * Logs of one process, as JSON lines on its output. It is written by Node itself: pino's own writer tries for ever where
 * nobody reads any more, when it says that something is fatal.
 */
export const openLog = (worker: string): Logger =>
  pino({ base: { worker, pid: process.pid } }, process.stdout)

/**
 * Starts a process's work and ends the process when it is told to: by SIGTERM, by SIGINT, by the death of the parent
 * that it was forked from, or of whoever reads its log: nothing works unseen. `stop` has `stopMs` milliseconds. The
 * parent, if any, hears `ready`.
 */
export async function live(
  log: Logger,
  start: () => Promise<{ stop(): Promise<void>; stopMs: number }>,
): Promise<void> {
  const told = Promise.withResolvers<string>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => told.resolve(signal))
  process.on('disconnect', () => told.resolve('disconnect'))
  process.stdout.on('error', () => told.resolve('log-closed'))
  // The parent may have died before anybody listened.
  if (Object.hasOwn(process, 'connected') && !process.connected) told.resolve('disconnect')
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(fault, (error: unknown) => {
      log.fatal({ ...traceOf(error), fault }, 'ended by a fault')
      process.exit(9)
    })
  }
  try {
    const started = await Promise.race([start(), told.promise.then(() => undefined)])
    if (!started) process.exit(0)
    const { stop, stopMs } = started
    // A parent that dies at this very moment hears nothing, and that is no fault: `disconnect` tells.
    process.send?.('ready', undefined, undefined, () => {})
    log.info('started')
    log.info({ by: await told.promise }, 'stopping')
    setTimeout(() => process.exit(1), stopMs).unref()
    await stop()
    log.info('stopped')
    process.exit(0)
  } catch (error) {
    const { code, facts } = asFailure(error)
    log.fatal({ code, ...facts, ...traceOf(error) }, 'cannot go on')
    process.exit(failures[code].exit)
  }
}
