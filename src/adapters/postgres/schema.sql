-- The schema as the migrations make it, for reading: dump.ts writes it, schema.test.ts compares it.
CREATE OR REPLACE FUNCTION public.hold_batch_key_epoch()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if new.staging_key_wrapped is not null then perform hold_key_epoch(new.staging_key_epoch); end if;
  return new;
end $function$

CREATE OR REPLACE FUNCTION public.hold_key_epoch(wanted integer)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare retired timestamptz;
begin
  select retired_at into retired from key_epochs where epoch = wanted for share;
  if not found then
    insert into key_epochs (epoch, made_at) values (wanted, now()) on conflict do nothing;
    select retired_at into retired from key_epochs where epoch = wanted for share;
  end if;
  if retired is not null then
    raise exception 'key epoch % is retired', wanted using errcode = 'SC002';
  end if;
end $function$

CREATE OR REPLACE FUNCTION public.hold_patient_key_epoch()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  if new.key_wrapped is not null then perform hold_key_epoch(new.key_epoch); end if;
  return new;
end $function$

CREATE OR REPLACE FUNCTION public.notify_outbox()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('scelle_outbox', '');
  return null;
end $function$

CREATE OR REPLACE FUNCTION public.queue_checkpoint_for_time()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into timestamps_waiting (kind, subject, since) values ('checkpoint', new.size::text, new.at)
  on conflict do nothing;
  return null;
end $function$

CREATE OR REPLACE FUNCTION public.queue_deposit_for_time()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into timestamps_waiting (kind, subject, organisation_id, since)
  values ('sealed-document', concat_ws('/', new.document_id, new.part, new.version), new.organisation_id, new.deposited_at)
  on conflict do nothing;
  return null;
end $function$

CREATE OR REPLACE FUNCTION public.queue_for_sequencer()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  insert into custody_unsequenced (event_id, organisation_id) select id, organisation_id from recorded;
  return null;
end $function$

CREATE OR REPLACE FUNCTION public.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'append-only: % on % is refused', tg_op, tg_table_name using errcode = 'SC001';
end $function$

CREATE OR REPLACE FUNCTION public.refuse_checkpoint_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and row(new.size, new.root, new.note, new.frontier, new.at)
     is not distinct from row(old.size, old.root, old.note, old.frontier, old.at) then
    return new; -- only the mark that a copy reached the archive
  end if;
  raise exception 'append-only: % on % is refused', tg_op, tg_table_name using errcode = 'SC001';
end $function$

CREATE OR REPLACE FUNCTION public.refuse_timestamp_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' and row(new.kind, new.subject, new.organisation_id, new.digest, new.generation, new.token,
       new.authority, new.at, new.certificate_until, new.algorithms, new.recorded_at)
     is not distinct from row(old.kind, old.subject, old.organisation_id, old.digest, old.generation, old.token,
       old.authority, old.at, old.certificate_until, old.algorithms, old.recorded_at) then
    return new; -- only the marks that it was copied, or covered by a younger one
  end if;
  raise exception 'append-only: % on % is refused', tg_op, tg_table_name using errcode = 'SC001';
end $function$

CREATE OR REPLACE FUNCTION public.scelle_organisation()
 RETURNS uuid
 LANGUAGE sql
 STABLE
AS $function$ select nullif(current_setting('scelle.organisation', true), '')::uuid $function$


table migrations.applied
  name text not null
  sha256 text not null
  applied_at timestamp with time zone not null default now()
  constraint applied_pkey PRIMARY KEY (name)

table public.alarms
  code text not null
  subject text not null
  facts jsonb not null default '{}'::jsonb
  since timestamp with time zone not null
  constraint alarms_pkey PRIMARY KEY (code, subject)
  grant delete, insert, select, update to scelle_system

