-- Trusted time: RFC 3161 tokens over signed heads of the ledger and over the contents of deposited documents.

-- What has no token yet. A row is all the clock's work; deleting it is no loss of evidence.
create table timestamps_waiting (
  kind text not null check (kind in ('checkpoint', 'sealed-document')),
  -- A checkpoint's size, or documentId/part/version.
  subject text not null,
  organisation_id uuid references organisations,
  since timestamptz not null,
  primary key (kind, subject),
  check ((kind = 'checkpoint') = (organisation_id is null))
);
create index timestamps_waiting_since on timestamps_waiting (kind, since, subject);

create table timestamps (
  kind text not null check (kind in ('checkpoint', 'sealed-document')),
  subject text not null,
  organisation_id uuid references organisations,
  -- SHA-256 or SHA-512 of the signed note, or of what was sealed.
  digest bytea not null check (octet_length(digest) in (32, 64)),
  -- The first stamps the digest, each further one the digest and the token before it.
  generation integer not null check (generation > 0),
  -- DER ContentInfo.
  token bytea not null,
  authority text not null,
  at timestamptz not null,
  -- When the first certificate of its path ends.
  certificate_until timestamptz not null,
  algorithms text[] not null,
  recorded_at timestamptz not null,
  -- A younger token covers this one.
  renewed boolean not null default false,
  archived_at timestamptz,
  primary key (kind, subject, generation),
  check ((kind = 'checkpoint') = (organisation_id is null))
);
create index timestamps_certificate_ends on timestamps (certificate_until) where not renewed;
create index timestamps_algorithms on timestamps using gin (algorithms) where not renewed;
create index timestamps_unarchived on timestamps (kind, subject, generation) where archived_at is null;

-- A signed head waits from its signature on, access copy and master from when they cannot change any more. What was read of
-- a document stands in its access copy too.
create function queue_checkpoint_for_time() returns trigger language plpgsql as $$
begin
  insert into timestamps_waiting (kind, subject, since) values ('checkpoint', new.size::text, new.at)
  on conflict do nothing;
  return null;
end $$;
create trigger ledger_checkpoints_wait_for_time after insert on ledger_checkpoints
  for each row execute function queue_checkpoint_for_time();

create function queue_deposit_for_time() returns trigger language plpgsql as $$
begin
  insert into timestamps_waiting (kind, subject, organisation_id, since)
  values ('sealed-document', concat_ws('/', new.document_id, new.part, new.version), new.organisation_id, new.deposited_at)
  on conflict do nothing;
  return null;
end $$;
create trigger deposits_wait_for_time after update of deposited_at on deposits
  for each row when (old.deposited_at is null and new.deposited_at is not null and new.part in ('access', 'master'))
  execute function queue_deposit_for_time();
create trigger deposits_made_wait_for_time after insert on deposits
  for each row when (new.deposited_at is not null and new.part in ('access', 'master'))
  execute function queue_deposit_for_time();

create function refuse_timestamp_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and row(new.kind, new.subject, new.organisation_id, new.digest, new.generation, new.token,
       new.authority, new.at, new.certificate_until, new.algorithms, new.recorded_at)
     is not distinct from row(old.kind, old.subject, old.organisation_id, old.digest, old.generation, old.token,
       old.authority, old.at, old.certificate_until, old.algorithms, old.recorded_at) then
    return new; -- only the marks that it was copied, or covered by a younger one
  end if;
  raise exception 'append-only: % on % is refused', tg_op, tg_table_name using errcode = 'SC001';
end $$;
create trigger timestamps_append_only before update or delete on timestamps
  for each row execute function refuse_timestamp_change();
create trigger timestamps_no_truncate before truncate on timestamps
  for each statement execute function refuse_change();

do $$
declare t text;
begin
  foreach t in array array['timestamps', 'timestamps_waiting']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_rows on %I to scelle_app using (organisation_id = (select scelle_organisation())) with check (organisation_id = (select scelle_organisation()))', t);
    execute format('create policy all_rows on %I to scelle_system using (true) with check (true)', t);
  end loop;
end $$;
grant select, insert on timestamps, timestamps_waiting to scelle_app, scelle_system;
grant update on timestamps to scelle_system;
grant delete on timestamps_waiting to scelle_system;

-- What was archived before waits as well.
alter table deposits no force row level security;
alter table timestamps_waiting no force row level security;
insert into timestamps_waiting (kind, subject, since)
  select 'checkpoint', size::text, at from ledger_checkpoints;
insert into timestamps_waiting (kind, subject, organisation_id, since)
  select 'sealed-document', concat_ws('/', document_id, part, version), organisation_id, deposited_at
  from deposits where deposited_at is not null and part in ('access', 'master');
alter table deposits force row level security;
alter table timestamps_waiting force row level security;
