-- Epochs of the master key. A process may have wrapped a key under a former one just before that is retired: whoever writes a
-- wrapped key holds its epoch's row until the end of the transaction, so that retiring waits for it and then counts it, or it
-- finds the epoch retired and is refused.

create table key_epochs (
  epoch integer primary key check (epoch > 0),
  -- When it was first seen here.
  made_at timestamptz not null,
  escrowed_at timestamptz,
  -- Its key is destroyed, or about to be: nothing may be wrapped under it again.
  retired_at timestamptz
);

-- What must stay the same for as long as the database lives: the index key, of which this is a digest.
create table key_checks (
  name text primary key check (name = 'index'),
  digest bytea not null check (octet_length(digest) = 32)
);

grant select, insert, update on key_epochs to scelle_system;
grant select, insert on key_checks to scelle_system;

-- Locking a row needs the right to change it, which writers do not have: the triggers do it in the owner's name.
create function hold_key_epoch(wanted integer) returns void language plpgsql set search_path = public, pg_temp as $$
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
end $$;

revoke execute on function hold_key_epoch from public;

create function hold_patient_key_epoch() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.key_wrapped is not null then perform hold_key_epoch(new.key_epoch); end if;
  return new;
end $$;
create trigger patients_key_epoch before insert or update of key_wrapped, key_epoch on patients
  for each row execute function hold_patient_key_epoch();

create function hold_batch_key_epoch() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if new.staging_key_wrapped is not null then perform hold_key_epoch(new.staging_key_epoch); end if;
  return new;
end $$;
create trigger batches_key_epoch before insert or update of staging_key_wrapped, staging_key_epoch on batches
  for each row execute function hold_batch_key_epoch();

-- The epochs that there are already. The owner, who runs this, sees no row of a table with forced row-level security.
alter table patients no force row level security;
alter table batches no force row level security;
insert into key_epochs (epoch, made_at)
  select epoch, now() from (select key_epoch as epoch from patients union select staging_key_epoch from batches) known;
alter table patients force row level security;
alter table batches force row level security;
