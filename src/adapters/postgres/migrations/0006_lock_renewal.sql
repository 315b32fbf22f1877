-- Every hour the clock looks for locks that end soon: that must not read every deposit.
create index deposits_lock_ends on deposits (retain_until, document_id, part, version)
  where deposited_at is not null and retain_until is not null;
