-- Who is who: organisations, hosts, contracts, patients and what they decided.
-- Roles are created by the migration runner: scelle_app (row-level security applies) and scelle_system (crosses organisations:
-- dispatcher, sweeper, sequencer). Neither owns a table.

create function scelle_organisation() returns uuid language sql stable as
  $$ select nullif(current_setting('scelle.organisation', true), '')::uuid $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'append-only: % on % is refused', tg_op, tg_table_name using errcode = 'SC001';
end $$;

-- Row-level security does not bind foreign keys: those between rows of one organisation name it, so that no row can point
-- at another's.
create table organisations (
  id uuid primary key,
  kind text not null check (kind in ('controller', 'processor', 'host', 'destroyer')),
  name text not null,
  siret text not null check (siret ~ '^[0-9]{14}$'),
  finess text check (finess ~ '^[0-9AB]{9}$'),
  -- The controller's policy: is consent required, or recommended beside another legal basis (as in an SPST)?
  consent_policy text not null default 'required' check (consent_policy in ('required', 'recommended')),
  legal_basis text,
  created_at timestamptz not null,
  unique (siret)
);

create table hosts (
  id uuid primary key,
  name text not null,
  siren text not null check (siren ~ '^[0-9]{9}$'),
  hds_certificate text not null,
  certifier text not null,
  -- The six HDS activities that the certificate covers (rules: 1 sites … 6 backup).
  activities smallint[] not null check (activities <@ array[1,2,3,4,5,6]::smallint[] and cardinality(activities) > 0),
  issued_on date not null,
  expires_on date not null,
  -- ISO 3166-1 alpha-2 countries in which the content is kept.
  regions text[] not null check (cardinality(regions) > 0),
  -- The name of the storage in the settings, where credentials are: never here.
  storage text not null,
  incident_contact text not null,
  last_checked_at timestamptz not null,
  created_at timestamptz not null,
  unique (name)
);

create table contracts (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  reference text not null,
  version integer not null default 1 check (version > 0),
  processor_id uuid not null references organisations,
  host_id uuid not null references hosts,
  -- GDPR article 28(3): the clauses that the signed copy was checked to contain.
  clauses text[] not null,
  starts_on date not null,
  ends_on date not null,
  signed_copy_sha256 text not null check (signed_copy_sha256 ~ '^[0-9a-f]{64}$'),
  dpia_on date,
  created_at timestamptz not null,
  check (starts_on <= ends_on),
  unique (organisation_id, reference, version),
  unique (organisation_id, id)
);

create table patients (
  id uuid primary key,
  organisation_id uuid not null references organisations,
  -- Identity traits, AES-256-GCM under the identity key; bound to this row.
  identity_sealed bytea not null,
  -- Keyed blind indexes (HMAC-SHA-256): equality only, useless without the key.
  file_number_index bytea not null,
  matricule_index bytea,
  name_birth_index bytea not null,
  ins_status text not null default 'provisional' check (ins_status in ('provisional', 'retrieved', 'validated', 'qualified')),
  -- The patient's own key, wrapped by the master key of this epoch. Null once destroyed: everything sealed under it is lost for ever.
  key_wrapped bytea,
  key_epoch integer not null,
  created_at timestamptz not null,
  unique (organisation_id, file_number_index),
  unique (organisation_id, id)
);
create index on patients (organisation_id, matricule_index);
create index on patients (organisation_id, name_birth_index);

create table consents (
  id uuid primary key,
  -- The order in which decisions were recorded; two of one moment must not change places.
  position bigint generated always as identity,
  organisation_id uuid not null references organisations,
  patient_id uuid not null,
  purpose text not null check (purpose in ('digitisation', 'access-by-correspondent', 'access-to-other-services')),
  status text not null check (status in ('granted', 'refused', 'withdrawn', 'pending', 'expired', 'not-required')),
  notice_version text,
  channel text not null check (channel in ('paper', 'oral', 'portal', 'message', 'import')),
  evidence_sha256 text check (evidence_sha256 ~ '^[0-9a-f]{64}$'),
  legal_basis text,
  -- Who said that consent is not required: opaque id of the deciding physician.
  decided_by text,
  decided_at timestamptz not null,
  expires_at timestamptz,
  recorded_by text not null,
  recorded_at timestamptz not null,
  check (status <> 'not-required' or (legal_basis is not null and decided_by is not null)),
  foreign key (organisation_id, patient_id) references patients (organisation_id, id)
);
create index on consents (patient_id, purpose, position desc);

create trigger consents_append_only before update or delete or truncate on consents
  for each statement execute function refuse_change();
