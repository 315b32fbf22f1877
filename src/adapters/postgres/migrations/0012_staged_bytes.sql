-- What a batch's files come to is kept with the batch: before one is taken in, the open ones are summed up.

alter table batches add column file_bytes bigint not null default 0;

-- An owner that is no superuser sees no row of a table whose policies are forced on it.
alter table batches no force row level security;
alter table files no force row level security;
update batches b set file_bytes = (select coalesce(sum(bytes), 0) from files f where f.batch_id = b.id)
where staging_key_wrapped is not null;
alter table batches force row level security;
alter table files force row level security;

drop index batches_staged;
create index batches_staged on batches (organisation_id) include (file_bytes) where staging_key_wrapped is not null;
