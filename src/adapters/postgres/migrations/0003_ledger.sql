-- Custody events commit with what they tell of; the sequencer gives each its place in the ledger afterwards.

create table custody_events (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  at timestamptz not null,
  type text not null,
  actor text not null,
  subject jsonb not null,
  digests jsonb not null default '{}',
  details jsonb not null default '{}',
  unique (organisation_id, id)
);
create index on custody_events (organisation_id, at, id);
create index custody_events_document on custody_events ((subject->>'documentId'));
create index custody_events_batch on custody_events ((subject->>'batchId'));

-- Events that have no place yet. A row is all the sequencer's work; deleting it is no loss of evidence.
create table custody_unsequenced (
  event_id uuid primary key,
  organisation_id uuid not null references organisations,
  foreign key (organisation_id, event_id) references custody_events (organisation_id, id)
);

create table ledger_entries (
  seq bigint primary key check (seq >= 0),
  event_id uuid not null unique references custody_events,
  -- RFC 8785 canonical JSON, exactly the bytes that are hashed.
  entry bytea not null,
  leaf_hash bytea not null check (octet_length(leaf_hash) = 32)
);

create table ledger_checkpoints (
  size bigint primary key check (size >= 0),
  root bytea not null check (octet_length(root) = 32),
  -- C2SP signed note.
  note text not null,
  -- Roots of the perfect subtrees from left to right: enough to append without reading the past.
  frontier bytea[] not null,
  at timestamptz not null,
  archived_at timestamptz
);

create function queue_for_sequencer() returns trigger language plpgsql as $$
begin
  insert into custody_unsequenced (event_id, organisation_id) values (new.id, new.organisation_id);
  return null;
end $$;
create trigger custody_events_queue after insert on custody_events
  for each row execute function queue_for_sequencer();

create trigger custody_events_append_only before update or delete or truncate on custody_events
  for each statement execute function refuse_change();
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change();

create function refuse_checkpoint_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and row(new.size, new.root, new.note, new.frontier, new.at)
     is not distinct from row(old.size, old.root, old.note, old.frontier, old.at) then
    return new; -- only the mark that a copy reached the archive
  end if;
  raise exception 'append-only: % on % is refused', tg_op, tg_table_name using errcode = 'SC001';
end $$;
create trigger ledger_checkpoints_append_only before update or delete on ledger_checkpoints
  for each row execute function refuse_checkpoint_change();
create trigger ledger_checkpoints_no_truncate before truncate on ledger_checkpoints
  for each statement execute function refuse_change();
