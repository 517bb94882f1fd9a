-- On which days, and in which classes, a tenant has runs: a few rows that spare every list and search the planning of
-- hundreds of partitions without a single row of his.
create table run_days (
    tenant_id uuid not null,
    retention_days smallint not null,
    day date not null,
    primary key (tenant_id, day, retention_days)
);

alter table run_days enable row level security;
alter table run_days force row level security;
create policy own on run_days using (tenant_id = any ((select app_tenants())::uuid[]));
-- The sink forgets the expired days of all tenants.
create policy expire on run_days to throughline_sink using (true);

grant select, insert, delete on run_days to throughline_sink;
grant select on run_days to throughline_gateway;

-- Kept by the insertion itself, so that no writer can forget it.
create function remember_run_days() returns trigger
    language plpgsql set search_path = public, pg_temp
    as $$
begin
    insert into run_days (tenant_id, retention_days, day)
    select distinct tenant_id, retention_days, day from inserted
    on conflict do nothing;
    return null;
end
$$;
create trigger remember_run_days after insert on runs
    referencing new table as inserted for each statement execute function remember_run_days();
