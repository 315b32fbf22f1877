import type pg from 'pg'

/**
 * Batches, files, documents, pages, deposits, orders, custody events and their ledger, from `bench.batch` and
 * `bench.patient`, each table in one statement, several at a time. Three pages a document on average. Ids of documents,
 * files and pages are digests, as the product derives them, and so fall anywhere in their indexes; the others follow time.
 */
export async function fillArchive(connections: pg.Pool): Promise<void> {
  const inTurn = async (statements: readonly string[]) => {
    for (const statement of statements) await connections.query(statement)
  }
  await inTurn([functions, boxes, batches, files, documents, 'analyze documents'])
  await Promise.all([pages, deposits, orders, custody].map(inTurn))
  await inTurn(work)
}

/** `n` is one number for each document, file or page; hashes of it look like chance, and are cheap. */
const functions = `
  create function bench.hex(kind int, n bigint) returns text language sql immutable as
    $$ select lpad(to_hex(hashint8extended(n, kind)), 16, '0') $$;
  create function bench.id(kind int, n bigint) returns uuid language sql immutable as
    $$ select (left(bench.hex(kind, n), 12) || '8' || left(bench.hex(kind + 1, n), 3) || '8' || right(bench.hex(kind + 1, n), 15))::uuid $$;
  create function bench.timed_id(at timestamptz, kind int, n bigint) returns uuid language sql stable as
    $$ select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7' || right(bench.hex(kind, n), 3) || '8' || right(bench.hex(kind + 1, n), 15))::uuid $$;
  create function bench.digest(kind int, n bigint) returns text language sql immutable as
    $$ select bench.hex(kind, n) || repeat('5c3a', 12) $$;
  create function bench.staged(batch uuid, kind int, n bigint, more text) returns jsonb language sql stable as
    $$ select ('{"key":"' || batch || '/' || bench.hex(kind, n) || '5c3a5c3a5c3a5c3a","sha256":"' || bench.digest(kind, n) || '","bytes":250000' || more || '}')::jsonb $$;`

/** Numbers of kinds: each takes itself and the next one. */
const [box, file, document, page, order, event, batchEvent] = [10, 20, 30, 40, 50, 70, 90]

const boxes = `
  insert into boxes (id, organisation_id, label, created_at)
  select distinct on (organisation, number / 4) bench.id(${box}, organisation * 1000000 + number / 4), organisation_id,
         'BOX-' || number / 4, received_at
  from bench.batch`

const batches = `
  insert into batches (id, organisation_id, contract_id, box_id, fingerprint, state, operator, scanner, separation,
    expected_folders, expected_documents, expected_pages, manifest, staging_key_wrapped, staging_key_epoch, received_at,
    changed_at, closed_at, file_bytes)
  select b.id, b.organisation_id, contracts.id, bench.id(${box}, organisation * 1000000 + number / 4),
         bench.digest(2, number), case life when 'closed' then 'closed' else 'composed' end, 'operator-1',
         '{"serial": "S-1", "model": "M-1"}', case per_file when 1 then 'file' else 'cover-sheets' end, 1, documents,
         documents * 3, bench.staged(b.id, 2, number, ''), case when life <> 'closed' then decode(repeat('00', 60), 'hex') end,
         case life when 'live' then 1 else 2 end, received_at, received_at, case life when 'closed' then received_at + interval '2 hours' end,
         (documents + per_file - 1) / per_file * 700000
  from bench.batch b join contracts on contracts.organisation_id = b.organisation_id`

const files = `
  insert into files (id, organisation_id, batch_id, position, sha256, sha512, bytes, kind, pages, staged, state)
  select bench.id(${file}, n), organisation_id, b.id, p, bench.digest(${file}, n), repeat(bench.digest(${file}, n), 2),
         700000, 'pdf', per_file * 3, bench.staged(b.id, ${file}, n, ''), 'split'
  from bench.batch b cross join lateral generate_series(1, (documents + per_file - 1) / per_file) p
  cross join lateral (select b.number * 1000 + p as n) numbered`

