-- A session of scelle_app sees one organisation's rows: the one named by scelle.organisation, else none.
do $$
declare t text;
begin
  foreach t in array array['contracts', 'patients', 'consents', 'boxes', 'batches', 'files', 'documents', 'pages',
                           'deposits', 'outbox', 'destructions', 'custody_events', 'custody_unsequenced']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('create policy own_rows on %I to scelle_app using (organisation_id = scelle_organisation()) with check (organisation_id = scelle_organisation())', t);
    execute format('create policy all_rows on %I to scelle_system using (true) with check (true)', t);
  end loop;
end $$;

grant usage on schema public to scelle_app, scelle_system;
grant select, insert, update on all tables in schema public to scelle_app, scelle_system;
revoke update on consents, custody_events, ledger_entries, destructions from scelle_app, scelle_system;
-- Shared by every organisation, so none may change them.
revoke insert, update on organisations, hosts, ledger_entries, ledger_checkpoints from scelle_app;
-- Nothing is deleted but what is no evidence of anything.
grant delete on custody_unsequenced, workers to scelle_system;