table public.attestations row-security forced
  batch_id uuid not null
  organisation_id uuid not null
  figures jsonb not null
  closed_at timestamp with time zone not null
  draft bytea
  draft_stamped boolean not null default false
  version integer not null default 0
  object_key text
  object_version text
  sha256 text
  bytes integer
  stamped boolean not null default false
  deposited_at timestamp with time zone
  retain_until timestamp with time zone
  constraint attestations_check CHECK (((version = 0) = (sha256 IS NULL)))
  constraint attestations_organisation_id_batch_id_fkey FOREIGN KEY (organisation_id, batch_id) REFERENCES batches(organisation_id, id)
  constraint attestations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint attestations_pkey PRIMARY KEY (batch_id)
  constraint attestations_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint attestations_version_check CHECK ((version >= 0))
  index CREATE INDEX attestations_drafted ON public.attestations USING btree (closed_at) WHERE (draft IS NOT NULL)
  index CREATE INDEX attestations_lock_ends ON public.attestations USING btree (retain_until) WHERE (retain_until IS NOT NULL)
  index CREATE INDEX attestations_unstamped ON public.attestations USING btree (closed_at) WHERE ((NOT stamped) AND (version > 0))
  index CREATE INDEX attestations_unwritten ON public.attestations USING btree (closed_at) WHERE (version = 0)
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant select to scelle_system

