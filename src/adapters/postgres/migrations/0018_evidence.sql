-- Proof files ask for what the ledger says of one batch or one patient; see 0009 for why these are columns.
alter table custody_events
  add column batch_id uuid generated always as ((subject->>'batchId')::uuid) stored,
  add column patient_id uuid generated always as ((subject->>'patientId')::uuid) stored;
create index custody_events_batch on custody_events (batch_id, document_id) where batch_id is not null;
create index custody_events_patient on custody_events (patient_id) where patient_id is not null;
analyze custody_events;
