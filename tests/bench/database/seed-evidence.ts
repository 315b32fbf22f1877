import type pg from 'pg'

/**
 * Tokens, attestations, epochs of keys, and what is published of the ledger: all of the archive has its own, but for as many
 * as in every size that wait. A token is 200 bytes of nothing; its size is not what a query looks at.
 */
export async function fillEvidence(connections: pg.Pool): Promise<void> {
  await connections.query(epochs)
  await connections.query(fresh)
  await Promise.all([
    inTurn(connections, [tokens, heads, renewed, waiting]),
    inTurn(connections, [attestations, subtrees, cosignatures]),
  ])
}

async function inTurn(connections: pg.Pool, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connections.query(statement)
}

const epochs = `insert into key_epochs (epoch, made_at, escrowed_at) values (1, now(), now()), (2, now(), now())`

/** The latest documents: 1 to 40 have no token yet, 41 to 80 none in the archive, of 81 to 110 the certificate ends soon. */
const fresh = `
  create table bench.fresh as
  select document_id, row_number() over (order by changed_at desc, document_id) as place from (
    select id as document_id, changed_at from documents where state = 'verified' order by changed_at desc, id limit 110) latest`

const columns = `kind, subject, organisation_id, digest, generation, token, authority, at, certificate_until, algorithms,
  recorded_at, renewed, archived_at`
const token = `decode(repeat('5c', 200), 'hex')`
const rests = `'{sha256,rsa-2048}'::text[]`

/** Certificates end with the fifth year; those of the first half-year ended sooner, and its tokens were renewed. */
const tokens = `
  insert into timestamps (${columns})
  select 'sealed-document', concat_ws('/', d.document_id, d.part, d.version), d.organisation_id, sha256(uuid_send(d.document_id)), 1,
         ${token}, 'Authority 1', case when fresh.place > 80 then '2026-10-01' else deposited_at end,
         case when fresh.place > 80 then '2026-12-15' when deposited_at < '2024-05-23' then '2026-11-30'
              else date_trunc('year', deposited_at) + interval '5 years' end,
         ${rests}, deposited_at, deposited_at < '2024-05-23', case when fresh.place > 40 and fresh.place <= 80 then null else deposited_at end
  from deposits d left join bench.fresh on fresh.document_id = d.document_id
  where part in ('access', 'master') and (fresh.place is null or fresh.place > 40)`
const heads = `
  insert into timestamps (${columns})
  select 'checkpoint', size::text, null, root, 1, ${token}, 'Authority 1', '2026-01-10', '2030-12-31', ${rests}, at, false, at
  from ledger_checkpoints where size not in (select size from ledger_checkpoints order by size desc limit 3)`
const renewed = `
  insert into timestamps (${columns})
  select kind, subject, organisation_id, digest, 2, token, 'Authority 2', '2026-09-01', '2031-12-31', algorithms, '2026-09-01', false, '2026-09-01'
  from timestamps where renewed`
const waiting = `
  insert into timestamps_waiting (kind, subject, organisation_id, since)
  select 'sealed-document', concat_ws('/', document_id, part, version), organisation_id, deposited_at
  from deposits join bench.fresh using (document_id) where place <= 40 and part in ('access', 'master')
  union all
  (select 'checkpoint', size::text, null, at from ledger_checkpoints order by size desc limit 3)`

const figures = `'{"announced": {"folders": 5, "documents": 20, "pages": 60}, "isAnsweredFor": false,
  "files": {"received": 20, "bytes": 14000000, "digests": 40, "split": 20, "rejected": 0, "duplicate": 0},
  "pages": {"counted": 60, "inDocuments": 60, "coverSheets": 0}, "verified": {"documents": 20, "pages": 60},
  "refused": {"documents": 0, "pages": 0}, "rejected": {"documents": 0, "pages": 0}, "attributedByHand": 0,
  "objects": {"access": 20, "master": 20, "words": 20, "bytes": 9000000}, "reasons": {"files": {}, "documents": {}}}'::jsonb`

/** Of the latest, five are not written yet, three signed and not in the archive, four without a time-stamp. */
const attestations = `
  insert into attestations (batch_id, organisation_id, figures, closed_at, draft, draft_stamped, version, object_key, sha256, bytes,
    stamped, deposited_at, retain_until)
  select id, organisation_id, ${figures}, closed, case when place between 6 and 8 then ${token} end, place between 6 and 8,
         is_written::int, case when is_written then 'attestations/' || id || '/1.pdf' end,
         case when is_written then encode(sha256(uuid_send(id)), 'hex') end, case when is_written then 60000 end, place > 12,
         case when is_written then closed end,
         case when is_written then '2027-01-06T10:00:00Z'::timestamptz + hashint8(number) % 3900000 * interval '1 second' + interval '44 days' end
  from (
    select *, received_at + interval '2 hours' as closed, place > 8 as is_written
    from (select *, row_number() over (order by received_at desc) as place from bench.batch where life = 'closed') batch
  ) closed_batch`

const subtrees = `
  insert into ledger_subtrees (level, index, hash)
  select level, index, sha256(int8send(index)) from generate_series(1, 3) level
  cross join lateral generate_series(0, (select max(seq) + 1 from ledger_entries) / (256 ^ level)::bigint - 1) index`

/** Two witnesses; the second has not seen the latest three heads. */
const cosignatures = `
  insert into ledger_cosignatures (size, witness, key_id, line, at)
  select size, witness, key_id, '— ' || witness || ' ' || repeat('c', 104), at from (
    select *, row_number() over (order by size desc) as place from ledger_checkpoints) head
  cross join (values ('one.example.org', '00000001', 0), ('two.example.org', '00000002', 3)) witnesses (witness, key_id, behind)
  where place > behind`
