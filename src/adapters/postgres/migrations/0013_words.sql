-- What was read of a document is sealed and kept beside access copy and master.
alter table deposits drop constraint deposits_part_check;
alter table deposits add constraint deposits_part_check check (part in ('access', 'master', 'words'));

-- How much of a document was read: figures only.
alter table documents add column reading jsonb;
