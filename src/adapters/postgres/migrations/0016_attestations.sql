-- Deposit attestations: what came in with a batch and what became of it, signed, and kept in the archive.

create table attestations (
  batch_id uuid primary key,
  organisation_id uuid not null references organisations,
  -- Counts and codes as they were when the batch closed.
  figures jsonb not null,
  closed_at timestamptz not null,
  -- Signed, and not in the archive yet: a second attempt puts the very same bytes.
  draft bytea,
  draft_stamped boolean not null default false,
  -- Of what is in the archive; version 0 is nothing yet.
  version integer not null default 0 check (version >= 0),
  object_key text,
  object_version text,
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes integer,
  -- An authority said when.
  stamped boolean not null default false,
  deposited_at timestamptz,
  retain_until timestamptz,
  foreign key (organisation_id, batch_id) references batches (organisation_id, id),
  check ((version = 0) = (sha256 is null))
);
create index attestations_unwritten on attestations (closed_at) where version = 0;
create index attestations_drafted on attestations (closed_at) where draft is not null;
create index attestations_unstamped on attestations (closed_at) where not stamped and version > 0;
create index attestations_lock_ends on attestations (retain_until) where retain_until is not null;

alter table attestations enable row level security;
alter table attestations force row level security;
create policy own_rows on attestations to scelle_app
  using (organisation_id = (select scelle_organisation())) with check (organisation_id = (select scelle_organisation()));
create policy all_rows on attestations to scelle_system using (true) with check (true);
grant select, insert, update on attestations to scelle_app;
grant select on attestations to scelle_system;
