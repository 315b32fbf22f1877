import pg from 'pg'
import { Failure } from '../../domain/failure.ts'

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
/**
 * Codes of PostgreSQL's appendix A: shutdown, crash, still starting, a standby that may only be read. Whole classes: no
 * connection (08), no room on the disk, in memory or for connections (53), trouble with its files (58).
 */
const awayStates = new Set(['57P01', '57P02', '57P03', '57P05', '25006'])
const awayClasses = new Set(['08', '53', '58'])
/** The server is there and lets nobody in: that is for the configuration to put right. */
const refusedStates: Readonly<Record<string, string>> = {
  '3D000': 'no-such-database',
  '28P01': 'wrong-password',
  '28000': 'wrong-role',
}
/** What the driver says, without a code, when a connection could not be had or was lost. */
const awayWords =
  /connection terminated|timeout exceeded when trying to connect|connection timeout|not queryable/i

/**
 * An error of the driver as it may leave this room: connection trouble becomes Failure database-away or database-refused, all else stays what
 * it is but loses the parts in which the server quotes row values.
 */
export function refused(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  const code = 'code' in error ? String(error.code) : ''
  if (
    networkCodes.has(code) ||
    awayStates.has(code) ||
    (/^[0-9A-Z]{5}$/.test(code) && awayClasses.has(code.slice(0, 2))) ||
    awayWords.test(error.message)
  ) {
    return new Failure('database-away', {}, { cause: error })
  }
  // Of migration 0017: whoever wrapped the key learns of the newer epoch when it is asked to wrap again.
  if (code === 'SC002') return new Failure('key-epoch-retired', {}, { cause: error })
  const reason = refusedStates[code]
  if (reason) return new Failure('database-refused', { reason }, { cause: error })
  if (error instanceof pg.DatabaseError) {
    error.detail = undefined
    error.where = undefined
    error.internalQuery = undefined
  }
  return error
}

/** A row with the same key is there already (SQLSTATE 23505). */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.code === '23505'
