-- What is asked of tokens and wrapped keys, of however many there are: each kind is found by jumping in an index.

-- Of all youngest tokens there are few sorts: those of one authority rest on the same algorithms and end with its
-- certificate. The first index tells the sorts apart and counts them; the second has the oldest of those that end together.
create index timestamps_resting on timestamps (certificate_until, algorithms, kind, authority) where not renewed;
create index timestamps_ending on timestamps (certificate_until, at) where not renewed;
drop index timestamps_certificate_ends;
drop index timestamps_algorithms;

create index patients_keys on patients (organisation_id, key_epoch, id) where key_wrapped is not null;
create index batches_keys on batches (organisation_id, staging_key_epoch, id) where staging_key_wrapped is not null;
