-- What an operator must be able to see: what each process does, what failed and how often, what the clock did last, and
-- which alarms stand.

-- What the process had at work when it was last heard of: [{stage, orderId, batchId, subjectId, since}]. Ids only.
alter table workers add column doing jsonb not null default '[]';
-- It names batches of every organisation.
revoke all on workers from scelle_app;

-- Failed tries of this round, outages counted too, and what the last one said: facts are ids, codes and numbers.
alter table outbox add column tries integer not null default 0;
alter table outbox add column error_facts jsonb not null default '{}';
alter table outbox add column failed_at timestamptz;

-- Few: what failed for good, and what is tried again.
create index outbox_troubled on outbox (state, failed_at, id)
  where error_code is not null and state in ('waiting', 'dispatched', 'failed');
-- When a batch last came on, without reading its orders.
create index outbox_settled on outbox (batch_id, finished_at) where finished_at is not null;
create index batches_open on batches (received_at) where closed_at is null;

-- The clock's duties: when each was last reported on, well or not, and since when it fails.
create table duties (
  name text primary key,
  reported_at timestamptz not null,
  succeeded_at timestamptz,
  failing_since timestamptz,
  error_code text
);

-- Alarms that stand, so that each beginning and each end is told once, whichever clock is elected.
create table alarms (
  code text not null,
  subject text not null,
  facts jsonb not null default '{}',
  since timestamptz not null,
  primary key (code, subject)
);
grant select, insert, update on duties, alarms to scelle_system;
grant delete on alarms to scelle_system;
