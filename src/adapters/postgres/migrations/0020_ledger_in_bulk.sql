-- Events of one statement are queued by one statement. Its rows come in the order in which they were given, and so do
-- their places.
drop trigger custody_events_queue on custody_events;
create or replace function queue_for_sequencer() returns trigger language plpgsql as $$
begin
  insert into custody_unsequenced (event_id, organisation_id) select id, organisation_id from recorded;
  return null;
end $$;
create trigger custody_events_queue after insert on custody_events
  referencing new table as recorded
  for each statement execute function queue_for_sequencer();

-- The trigger queues what was just recorded, and events are never deleted; what is queued without an event is dropped when
-- it is taken. Foreign keys add nothing, and are checked by a plan that a session makes once: made while there are few
-- events it reads all of them, or all of an organisation, for each of the thousands that follow.
alter table custody_unsequenced
  drop constraint custody_unsequenced_organisation_id_fkey,
  drop constraint custody_unsequenced_organisation_id_event_id_fkey;
