import { type RawBuilder, sql } from 'kysely'

/**
 * The rows that `select` finds in each of some states, or in any: each state is a short range of an index that has the
 * list's order, where all of them at once would have to be sorted.
 */
export const ofEachState = (
  states: readonly string[] | undefined,
  select: (state: RawBuilder<string> | undefined) => RawBuilder<unknown>,
): RawBuilder<unknown> =>
  states
    ? sql`select found.* from unnest(${[...new Set(states)]}::text[]) wanted (state)
          cross join lateral (${select(sql<string>`wanted.state`)}) found`
    : select(undefined)
