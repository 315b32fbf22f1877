-- The ledger as outsiders read it (c2sp.org/tlog-tiles), and what witnesses sign of it.

-- Roots of full tiles: (level, index) covers the 256^level entries from index · 256^level on. With them a proof reads a
-- few hundred hashes, whatever the size of the ledger.
create table ledger_subtrees (
  level smallint not null check (level between 1 and 6),
  index bigint not null check (index >= 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, index)
);
create trigger ledger_subtrees_append_only before update or delete or truncate on ledger_subtrees
  for each statement execute function refuse_change();

-- c2sp.org/tlog-cosignature: a witness has seen this head, and that it goes on from every head that it had seen before.
create table ledger_cosignatures (
  size bigint not null references ledger_checkpoints,
  witness text not null,
  key_id text not null check (key_id ~ '^[0-9a-f]{8}$'),
  line text not null,
  at timestamptz not null,
  primary key (size, witness, key_id)
);
create index on ledger_cosignatures (witness, key_id, size);
create trigger ledger_cosignatures_append_only before update or delete or truncate on ledger_cosignatures
  for each statement execute function refuse_change();

grant select, insert on ledger_subtrees, ledger_cosignatures to scelle_system;

-- An entry put back out of the archive may stand for an event that was lost with the database.
alter table ledger_entries alter column event_id drop not null;
create index ledger_checkpoints_archived on ledger_checkpoints (size) where archived_at is not null;

-- Tiles that are full already.
do $$
declare
  below int := 0;
  found bigint;
  hashes bytea[];
  place bigint;
begin
  loop
    found := 0;
    for place, hashes in
      select seq / 256, array_agg(hash order by seq)
      from (select seq, leaf_hash as hash from ledger_entries where below = 0
            union all select index, hash from ledger_subtrees where level = below) as row
      group by seq / 256 having count(*) = 256
    loop
      while array_length(hashes, 1) > 1 loop
        select array_agg(sha256('\x01'::bytea || hashes[2 * i - 1] || hashes[2 * i]) order by i)
          into hashes from generate_series(1, array_length(hashes, 1) / 2) as i;
      end loop;
      insert into ledger_subtrees values (below + 1, place, hashes[1]);
      found := found + 1;
    end loop;
    exit when found = 0;
    below := below + 1;
  end loop;
end $$;
