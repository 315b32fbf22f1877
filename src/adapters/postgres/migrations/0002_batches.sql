-- The way of a batch: boxes, batches, files, pages, documents, deposits; and the outbox that drives it.

create table boxes (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  label text not null,
  created_at timestamptz not null,
  unique (organisation_id, label),
  unique (organisation_id, id)
);

create table batches (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  contract_id uuid not null,
  box_id uuid not null,
  -- SHA-256 over the sorted digests of its files: the same batch dropped twice is the first one.
  fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
  state text not null check (state in ('received', 'registered', 'composed', 'held', 'rejected', 'closed')),
  reason text,
  facts jsonb not null default '{}',
  operator text not null,
  scanner jsonb not null,
  separation text not null check (separation in ('file', 'manifest', 'cover-sheets')),
  expected_folders integer not null,
  expected_documents integer not null,
  expected_pages integer not null,
  -- The manifest as staged object: it may hold patient references, and file names are people's own words.
  manifest jsonb not null,
  -- A person took responsibility for counts that do not reconcile.
  released_by text,
  -- The batch key, wrapped. Null once destroyed: cryptographic erase of everything staged.
  staging_key_wrapped bytea,
  staging_key_epoch integer not null,
  received_at timestamptz not null,
  changed_at timestamptz not null,
  closed_at timestamptz,
  unique (organisation_id, fingerprint),
  unique (organisation_id, id),
  foreign key (organisation_id, contract_id) references contracts (organisation_id, id),
  foreign key (organisation_id, box_id) references boxes (organisation_id, id)
);
create index on batches (organisation_id, received_at desc);
create index on batches (changed_at) where state in ('received', 'registered', 'composed');

create table files (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  batch_id uuid not null,
  position integer not null,
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  sha512 text not null check (sha512 ~ '^[0-9a-f]{128}$'),
  bytes bigint not null,
  kind text check (kind in ('pdf', 'tiff', 'jpeg', 'png')),
  expected_pages integer,
  pages integer,
  staged jsonb not null,
  state text not null check (state in ('received', 'split', 'rejected', 'duplicate')),
  reason text,
  facts jsonb not null default '{}',
  unique (batch_id, position),
  unique (organisation_id, id),
  foreign key (organisation_id, batch_id) references batches (organisation_id, id)
);
create index on files (organisation_id, sha256);

create table documents (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  batch_id uuid not null,
  position integer not null,
  patient_id uuid,
  state text not null check (state in ('registered', 'examined', 'cleared', 'recognised', 'assembled', 'sealed', 'deposited', 'verified', 'held', 'refused', 'rejected', 'failed')),
  -- The state that a held document takes up again.
  resume_state text check (resume_state in ('registered', 'examined', 'cleared', 'recognised', 'assembled', 'sealed', 'deposited')),
  reason text,
  facts jsonb not null default '{}',
  page_count integer not null,
  confidence real,
  access jsonb,
  -- Who attributed it to its patient by hand, and so answers for a conflict that its text shows.
  attributed_by text,
  -- What the service must decide after a withdrawal; reading stays blocked meanwhile.
  question text,
  changed_at timestamptz not null,
  unique (batch_id, position),
  unique (organisation_id, id),
  foreign key (organisation_id, batch_id) references batches (organisation_id, id),
  foreign key (organisation_id, patient_id) references patients (organisation_id, id)
);
create index on documents (organisation_id, state, id);
create index on documents (patient_id);
create index on documents (batch_id, state);

create table pages (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  batch_id uuid not null,
  file_id uuid not null,
  number integer not null,
  document_id uuid,
  -- Its place in the document; null for a cover sheet, which belongs to the master only.
  position integer,
  state text not null check (state in ('split', 'examined', 'recognised', 'destroyed')),
  image jsonb,
  facts jsonb,
  -- Barcodes as read may name a patient: staged, like everything said by the page.
  marks jsonb,
  words jsonb,
  confidence real,
  unique (file_id, number),
  foreign key (organisation_id, batch_id) references batches (organisation_id, id),
  foreign key (organisation_id, file_id) references files (organisation_id, id),
  foreign key (organisation_id, document_id) references documents (organisation_id, id)
);
create index on pages (batch_id);
create index on pages (document_id, position);

create table deposits (
  organisation_id uuid not null references organisations,
  document_id uuid not null,
  part text not null check (part in ('access', 'master')),
  version integer not null check (version > 0),
  host_id uuid not null references hosts,
  object_key text not null unique,
  object_version text,
  media_type text not null,
  content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  content_sha512 text not null check (content_sha512 ~ '^[0-9a-f]{128}$'),
  content_bytes bigint not null,
  sealed_sha256 text not null check (sealed_sha256 ~ '^[0-9a-f]{64}$'),
  sealed_bytes bigint not null,
  key_id text not null,
  staged jsonb,
  retain_until timestamptz,
  sealed_at timestamptz not null,
  deposited_at timestamptz,
  verified_at timestamptz,
  primary key (document_id, part, version),
  foreign key (organisation_id, document_id) references documents (organisation_id, id)
);

create table outbox (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  batch_id uuid not null,
  queue text not null check (queue in ('batch', 'page', 'document')),
  stage text not null,
  subject_id uuid not null,
  -- Grows when the same stage is asked for again (a consent changed, a hold was released).
  round integer not null default 0,
  state text not null default 'waiting' check (state in ('waiting', 'dispatched', 'done', 'failed', 'cancelled')),
  attempts integer not null default 0,
  error_code text,
  created_at timestamptz not null,
  available_at timestamptz not null,
  dispatched_at timestamptz,
  finished_at timestamptz,
  unique (stage, subject_id, round),
  foreign key (organisation_id, batch_id) references batches (organisation_id, id)
);
create index outbox_waiting on outbox (queue, available_at) where state = 'waiting';
create index outbox_dispatched on outbox (queue, dispatched_at) where state = 'dispatched';
create index outbox_open on outbox (batch_id, stage) where state in ('waiting', 'dispatched');

create table destructions (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  batch_id uuid not null,
  document_id uuid,
  what text not null check (what in ('staging', 'staged-pages')),
  method text not null,
  standard text not null,
  objects integer not null,
  ordered_by text not null,
  reason text not null,
  destroyed_at timestamptz not null,
  foreign key (organisation_id, batch_id) references batches (organisation_id, id),
  foreign key (organisation_id, document_id) references documents (organisation_id, id)
);
create trigger destructions_append_only before update or delete or truncate on destructions
  for each statement execute function refuse_change();

create table workers (
  id uuid primary key,
  queue text not null,
  host text not null,
  pid integer not null,
  started_at timestamptz not null,
  beat_at timestamptz not null
);
