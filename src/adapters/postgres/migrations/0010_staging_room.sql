-- Before a batch is taken in, what the open ones hold is summed up: few of many.

create index batches_staged on batches (organisation_id, id) where staging_key_wrapped is not null;
