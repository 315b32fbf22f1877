-- The dispatcher wakes when orders commit, instead of asking all the time.

create function notify_outbox() returns trigger language plpgsql as $$
begin
  perform pg_notify('scelle_outbox', '');
  return null;
end $$;
create trigger outbox_notify after insert on outbox
  for each statement execute function notify_outbox();

-- The dispatcher takes the first orders of each organisation in turn: one short range per organisation.
drop index outbox_waiting;
create index outbox_waiting on outbox (queue, organisation_id, available_at, id) where state = 'waiting';
