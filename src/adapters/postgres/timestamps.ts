import { sql } from 'kysely'
import type { AlgorithmName } from '../../domain/algorithms.ts'
import type { Clock } from '../../ports.ts'
import type { TimedSubject, TimestampStore, TimestampTally, TimestampToken } from '../../records.ts'
import type { Database } from './database.ts'

const atOnce = 500

/** Tokens of all organisations. `database` connects as scelle_system. */
export const openTimestamps = (database: Database, clock: Clock): TimestampStore => ({
  async waiting(limit) {
    const heads = await waitingOf(database, 'checkpoint', limit)
    return heads.length < limit
      ? [...heads, ...(await waitingOf(database, 'sealed-document', limit - heads.length))]
      : heads
  },

  async due({ before, ended, madeBefore }, limit) {
    const { rows } = await sql<TokenRow>`
      ${sorts}
      select t.*, ${content} from (
        select found.* from sorts cross join lateral (
          select * from timestamps
          where not renewed and certificate_until = sorts.certificate_until and algorithms = sorts.algorithms
            and at < ${madeBefore}
          order by at limit ${limit}
        ) found
        where sorts.certificate_until < ${before} or sorts.algorithms && ${[...ended]}::text[]
        limit ${limit}
      ) t ${contentOf}`.execute(database)
    return rows.map((row) => ({ ...subjectOf(row), last: tokenOf(row) }))
  },

  keep: (subject, digest, token) =>
    database.transaction().execute(async (tx) => {
      const { kind, organisationId } = subject
      const { generation, authority, at, certificateUntil, algorithms } = token
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('timestamps')
        .values({
          ...{ kind, subject: subject.subject, organisation_id: organisationId, digest, generation },
          ...{ token: token.token, authority, at, certificate_until: certificateUntil },
          ...{ algorithms: [...algorithms], recorded_at: clock.now(), archived_at: null },
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      await tx
        .deleteFrom('timestamps_waiting')
        .where('kind', '=', kind)
        .where('subject', '=', subject.subject)
        .execute()
      await tx
        .updateTable('timestamps')
        .set({ renewed: true })
        .where('kind', '=', kind)
        .where('subject', '=', subject.subject)
        .where('generation', '<', generation)
        .where('renewed', '=', false)
        .execute()
      return numInsertedOrUpdatedRows === 1n
    }),

  async *unarchived() {
    for (let last: TokenRow | undefined; ; ) {
      const page = await unarchivedAfter(database, last)
      for (const row of page) yield { ...subjectOf(row), copy: tokenOf(row) }
      last = page.at(-1)
      if (page.length < atOnce) return
    }
  },

  async markArchived({ kind, subject }, generation) {
    await database
      .updateTable('timestamps')
      .set({ archived_at: clock.now() })
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where('generation', '=', generation)
      .execute()
  },

  async *evidence() {
    for (let last: SubjectRow | undefined; ; ) {
      const page = await evidenceAfter(database, last)
      yield* grouped(page)
      last = page.at(-1)
      if (!last) return
    }
  },

  tally: () => tallyOf(database),
})

type SubjectRow = {
  readonly kind: TimedSubject['kind']
  readonly subject: string
  readonly organisation_id: TimedSubject['organisationId']
  readonly storage: string | null
  readonly sha256: Buffer
  readonly sha512: Buffer
}
type TokenRow = SubjectRow & {
  readonly generation: number
  readonly token: Buffer
  readonly authority: string
  readonly at: Date
  readonly certificate_until: Date
  readonly algorithms: AlgorithmName[]
}

/** What youngest tokens rest on, found by jumping from one sort to the next in their index. */
const sorts = sql`
  with recursive sorts(certificate_until, algorithms) as (
    (select certificate_until, algorithms from timestamps where not renewed
     order by certificate_until, algorithms limit 1)
    union all
    select next.* from sorts cross join lateral (
      select certificate_until, algorithms from timestamps
      where not renewed and (certificate_until, algorithms) > (sorts.certificate_until, sorts.algorithms)
      order by certificate_until, algorithms limit 1
    ) next
  )`

/** What is stamped, as it stands now: of a head its note as it was signed, of a deposit what was sealed. */
const content = sql`hosts.storage,
  coalesce(sha256(convert_to(c.note, 'UTF8')), decode(d.content_sha256, 'hex')) as sha256,
  coalesce(sha512(convert_to(c.note, 'UTF8')), decode(d.content_sha512, 'hex')) as sha512`
/** Each looked up by itself: joined, all heads might be read for the few that are asked about. */
const contentOf = sql`
  left join lateral (
    select note from ledger_checkpoints
    where t.kind = 'checkpoint' and size = case t.kind when 'checkpoint' then t.subject::bigint end limit 1
  ) c on true
  left join lateral (
    select content_sha256, content_sha512, host_id from deposits
    where t.kind = 'sealed-document'
      and document_id = case t.kind when 'sealed-document' then split_part(t.subject, '/', 1)::uuid end
      and part = split_part(t.subject, '/', 2)
      and version = case t.kind when 'sealed-document' then split_part(t.subject, '/', 3)::int end limit 1
  ) d on true
  left join hosts on hosts.id = d.host_id`

async function waitingOf(
  database: Database,
  kind: TimedSubject['kind'],
  limit: number,
): Promise<TimedSubject[]> {
  const order = kind === 'checkpoint' ? sql`since desc, subject desc` : sql`since, subject`
  const { rows } = await sql<SubjectRow>`
    select t.kind, t.subject, t.organisation_id, ${content} from (
      select * from timestamps_waiting where kind = ${kind} order by ${order} limit ${limit}
    ) t ${contentOf}`.execute(database)
  return rows.map(subjectOf)
}

/** What could not be copied is not met twice. */
async function unarchivedAfter(database: Database, last: TokenRow | undefined): Promise<TokenRow[]> {
  const isAfter = last
    ? sql`(kind, subject, generation) > (${last.kind}, ${last.subject}, ${last.generation}::int)`
    : sql`true`
  const { rows } = await sql<TokenRow>`
    select t.*, ${content} from (
      select * from timestamps where archived_at is null and ${isAfter}
      order by kind, subject, generation limit ${atOnce}
    ) t ${contentOf} order by t.kind, t.subject, t.generation`.execute(database)
  return rows
}

/** Whole subjects only: their tokens are never cut between two pages. */
async function evidenceAfter(database: Database, last: SubjectRow | undefined): Promise<TokenRow[]> {
  const isAfter = last ? sql`(kind, subject) > (${last.kind}, ${last.subject})` : sql`true`
  const { rows } = await sql<TokenRow>`
    select t.*, ${content} from (
      select * from timestamps where (kind, subject) in (
        select kind, subject from timestamps where generation = 1 and ${isAfter}
        order by kind, subject limit ${atOnce})
    ) t ${contentOf} order by t.kind, t.subject, t.generation`.execute(database)
  return rows
}

function* grouped(rows: readonly TokenRow[]) {
  for (let from = 0; from < rows.length; ) {
    const first = rows[from]!
    const end = rows.findIndex((row, at) => at > from && row.generation === 1)
    const to = end < 0 ? rows.length : end
    yield { ...subjectOf(first), tokens: rows.slice(from, to).map(tokenOf) }
    from = to
  }
}

const subjectOf = ({
  kind,
  subject,
  organisation_id,
  storage,
  sha256,
  sha512,
}: SubjectRow): TimedSubject => ({
  ...{ kind, subject, organisationId: organisation_id, storage, sha256, sha512 },
})

const tokenOf = (row: TokenRow): TimestampToken => ({
  generation: row.generation,
  token: row.token,
  authority: row.authority,
  at: row.at,
  certificateUntil: row.certificate_until,
  algorithms: row.algorithms,
})

/** Counted along indexes; of each subject one token is the youngest. */
async function tallyOf(database: Database): Promise<TimestampTally> {
  type Kind = TimedSubject['kind']
  const [resting, waiting, since, unarchived] = await Promise.all([
    sql<TimestampTally['resting'][number] & { kind: Kind }>`
      select kind, authority, certificate_until as "certificateUntil", algorithms, count(*)::int as tokens
      from timestamps where not renewed group by 1, 2, 3, 4 order by 3, 2, 4`.execute(database),
    sql<{ kind: Kind; tokens: number }>`
      select kind, count(*)::int as tokens from timestamps_waiting group by kind`.execute(database),
    sql<{ since: Date | null }>`
      select min(first.since) as since from (values ('checkpoint'), ('sealed-document')) kinds (kind)
      cross join lateral (
        select since from timestamps_waiting w where w.kind = kinds.kind order by since limit 1) first`.execute(
      database,
    ),
    sql<{ tokens: number }>`select count(*)::int as tokens from timestamps where archived_at is null`.execute(
      database,
    ),
  ])
  return {
    stamped: perKind(resting.rows),
    waiting: perKind(waiting.rows),
    waitingSince: since.rows[0]?.since ?? null,
    unarchived: unarchived.rows[0]?.tokens ?? 0,
    resting: together(resting.rows),
  }
}

const perKind = (rows: readonly { kind: TimedSubject['kind']; tokens: number }[]) => {
  const of = (kind: TimedSubject['kind']) =>
    rows.reduce((sum, row) => (row.kind === kind ? sum + row.tokens : sum), 0)
  return { checkpoint: of('checkpoint'), 'sealed-document': of('sealed-document') }
}

/** Of both kinds, by what they rest on. */
function together(
  rows: readonly (TimestampTally['resting'][number] & { kind: TimedSubject['kind'] })[],
): TimestampTally['resting'] {
  const sums = new Map<string, TimestampTally['resting'][number]>()
  for (const { kind: _kind, tokens, ...rest } of rows) {
    const sort = JSON.stringify(rest)
    sums.set(sort, { ...rest, tokens: tokens + (sums.get(sort)?.tokens ?? 0) })
  }
  return [...sums.values()]
}
