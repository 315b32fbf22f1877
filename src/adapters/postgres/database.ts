import type { Duplex } from 'node:stream'
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import type { OrganisationId } from '../../domain/ids.ts'
import { refused } from './refusals.ts'
import type { Schema } from './schema.ts'

export type Database = Kysely<Schema>
export type Tx = Transaction<Schema>

/**
 * A bounded pool of connections; nothing connects before the first query. Every connection limits how long a statement,
 * a wait for a lock and an idle transaction may last. Errors come out as `refused` makes them.
 */
export function openDatabase(options: {
  url: string
  connections?: number
  statementSeconds?: number
  applicationName?: string
}): Database {
  const statementMs = (options.statementSeconds ?? 60) * 1000
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 10,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementMs,
    lock_timeout: 30_000,
    idle_in_transaction_session_timeout: 120_000,
    // A server that vanished without a word is noticed after some twenty seconds, not after hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    application_name: options.applicationName ?? 'scelle',
    types: { getTypeParser },
  })
  // A connection lost between two statements is replaced, or found lost by the next one; without listeners it would end
  // the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: sayingRefusals(pool, statementMs * 1.25) }),
  })
}

/** One transaction that sees and writes the rows of one organisation only (row-level security, for `scelle_app`). */
export const inOrganisation = <Result>(
  database: Database,
  organisationId: OrganisationId,
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> =>
  database.transaction().execute(async (tx) => {
    await sql`select set_config('scelle.organisation', ${organisationId}, true)`.execute(tx)
    return work(tx)
  })

/**
 * The part of the pool that Kysely uses, with the driver's errors in our terms. The server ends by itself what takes too
 * long: where not even that is answered within `patienceMs`, nobody is there, and the connection is given up.
 */
const sayingRefusals = (pool: pg.Pool, patienceMs: number) => ({
  async connect() {
    const client = await pool.connect().catch(reject)
    const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
    return {
      async query(text: string, parameters: unknown[]) {
        const patience = setTimeout(() => stream.destroy(), patienceMs)
        return client
          .query(text, parameters)
          .catch(reject)
          .finally(() => clearTimeout(patience))
      },
      release: () => client.release(),
    } as unknown as pg.PoolClient
  },
  end: () => pool.end(),
})

function reject(error: unknown): never {
  throw refused(error)
}

const { builtins } = pg.types
type Parser = (text: string) => unknown
const parsers: Readonly<Record<number, Parser>> = {
  // A day has no time zone: as a Date it would shift.
  [builtins.DATE]: (text) => text,
  [builtins.INT8]: (text) => {
    const number = Number(text)
    if (!Number.isSafeInteger(number)) throw new RangeError('bigint beyond 2^53')
    return number
  },
}

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: unknown): Parser =>
  parsers[oid] ?? (pg.types.getTypeParser(oid, format as 'text') as Parser)
