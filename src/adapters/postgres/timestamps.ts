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
    const isEnding = sql`at < ${madeBefore}
      and (certificate_until < ${before} or algorithms && ${[...ended]}::text[])`
    const { rows } = await sql<TokenRow>`
      select t.*, ${content} from (
        select * from timestamps where not renewed and ${isEnding} limit ${limit}
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

/** What is stamped, as it stands now: of a head its note as it was signed, of a deposit what was sealed. */
const content = sql`hosts.storage,
  coalesce(sha256(convert_to(c.note, 'UTF8')), decode(d.content_sha256, 'hex')) as sha256,
  coalesce(sha512(convert_to(c.note, 'UTF8')), decode(d.content_sha512, 'hex')) as sha512`
const contentOf = sql`
  left join ledger_checkpoints c on t.kind = 'checkpoint'
    and c.size = case t.kind when 'checkpoint' then t.subject::bigint end
  left join deposits d on t.kind = 'sealed-document'
    and d.document_id = case t.kind when 'sealed-document' then split_part(t.subject, '/', 1)::uuid end
    and d.part = split_part(t.subject, '/', 2)
    and d.version = case t.kind when 'sealed-document' then split_part(t.subject, '/', 3)::int end
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

async function tallyOf(database: Database): Promise<TimestampTally> {
  const ofKinds = async (query: Promise<{ rows: { kind: TimedSubject['kind']; subjects: number }[] }>) => {
    const { rows } = await query
    const of = (kind: TimedSubject['kind']) => rows.find((row) => row.kind === kind)?.subjects ?? 0
    return { checkpoint: of('checkpoint'), 'sealed-document': of('sealed-document') }
  }
  const [stamped, waiting, since, unarchived, resting] = await Promise.all([
    ofKinds(
      sql<{ kind: TimedSubject['kind']; subjects: number }>`
        select kind, count(*)::int as subjects from timestamps where generation = 1 group by kind`.execute(
        database,
      ),
    ),
    ofKinds(
      sql<{ kind: TimedSubject['kind']; subjects: number }>`
        select kind, count(*)::int as subjects from timestamps_waiting group by kind`.execute(database),
    ),
    sql<{ since: Date | null }>`select min(since) as since from timestamps_waiting`.execute(database),
    sql<{ tokens: number }>`select count(*)::int as tokens from timestamps where archived_at is null`.execute(
      database,
    ),
    sql<TimestampTally['resting'][number]>`
      select authority, certificate_until as "certificateUntil", algorithms, count(*)::int as tokens
      from timestamps where not renewed group by 1, 2, 3 order by 2, 1, 3`.execute(database),
  ])
  return {
    stamped,
    waiting,
    waitingSince: since.rows[0]?.since ?? null,
    unarchived: unarchived.rows[0]?.tokens ?? 0,
    resting: resting.rows,
  }
}
