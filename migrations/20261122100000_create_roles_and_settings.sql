-- One Postgres role per service: the grants of the later migrations make "one writer per table" a fact.
-- Roles belong to the whole server, so they may exist already; passwords are given by `throughline-admin migrate`.
do $$
declare
    service text;
begin
    foreach service in array array['gateway', 'scheduler', 'worker', 'sink'] loop
        begin
            execute format('create role throughline_%s login nosuperuser nobypassrls', service);
        exception when duplicate_object or unique_violation then
            null;
        end;
    end loop;
end
$$;

grant usage on schema public to throughline_gateway, throughline_scheduler, throughline_worker, throughline_sink;

-- The tenants that the current transaction acts for: one for a request, several for a batch of the sink.
-- Policies call it in a scalar sub-select, so that it is evaluated once per statement.
create function app_tenants() returns uuid[]
    language sql stable parallel safe
    as $$ select string_to_array(nullif(current_setting('app.tenant_id', true), ''), ',')::uuid[] $$;

-- What the caller has shown of himself before a tenant is known: the hash of a token, an e-mail address, or his own id.
-- A row that can be found by nothing but a secret is visible to whoever holds the secret.
create function app_presented() returns text
    language sql stable parallel safe
    as $$ select nullif(current_setting('app.presented', true), '') $$;
