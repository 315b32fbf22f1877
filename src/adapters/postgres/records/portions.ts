import { type SqlBool, sql } from 'kysely'

/** PostgreSQL takes 65,535 parameters a statement; our widest table has some twenty columns. */
const size = 1_000

/** Rows in portions that one INSERT can take; none for none. */
export function* inPortions<Row>(rows: readonly Row[]): Generator<Row[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** Rows with one of these ids, which are one parameter however many they are. */
export const isOneOf = (ids: readonly string[]) => sql<SqlBool>`id = any(${[...ids]}::uuid[])`
