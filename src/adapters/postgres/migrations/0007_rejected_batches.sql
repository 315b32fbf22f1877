-- A rejected batch may be put right and dropped again: it no longer stands for its files.
alter table batches drop constraint batches_organisation_id_fingerprint_key;
create unique index batches_fingerprint on batches (organisation_id, fingerprint) where state <> 'rejected';