table public.batches row-security forced
  id uuid not null
  organisation_id uuid not null
  contract_id uuid not null
  box_id uuid not null
  fingerprint text not null
  state text not null
  reason text
  facts jsonb not null default '{}'::jsonb
  operator text not null
  scanner jsonb not null
  separation text not null
  expected_folders integer not null
  expected_documents integer not null
  expected_pages integer not null
  manifest jsonb not null
  released_by text
  staging_key_wrapped bytea
  staging_key_epoch integer not null
  received_at timestamp with time zone not null
  changed_at timestamp with time zone not null
  closed_at timestamp with time zone
  orders_forgotten boolean not null default false
  file_bytes bigint not null default 0
  constraint batches_fingerprint_check CHECK ((fingerprint ~ '^[0-9a-f]{64}$'::text))
  constraint batches_organisation_id_box_id_fkey FOREIGN KEY (organisation_id, box_id) REFERENCES boxes(organisation_id, id)
  constraint batches_organisation_id_contract_id_fkey FOREIGN KEY (organisation_id, contract_id) REFERENCES contracts(organisation_id, id)
  constraint batches_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint batches_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint batches_pkey PRIMARY KEY (id)
  constraint batches_separation_check CHECK ((separation = ANY (ARRAY['file'::text, 'manifest'::text, 'cover-sheets'::text])))
  constraint batches_state_check CHECK ((state = ANY (ARRAY['received'::text, 'registered'::text, 'composed'::text, 'held'::text, 'rejected'::text, 'closed'::text])))
  index CREATE INDEX batches_changed_at_idx ON public.batches USING btree (changed_at) WHERE (state = ANY (ARRAY['received'::text, 'registered'::text, 'composed'::text]))
  index CREATE INDEX batches_keys ON public.batches USING btree (organisation_id, staging_key_epoch, id) WHERE (staging_key_wrapped IS NOT NULL)
  index CREATE INDEX batches_listed ON public.batches USING btree (organisation_id, received_at DESC, id DESC)
  index CREATE INDEX batches_listed_by_state ON public.batches USING btree (organisation_id, state, received_at DESC, id DESC)
  index CREATE INDEX batches_open ON public.batches USING btree (received_at) WHERE (closed_at IS NULL)
  index CREATE INDEX batches_staged ON public.batches USING btree (organisation_id) INCLUDE (file_bytes) WHERE (staging_key_wrapped IS NOT NULL)
  index CREATE INDEX batches_to_forget ON public.batches USING btree (closed_at) WHERE ((closed_at IS NOT NULL) AND (NOT orders_forgotten))
  index CREATE UNIQUE INDEX batches_fingerprint ON public.batches USING btree (organisation_id, fingerprint) WHERE (state <> 'rejected'::text)
  trigger CREATE TRIGGER batches_key_epoch BEFORE INSERT OR UPDATE OF staging_key_wrapped, staging_key_epoch ON public.batches FOR EACH ROW EXECUTE FUNCTION hold_batch_key_epoch()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.boxes row-security forced
  id uuid not null
  organisation_id uuid not null
  label text not null
  created_at timestamp with time zone not null
  constraint boxes_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint boxes_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint boxes_organisation_id_label_key UNIQUE (organisation_id, label)
  constraint boxes_pkey PRIMARY KEY (id)
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.consents row-security forced
  id uuid not null
  position bigint not null identity always
  organisation_id uuid not null
  patient_id uuid not null
  purpose text not null
  status text not null
  notice_version text
  channel text not null
  evidence_sha256 text
  legal_basis text
  decided_by text
  decided_at timestamp with time zone not null
  expires_at timestamp with time zone
  recorded_by text not null
  recorded_at timestamp with time zone not null
  constraint consents_channel_check CHECK ((channel = ANY (ARRAY['paper'::text, 'oral'::text, 'portal'::text, 'message'::text, 'import'::text])))
  constraint consents_check CHECK (((status <> 'not-required'::text) OR ((legal_basis IS NOT NULL) AND (decided_by IS NOT NULL))))
  constraint consents_evidence_sha256_check CHECK ((evidence_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint consents_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint consents_organisation_id_patient_id_fkey FOREIGN KEY (organisation_id, patient_id) REFERENCES patients(organisation_id, id)
  constraint consents_pkey PRIMARY KEY (id)
  constraint consents_purpose_check CHECK ((purpose = ANY (ARRAY['digitisation'::text, 'access-by-correspondent'::text, 'access-to-other-services'::text])))
  constraint consents_status_check CHECK ((status = ANY (ARRAY['granted'::text, 'refused'::text, 'withdrawn'::text, 'pending'::text, 'expired'::text, 'not-required'::text])))
  index CREATE INDEX consents_patient_id_purpose_position_idx ON public.consents USING btree (patient_id, purpose, "position" DESC)
  trigger CREATE TRIGGER consents_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.consents FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select to scelle_app
  grant insert, select to scelle_system

table public.contracts row-security forced
  id uuid not null
  organisation_id uuid not null
  reference text not null
  version integer not null default 1
  processor_id uuid not null
  host_id uuid not null
  clauses text[] not null
  starts_on date not null
  ends_on date not null
  signed_copy_sha256 text not null
  dpia_on date
  created_at timestamp with time zone not null
  constraint contracts_check CHECK ((starts_on <= ends_on))
  constraint contracts_host_id_fkey FOREIGN KEY (host_id) REFERENCES hosts(id)
  constraint contracts_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint contracts_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint contracts_organisation_id_reference_version_key UNIQUE (organisation_id, reference, version)
  constraint contracts_pkey PRIMARY KEY (id)
  constraint contracts_processor_id_fkey FOREIGN KEY (processor_id) REFERENCES organisations(id)
  constraint contracts_signed_copy_sha256_check CHECK ((signed_copy_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint contracts_version_check CHECK ((version > 0))
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.custody_events row-security forced
  id uuid not null
  organisation_id uuid not null
  at timestamp with time zone not null
  type text not null
  actor text not null
  subject jsonb not null
  digests jsonb not null default '{}'::jsonb
  details jsonb not null default '{}'::jsonb
  document_id uuid default ((subject ->> 'documentId'::text))::uuid
  batch_id uuid default ((subject ->> 'batchId'::text))::uuid
  patient_id uuid default ((subject ->> 'patientId'::text))::uuid
  constraint custody_events_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint custody_events_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint custody_events_pkey PRIMARY KEY (id)
  index CREATE INDEX custody_events_batch ON public.custody_events USING btree (batch_id, document_id) WHERE (batch_id IS NOT NULL)
  index CREATE INDEX custody_events_document ON public.custody_events USING btree (document_id, at, id) WHERE (document_id IS NOT NULL)
  index CREATE INDEX custody_events_organisation_id_at_id_idx ON public.custody_events USING btree (organisation_id, at, id)
  index CREATE INDEX custody_events_patient ON public.custody_events USING btree (patient_id) WHERE (patient_id IS NOT NULL)
  trigger CREATE TRIGGER custody_events_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.custody_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  trigger CREATE TRIGGER custody_events_queue AFTER INSERT ON public.custody_events REFERENCING NEW TABLE AS recorded FOR EACH STATEMENT EXECUTE FUNCTION queue_for_sequencer()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select to scelle_app
  grant insert, select to scelle_system

table public.custody_unsequenced row-security forced
  event_id uuid not null
  organisation_id uuid not null
  place bigint not null identity always
  constraint custody_unsequenced_pkey PRIMARY KEY (event_id)
  index CREATE UNIQUE INDEX custody_unsequenced_place ON public.custody_unsequenced USING btree (place)
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant delete, insert, select, update to scelle_system
  grant insert, select, update to scelle_app

table public.deposits row-security forced
  organisation_id uuid not null
  document_id uuid not null
  part text not null
  version integer not null
  host_id uuid not null
  object_key text not null
  object_version text
  media_type text not null
  content_sha256 text not null
  content_sha512 text not null
  content_bytes bigint not null
  sealed_sha256 text not null
  sealed_bytes bigint not null
  key_id text not null
  staged jsonb
  retain_until timestamp with time zone
  sealed_at timestamp with time zone not null
  deposited_at timestamp with time zone
  verified_at timestamp with time zone
  constraint deposits_content_sha256_check CHECK ((content_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint deposits_content_sha512_check CHECK ((content_sha512 ~ '^[0-9a-f]{128}$'::text))
  constraint deposits_host_id_fkey FOREIGN KEY (host_id) REFERENCES hosts(id)
  constraint deposits_object_key_key UNIQUE (object_key)
  constraint deposits_organisation_id_document_id_fkey FOREIGN KEY (organisation_id, document_id) REFERENCES documents(organisation_id, id)
  constraint deposits_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint deposits_part_check CHECK ((part = ANY (ARRAY['access'::text, 'master'::text, 'words'::text])))
  constraint deposits_pkey PRIMARY KEY (document_id, part, version)
  constraint deposits_sealed_sha256_check CHECK ((sealed_sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint deposits_version_check CHECK ((version > 0))
  index CREATE INDEX deposits_lock_ends ON public.deposits USING btree (retain_until, document_id, part, version) WHERE ((deposited_at IS NOT NULL) AND (retain_until IS NOT NULL))
  trigger CREATE TRIGGER deposits_made_wait_for_time AFTER INSERT ON public.deposits FOR EACH ROW WHEN (((new.deposited_at IS NOT NULL) AND (new.part = ANY (ARRAY['access'::text, 'master'::text])))) EXECUTE FUNCTION queue_deposit_for_time()
  trigger CREATE TRIGGER deposits_wait_for_time AFTER UPDATE OF deposited_at ON public.deposits FOR EACH ROW WHEN (((old.deposited_at IS NULL) AND (new.deposited_at IS NOT NULL) AND (new.part = ANY (ARRAY['access'::text, 'master'::text])))) EXECUTE FUNCTION queue_deposit_for_time()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.destructions row-security forced
  id uuid not null
  organisation_id uuid not null
  batch_id uuid not null
  document_id uuid
  what text not null
  method text not null
  standard text not null
  objects integer not null
  ordered_by text not null
  reason text not null
  destroyed_at timestamp with time zone not null
  constraint destructions_organisation_id_batch_id_fkey FOREIGN KEY (organisation_id, batch_id) REFERENCES batches(organisation_id, id)
  constraint destructions_organisation_id_document_id_fkey FOREIGN KEY (organisation_id, document_id) REFERENCES documents(organisation_id, id)
  constraint destructions_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint destructions_pkey PRIMARY KEY (id)
  constraint destructions_what_check CHECK ((what = ANY (ARRAY['staging'::text, 'staged-pages'::text])))
  trigger CREATE TRIGGER destructions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.destructions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select to scelle_app
  grant insert, select to scelle_system

table public.documents row-security forced
  id uuid not null
  organisation_id uuid not null
  batch_id uuid not null
  position integer not null
  patient_id uuid
  state text not null
  resume_state text
  reason text
  facts jsonb not null default '{}'::jsonb
  page_count integer not null
  confidence real
  access jsonb
  attributed_by text
  question text
  changed_at timestamp with time zone not null
  reading jsonb
  constraint documents_batch_id_position_key UNIQUE (batch_id, "position")
  constraint documents_organisation_id_batch_id_fkey FOREIGN KEY (organisation_id, batch_id) REFERENCES batches(organisation_id, id)
  constraint documents_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint documents_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint documents_organisation_id_patient_id_fkey FOREIGN KEY (organisation_id, patient_id) REFERENCES patients(organisation_id, id)
  constraint documents_pkey PRIMARY KEY (id)
  constraint documents_resume_state_check CHECK ((resume_state = ANY (ARRAY['registered'::text, 'examined'::text, 'cleared'::text, 'recognised'::text, 'assembled'::text, 'sealed'::text, 'deposited'::text])))
  constraint documents_state_check CHECK ((state = ANY (ARRAY['registered'::text, 'examined'::text, 'cleared'::text, 'recognised'::text, 'assembled'::text, 'sealed'::text, 'deposited'::text, 'verified'::text, 'held'::text, 'refused'::text, 'rejected'::text, 'failed'::text])))
  index CREATE INDEX documents_counted ON public.documents USING btree (batch_id, state, organisation_id)
  index CREATE INDEX documents_listed ON public.documents USING btree (organisation_id, batch_id DESC, "position")
  index CREATE INDEX documents_listed_by_state ON public.documents USING btree (organisation_id, state, batch_id DESC, "position")
  index CREATE INDEX documents_of_patient ON public.documents USING btree (patient_id, organisation_id)
  index CREATE INDEX documents_refused ON public.documents USING btree (organisation_id, changed_at DESC, id) WHERE (state = 'refused'::text)
  index CREATE INDEX documents_unfinished ON public.documents USING btree (batch_id) WHERE (state <> ALL (ARRAY['verified'::text, 'refused'::text, 'rejected'::text]))
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.duties
  name text not null
  reported_at timestamp with time zone not null
  succeeded_at timestamp with time zone
  failing_since timestamp with time zone
  error_code text
  constraint duties_pkey PRIMARY KEY (name)
  grant insert, select, update to scelle_system

table public.files row-security forced
  id uuid not null
  organisation_id uuid not null
  batch_id uuid not null
  position integer not null
  sha256 text not null
  sha512 text not null
  bytes bigint not null
  kind text
  expected_pages integer
  pages integer
  staged jsonb not null
  state text not null
  reason text
  facts jsonb not null default '{}'::jsonb
  constraint files_batch_id_position_key UNIQUE (batch_id, "position")
  constraint files_kind_check CHECK ((kind = ANY (ARRAY['pdf'::text, 'tiff'::text, 'jpeg'::text, 'png'::text])))
  constraint files_organisation_id_batch_id_fkey FOREIGN KEY (organisation_id, batch_id) REFERENCES batches(organisation_id, id)
  constraint files_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint files_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint files_pkey PRIMARY KEY (id)
  constraint files_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
  constraint files_sha512_check CHECK ((sha512 ~ '^[0-9a-f]{128}$'::text))
  constraint files_state_check CHECK ((state = ANY (ARRAY['received'::text, 'split'::text, 'rejected'::text, 'duplicate'::text])))
  index CREATE INDEX files_counted ON public.files USING btree (batch_id, state, pages, organisation_id)
  index CREATE INDEX files_organisation_id_sha256_idx ON public.files USING btree (organisation_id, sha256)
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.hosts
  id uuid not null
  name text not null
  siren text not null
  hds_certificate text not null
  certifier text not null
  activities smallint[] not null
  issued_on date not null
  expires_on date not null
  regions text[] not null
  storage text not null
  incident_contact text not null
  last_checked_at timestamp with time zone not null
  created_at timestamp with time zone not null
  constraint hosts_activities_check CHECK (((activities <@ ARRAY[(1)::smallint, (2)::smallint, (3)::smallint, (4)::smallint, (5)::smallint, (6)::smallint]) AND (cardinality(activities) > 0)))
  constraint hosts_name_key UNIQUE (name)
  constraint hosts_pkey PRIMARY KEY (id)
  constraint hosts_regions_check CHECK ((cardinality(regions) > 0))
  constraint hosts_siren_check CHECK ((siren ~ '^[0-9]{9}$'::text))
  grant insert, select, update to scelle_system
  grant select to scelle_app

table public.key_checks
  name text not null
  digest bytea not null
  constraint key_checks_digest_check CHECK ((octet_length(digest) = 32))
  constraint key_checks_name_check CHECK ((name = 'index'::text))
  constraint key_checks_pkey PRIMARY KEY (name)
  grant insert, select to scelle_system

table public.key_epochs
  epoch integer not null
  made_at timestamp with time zone not null
  escrowed_at timestamp with time zone
  retired_at timestamp with time zone
  constraint key_epochs_epoch_check CHECK ((epoch > 0))
  constraint key_epochs_pkey PRIMARY KEY (epoch)
  grant insert, select, update to scelle_system

table public.ledger_checkpoints
  size bigint not null
  root bytea not null
  note text not null
  frontier bytea[] not null
  at timestamp with time zone not null
  archived_at timestamp with time zone
  constraint ledger_checkpoints_pkey PRIMARY KEY (size)
  constraint ledger_checkpoints_root_check CHECK ((octet_length(root) = 32))
  constraint ledger_checkpoints_size_check CHECK ((size >= 0))
  index CREATE INDEX ledger_checkpoints_archived ON public.ledger_checkpoints USING btree (size) WHERE (archived_at IS NOT NULL)
  index CREATE INDEX ledger_checkpoints_unarchived ON public.ledger_checkpoints USING btree (size) WHERE (archived_at IS NULL)
  trigger CREATE TRIGGER ledger_checkpoints_append_only BEFORE DELETE OR UPDATE ON public.ledger_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_checkpoint_change()
  trigger CREATE TRIGGER ledger_checkpoints_no_truncate BEFORE TRUNCATE ON public.ledger_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  trigger CREATE TRIGGER ledger_checkpoints_wait_for_time AFTER INSERT ON public.ledger_checkpoints FOR EACH ROW EXECUTE FUNCTION queue_checkpoint_for_time()
  grant insert, select, update to scelle_system
  grant select to scelle_app

table public.ledger_cosignatures
  size bigint not null
  witness text not null
  key_id text not null
  line text not null
  at timestamp with time zone not null
  constraint ledger_cosignatures_key_id_check CHECK ((key_id ~ '^[0-9a-f]{8}$'::text))
  constraint ledger_cosignatures_pkey PRIMARY KEY (size, witness, key_id)
  constraint ledger_cosignatures_size_fkey FOREIGN KEY (size) REFERENCES ledger_checkpoints(size)
  index CREATE INDEX ledger_cosignatures_witness_key_id_size_idx ON public.ledger_cosignatures USING btree (witness, key_id, size)
  trigger CREATE TRIGGER ledger_cosignatures_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_cosignatures FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to scelle_system

table public.ledger_entries
  seq bigint not null
  event_id uuid
  entry bytea not null
  leaf_hash bytea not null
  constraint ledger_entries_event_id_fkey FOREIGN KEY (event_id) REFERENCES custody_events(id)
  constraint ledger_entries_event_id_key UNIQUE (event_id)
  constraint ledger_entries_leaf_hash_check CHECK ((octet_length(leaf_hash) = 32))
  constraint ledger_entries_pkey PRIMARY KEY (seq)
  constraint ledger_entries_seq_check CHECK ((seq >= 0))
  trigger CREATE TRIGGER ledger_entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to scelle_system
  grant select to scelle_app

table public.ledger_subtrees
  level smallint not null
  index bigint not null
  hash bytea not null
  constraint ledger_subtrees_hash_check CHECK ((octet_length(hash) = 32))
  constraint ledger_subtrees_index_check CHECK ((index >= 0))
  constraint ledger_subtrees_level_check CHECK (((level >= 1) AND (level <= 6)))
  constraint ledger_subtrees_pkey PRIMARY KEY (level, index)
  trigger CREATE TRIGGER ledger_subtrees_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_subtrees FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to scelle_system

table public.organisations
  id uuid not null
  kind text not null
  name text not null
  siret text not null
  finess text
  consent_policy text not null default 'required'::text
  legal_basis text
  created_at timestamp with time zone not null
  constraint organisations_consent_policy_check CHECK ((consent_policy = ANY (ARRAY['required'::text, 'recommended'::text])))
  constraint organisations_finess_check CHECK ((finess ~ '^[0-9AB]{9}$'::text))
  constraint organisations_kind_check CHECK ((kind = ANY (ARRAY['controller'::text, 'processor'::text, 'host'::text, 'destroyer'::text])))
  constraint organisations_pkey PRIMARY KEY (id)
  constraint organisations_siret_check CHECK ((siret ~ '^[0-9]{14}$'::text))
  constraint organisations_siret_key UNIQUE (siret)
  grant insert, select, update to scelle_system
  grant select to scelle_app

table public.outbox row-security forced
  id uuid not null
  organisation_id uuid not null
  batch_id uuid not null
  queue text not null
  stage text not null
  subject_id uuid not null
  round integer not null default 0
  state text not null default 'waiting'::text
  attempts integer not null default 0
  error_code text
  created_at timestamp with time zone not null
  available_at timestamp with time zone not null
  dispatched_at timestamp with time zone
  finished_at timestamp with time zone
  tries integer not null default 0
  error_facts jsonb not null default '{}'::jsonb
  failed_at timestamp with time zone
  constraint outbox_organisation_id_batch_id_fkey FOREIGN KEY (organisation_id, batch_id) REFERENCES batches(organisation_id, id)
  constraint outbox_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint outbox_pkey PRIMARY KEY (id)
  constraint outbox_queue_check CHECK ((queue = ANY (ARRAY['batch'::text, 'page'::text, 'document'::text])))
  constraint outbox_stage_subject_id_round_key UNIQUE (stage, subject_id, round)
  constraint outbox_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'dispatched'::text, 'done'::text, 'failed'::text, 'cancelled'::text])))
  index CREATE INDEX outbox_dispatched ON public.outbox USING btree (queue, dispatched_at) WHERE (state = 'dispatched'::text)
  index CREATE INDEX outbox_open ON public.outbox USING btree (batch_id, stage) WHERE (state = ANY (ARRAY['waiting'::text, 'dispatched'::text]))
  index CREATE INDEX outbox_settled ON public.outbox USING btree (batch_id, finished_at) WHERE (finished_at IS NOT NULL)
  index CREATE INDEX outbox_troubled ON public.outbox USING btree (state, failed_at, id) WHERE ((error_code IS NOT NULL) AND (state = ANY (ARRAY['waiting'::text, 'dispatched'::text, 'failed'::text])))
  index CREATE INDEX outbox_waiting ON public.outbox USING btree (queue, organisation_id, available_at, id) WHERE (state = 'waiting'::text)
  trigger CREATE TRIGGER outbox_notify AFTER INSERT ON public.outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant delete, insert, select, update to scelle_system
  grant insert, select, update to scelle_app

table public.pages row-security forced
  id uuid not null
  organisation_id uuid not null
  batch_id uuid not null
  file_id uuid not null
  number integer not null
  document_id uuid
  position integer
  state text not null
  image jsonb
  facts jsonb
  marks jsonb
  words jsonb
  confidence real
  constraint pages_file_id_number_key UNIQUE (file_id, number)
  constraint pages_organisation_id_batch_id_fkey FOREIGN KEY (organisation_id, batch_id) REFERENCES batches(organisation_id, id)
  constraint pages_organisation_id_document_id_fkey FOREIGN KEY (organisation_id, document_id) REFERENCES documents(organisation_id, id)
  constraint pages_organisation_id_file_id_fkey FOREIGN KEY (organisation_id, file_id) REFERENCES files(organisation_id, id)
  constraint pages_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint pages_pkey PRIMARY KEY (id)
  constraint pages_state_check CHECK ((state = ANY (ARRAY['split'::text, 'examined'::text, 'recognised'::text, 'destroyed'::text])))
  index CREATE INDEX pages_batch_id_idx ON public.pages USING btree (batch_id)
  index CREATE INDEX pages_document_id_position_idx ON public.pages USING btree (document_id, "position")
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.patients row-security forced
  id uuid not null
  organisation_id uuid not null
  identity_sealed bytea not null
  file_number_index bytea not null
  matricule_index bytea
  name_birth_index bytea not null
  ins_status text not null default 'provisional'::text
  key_wrapped bytea
  key_epoch integer not null
  created_at timestamp with time zone not null
  constraint patients_ins_status_check CHECK ((ins_status = ANY (ARRAY['provisional'::text, 'retrieved'::text, 'validated'::text, 'qualified'::text])))
  constraint patients_organisation_id_file_number_index_key UNIQUE (organisation_id, file_number_index)
  constraint patients_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint patients_organisation_id_id_key UNIQUE (organisation_id, id)
  constraint patients_pkey PRIMARY KEY (id)
  index CREATE INDEX patients_keys ON public.patients USING btree (organisation_id, key_epoch, id) WHERE (key_wrapped IS NOT NULL)
  index CREATE INDEX patients_organisation_id_matricule_index_idx ON public.patients USING btree (organisation_id, matricule_index)
  index CREATE INDEX patients_organisation_id_name_birth_index_idx ON public.patients USING btree (organisation_id, name_birth_index)
  trigger CREATE TRIGGER patients_key_epoch BEFORE INSERT OR UPDATE OF key_wrapped, key_epoch ON public.patients FOR EACH ROW EXECUTE FUNCTION hold_patient_key_epoch()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select, update to scelle_app
  grant insert, select, update to scelle_system

table public.timestamps row-security forced
  kind text not null
  subject text not null
  organisation_id uuid
  digest bytea not null
  generation integer not null
  token bytea not null
  authority text not null
  at timestamp with time zone not null
  certificate_until timestamp with time zone not null
  algorithms text[] not null
  recorded_at timestamp with time zone not null
  renewed boolean not null default false
  archived_at timestamp with time zone
  constraint timestamps_check CHECK (((kind = 'checkpoint'::text) = (organisation_id IS NULL)))
  constraint timestamps_digest_check CHECK ((octet_length(digest) = ANY (ARRAY[32, 64])))
  constraint timestamps_generation_check CHECK ((generation > 0))
  constraint timestamps_kind_check CHECK ((kind = ANY (ARRAY['checkpoint'::text, 'sealed-document'::text])))
  constraint timestamps_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint timestamps_pkey PRIMARY KEY (kind, subject, generation)
  index CREATE INDEX timestamps_ending ON public.timestamps USING btree (certificate_until, at) WHERE (NOT renewed)
  index CREATE INDEX timestamps_resting ON public.timestamps USING btree (certificate_until, algorithms, kind, authority) WHERE (NOT renewed)
  index CREATE INDEX timestamps_unarchived ON public.timestamps USING btree (kind, subject, generation) WHERE (archived_at IS NULL)
  trigger CREATE TRIGGER timestamps_append_only BEFORE DELETE OR UPDATE ON public.timestamps FOR EACH ROW EXECUTE FUNCTION refuse_timestamp_change()
  trigger CREATE TRIGGER timestamps_no_truncate BEFORE TRUNCATE ON public.timestamps FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant insert, select to scelle_app
  grant insert, select, update to scelle_system

table public.timestamps_waiting row-security forced
  kind text not null
  subject text not null
  organisation_id uuid
  since timestamp with time zone not null
  constraint timestamps_waiting_check CHECK (((kind = 'checkpoint'::text) = (organisation_id IS NULL)))
  constraint timestamps_waiting_kind_check CHECK ((kind = ANY (ARRAY['checkpoint'::text, 'sealed-document'::text])))
  constraint timestamps_waiting_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations(id)
  constraint timestamps_waiting_pkey PRIMARY KEY (kind, subject)
  index CREATE INDEX timestamps_waiting_since ON public.timestamps_waiting USING btree (kind, since, subject)
  policy all_rows PERMISSIVE for ALL to scelle_system using true with check true
  policy own_rows PERMISSIVE for ALL to scelle_app using (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation)) with check (organisation_id = ( SELECT scelle_organisation() AS scelle_organisation))
  grant delete, insert, select to scelle_system
  grant insert, select to scelle_app

table public.workers
  id uuid not null
  queue text not null
  host text not null
  pid integer not null
  started_at timestamp with time zone not null
  beat_at timestamp with time zone not null
  doing jsonb not null default '[]'::jsonb
  places integer not null default 1
  constraint workers_pkey PRIMARY KEY (id)
  constraint workers_places_check CHECK ((places > 0))
  grant delete, insert, select, update to scelle_system
