-- Lists, progress, gates, dispatcher and clock stay as fast with a million documents as with a thousand: each reads what it
-- shows, and nothing else. tests/bench/database.ts measures it.

-- Which organisation the session is of is asked once in a statement, not once in a row.
do $$
declare t text;
begin
  foreach t in array array['contracts', 'patients', 'consents', 'boxes', 'batches', 'files', 'documents', 'pages',
                           'deposits', 'outbox', 'destructions', 'custody_events', 'custody_unsequenced']
  loop
    execute format('alter policy own_rows on %I using (organisation_id = (select scelle_organisation())) with check (organisation_id = (select scelle_organisation()))', t);
  end loop;
end $$;

-- Under row-level security an index on a JSON expression is never used: the operator could leak what it sees, so the
-- organisation's events would all be read. A column of its own can be asked for.
alter table custody_events add column document_id uuid generated always as ((subject->>'documentId')::uuid) stored;
drop index custody_events_document;
drop index custody_events_batch;
create index custody_events_document on custody_events (document_id, at, id) where document_id is not null;
-- Nothing is known of a new column; taken for a vague one, its index would not be used.
analyze custody_events;

-- Lists go from the latest batch to the earliest, page by page; each order of a list is an index.
drop index batches_organisation_id_received_at_idx;
create index batches_listed on batches (organisation_id, received_at desc, id desc);
create index batches_listed_by_state on batches (organisation_id, state, received_at desc, id desc);
create index documents_listed on documents (organisation_id, batch_id desc, position);
drop index documents_organisation_id_state_id_idx;
create index documents_listed_by_state on documents (organisation_id, state, batch_id desc, position);
create index documents_refused on documents (organisation_id, changed_at desc, id) where state = 'refused';

-- Counted without reading the rows: the policy's column is in the index too.
drop index documents_batch_id_state_idx;
create index documents_counted on documents (batch_id, state, organisation_id);
drop index documents_patient_id_idx;
create index documents_of_patient on documents (patient_id, organisation_id);
create index files_counted on files (batch_id, state, pages, organisation_id);

-- Every settled document asks whether it was the last one of its batch.
create index documents_unfinished on documents (batch_id) where state not in ('verified', 'refused', 'rejected');

-- Heads that are not in the archives yet: the last ones of very many.
create index ledger_checkpoints_unarchived on ledger_checkpoints (size) where archived_at is null;

-- Orders come and go; their dead entries are cleared away by number, however many orders there are.
alter table outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
                        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 20000);
alter table custody_unsequenced set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

-- Orders of a closed batch are no evidence: its custody events are. They are forgotten a while after its closing, so that
-- the table holds the work at hand and not that of all years.
alter table batches add column orders_forgotten boolean not null default false;
create index batches_to_forget on batches (closed_at) where closed_at is not null and not orders_forgotten;
grant delete on outbox to scelle_system;