/** A folder is four documents of one patient. Position tells what became of a document. */
const documents = `
  insert into documents (id, organisation_id, batch_id, position, patient_id, state, resume_state, reason, page_count,
    confidence, access, changed_at, reading)
  select bench.id(${document}, n), b.organisation_id, b.id, p, patient.id, state,
         case when state in ('held', 'failed') then 'examined' end,
         case state when 'held' then 'consent-pending' when 'refused' then 'consent-refused' when 'rejected' then 'rejected-by-operator'
           when 'failed' then 'assembly-failed' end,
         1 + abs(hashint4(n)) % 5, 91.5,
         case when state in ('verified', 'refused', 'rejected', 'held', 'cleared') then null else bench.staged(b.id, 4, n, '') end,
         b.received_at + p * interval '1 second',
         case when state not in ('cleared', 'held') then
           '{"pages": 3, "sure": 412, "doubtful": 9, "unread": 1, "shares": {"sure": 0.97, "doubtful": 0.02, "unread": 0.01}}'::jsonb end
  from bench.batch b cross join lateral generate_series(1, b.documents) p
  cross join lateral (
    select b.number * 1000 + p as n,
           case when life = 'stuck' and (p = 1 or p % 25 = 3) then 'held'
                when life = 'live' and p > b.documents * 0.5 then 'cleared'
                when life = 'live' and p > b.documents * 0.4 then 'recognised'
                when life = 'live' and p = 2 then 'failed'
                when b.number % 5 = 0 and p % 25 = 7 then 'refused'
                when b.number % 20 = 1 and p % 25 = 9 then 'rejected'
                else 'verified' end as state
  ) s
  join bench.patient patient on patient.organisation_id = b.organisation_id
   and patient.number = abs(hashint4(b.number * 1000 + p / 4)) % b.patients`

/** Each document with its number. */
const numbered = `(select d.*, b.number * 1000 + d.position as n, b.number as batch, b.per_file
                   from documents d join bench.batch b on b.id = d.batch_id) d`

const pages = [
  `insert into pages (id, organisation_id, batch_id, file_id, number, document_id, position, state, image, facts, marks, words, confidence)
   select bench.id(${page}, n * 10 + p), d.organisation_id, d.batch_id,
          bench.id(${file}, d.batch * 1000 + 1 + (d.position - 1) / d.per_file), (d.position - 1) % d.per_file * 5 + p, d.id, p,
          case when d.state in ('cleared', 'held') then 'examined' else 'recognised' end,
          bench.staged(d.batch_id, 4, n * 10 + p, ',"mediaType": "image/jpeg", "dpi": 300, "width": 2480, "height": 3508'),
          ('{"mediaType": "image/jpeg", "width": 2480, "height": 3508, "dpi": 300, "blank": false, "ink": 0.0412, "skew": 0.31, "turn": 0, '
            || case when hashint8(n * 10 + p) % 40 = 0 then '"quality": {"verdict": "rescan", "faults": ["blurred"]}}'
                    else '"quality": {"verdict": "good", "faults": []}}' end)::jsonb,
          bench.staged(d.batch_id, 5, n * 10 + p, ''),
          case when d.state not in ('cleared', 'held') then bench.staged(d.batch_id, 6, n * 10 + p, '') end,
          case when d.state not in ('cleared', 'held') then 91.5 end
   from ${numbered} cross join lateral generate_series(1, d.page_count) p`,
]

/** Locks of ninety days, renewed at forty-five: their ends lie in the days after that, a few of them are due. */
const deposits = [
  `insert into deposits (organisation_id, document_id, part, version, host_id, object_key, object_version, media_type,
     content_sha256, content_sha512, content_bytes, sealed_sha256, sealed_bytes, key_id, retain_until, sealed_at, deposited_at, verified_at)
   select d.organisation_id, d.id, part, 1, hosts.id, d.organisation_id || '/' || d.id || '/v1' || suffix || '.cms', bench.hex(kind, n),
          'application/pdf', bench.digest(kind, n), repeat(bench.digest(kind, n), 2), 250000, bench.digest(kind + 1, n), 251000, d.id,
          '2027-01-06T10:00:00Z'::timestamptz + hashint8(n + kind) % 3900000 * interval '1 second' + interval '44 days',
          d.changed_at, d.changed_at, d.changed_at
   from ${numbered} cross join hosts cross join (values ('access', '', 7), ('master', '.master', 8), ('words', '.words', 9)) parts (part, suffix, kind)
   where d.state = 'verified'`,
]

/** Nothing is cleared away here: done orders of the whole archive lie beside the few that are open. */
const columns =
  'id, organisation_id, batch_id, queue, stage, subject_id, state, created_at, available_at, dispatched_at, finished_at'
const times = 'changed_at, changed_at, changed_at, changed_at'
const orders = [
  `insert into outbox (${columns})
   select bench.timed_id(changed_at, ${order} + kind, n), organisation_id, batch_id, 'document', stage, id, 'done', ${times}
   from ${numbered} cross join (values ('check-consent', 0), ('seal-document', 2), ('deposit-document', 4), ('verify-deposit', 6)) stages (stage, kind)
   where state in ('verified', 'refused', 'rejected') or stage = 'check-consent'`,
]

/** What is being worked on, in the batches that are live. */
const work = [
  `insert into outbox (${columns})
   select bench.timed_id(d.changed_at, ${order} + 8, n * 10 + pages.position), d.organisation_id, d.batch_id, 'page', 'recognise-page', pages.id, 'waiting',
          d.changed_at, d.changed_at, null::timestamptz, null::timestamptz
   from ${numbered} join pages on pages.document_id = d.id where d.state = 'cleared'
   union all
   select bench.timed_id(changed_at, ${order} + 10, n), organisation_id, batch_id, 'document', 'confirm-identity', id, 'waiting', changed_at, changed_at, null, null
   from ${numbered} where state = 'recognised'
   union all
   select bench.timed_id(changed_at, ${order} + 12, n), organisation_id, batch_id, 'document', 'assemble-document', id, 'failed', ${times}
   from ${numbered} where state = 'failed'`,
  `update outbox set state = 'dispatched', dispatched_at = '2026-11-22T09:59:00Z'
   where id in (select id from outbox where state = 'waiting' order by hash_record_extended(row(id), 0) limit 32)`,
]

const custody = [
  `insert into custody_events (id, organisation_id, at, type, actor, subject, digests, details)
   select bench.timed_id(changed_at + s * interval '1 second', ${event} + 2 * s, n), organisation_id, changed_at + s * interval '1 second', type, 'stage.' || type,
          ('{"batchId":"' || batch_id || '","documentId":"' || id || case when s = 3 then '"}' else '","patientId":"' || patient_id || '"}' end)::jsonb,
          case when s = 3 then ('{"content":"' || bench.digest(9, n) || '"}')::jsonb else '{}'::jsonb end, '{"part": "access", "version": 1}'::jsonb
   from ${numbered} cross join (values ('document-composed', 1), ('consent-checked', 2), ('deposit-verified', 3)) types (type, s)
   union all
   select bench.timed_id(received_at + after, kind, number), organisation_id, received_at + after, type, 'stage.' || type,
          ('{"batchId":"' || id || '"}')::jsonb, '{}'::jsonb, '{}'::jsonb
   from bench.batch cross join (values ('batch-received', ${batchEvent}, interval '0'), ('batch-closed', ${batchEvent} + 2, interval '2 hours')) types (type, kind, after)
   where type = 'batch-received' or life = 'closed'
   union all
   select gen_random_uuid(), organisation_id, '2023-11-20T10:00:00Z'::timestamptz + number * interval '1 second', 'consent-recorded', 'cli',
          ('{"patientId":"' || id || '"}')::jsonb, '{}'::jsonb, '{}'::jsonb
   from bench.patient`,
  `insert into ledger_entries (seq, event_id, entry, leaf_hash)
   select row_number() over (order by at, id) - 1, id,
          convert_to('{"actor":"' || actor || '","at":"' || at || '","seq":1,"subject":' || subject || ',"type":"' || type || '","v":1}', 'UTF8'),
          sha256(uuid_send(id))
   from custody_events where type in ('document-composed', 'batch-closed', 'consent-recorded')`,
  `insert into ledger_checkpoints (size, root, note, frontier, at, archived_at)
   select size, sha256(int8send(size)), 'ledger.example.fr' || repeat(md5(size::text), 4), frontier, now(), now()
   from (select generate_series(25, max(seq), 50) as size from ledger_entries union select max(seq) + 1 from ledger_entries) sizes
   cross join lateral (select array_agg(sha256(int8send(size + i))) as frontier
     from generate_series(0, 62) i where (size >> i) & 1 = 1) f`,
  `create table bench.documents as
   select row_number() over (order by changed_at, id)::int as number, id from documents`,
  'create unique index on bench.documents (number)',
]
