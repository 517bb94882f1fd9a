-- The run history. Writer: sink.
--
-- Rows live in partitions by retention class, then by the UTC day of the run id, and leave by dropping partitions.
-- A run id is a UUID version 7, so it alone tells the day.

create table runs (
    tenant_id uuid not null,
    run_id uuid not null,
    retention_days smallint not null,
    day date not null,
    integration_id uuid not null,
    action_key text not null,
    revision integer,
    trigger text not null,
    status text not null,
    attempt smallint not null,
    queued_at timestamptz not null,
    started_at timestamptz,
    finished_at timestamptz,
    deadline timestamptz,
    records_read integer not null default 0,
    created integer not null default 0,
    updated integer not null default 0,
    unchanged integer not null default 0,
    skipped integer not null default 0,
    filtered integer not null default 0,
    failed integer not null default 0,
    in_doubt integer not null default 0,
    error_class text,
    error_code text,
    error_message text,
    error_side text,
    -- Where the proof is: phase, exchange, pointer, rule, record.
    evidence jsonb,
    caused_by uuid,
    next_attempt_at timestamptz,
    -- The first source and target keys, for the list: [[source, target, outcome], …].
    preview jsonb,
    -- Pointers of the phases into packs, in the compact encoding that `store::phases` documents.
    phases bytea not null default ''::bytea,
    primary key (retention_days, day, run_id)
) partition by list (retention_days);

create index runs_newest on runs (tenant_id, run_id desc);
create index runs_by_action on runs (tenant_id, integration_id, action_key, run_id desc);
create index runs_failed on runs (tenant_id, run_id desc) where status in ('failed', 'partly_failed');
create index runs_by_class on runs (tenant_id, error_class, run_id desc) where error_class is not null;
create index runs_open on runs (deadline) where finished_at is null;

create table run_records (
    tenant_id uuid not null,
    run_id uuid not null,
    retention_days smallint not null,
    day date not null,
    seq integer not null,
    source_key text not null,
    target_key text,
    source_url text,
    target_url text,
    operation text,
    outcome text not null,
    error_class text,
    error_code text,
    error_message text,
    error_side text,
    evidence jsonb,
    primary key (retention_days, day, run_id, seq)
) partition by list (retention_days);

create index run_records_source on run_records (tenant_id, source_key, run_id desc);
create index run_records_target on run_records (tenant_id, target_key, run_id desc) where target_key is not null;

do $$
declare
    class smallint;
    parent text;
begin
    foreach parent in array array['runs', 'run_records'] loop
        foreach class in array array[1, 7, 30, 90, 400]::smallint[] loop
            execute format('create table %I partition of %I for values in (%s) partition by range (day)',
                           parent || '_' || class || 'd', parent, class);
        end loop;
    end loop;
end
$$;

-- One S3 object. A pack without a row here is an orphan and is swept.
create table packs (
    pack_id uuid primary key,
    retention_days smallint not null,
    day date not null,
    object_key text not null,
    bytes bigint not null,
    frames integer not null,
    created_at timestamptz not null default now()
);
create index packs_expiry on packs (retention_days, day);

alter table runs enable row level security;
alter table runs force row level security;
alter table run_records enable row level security;
alter table run_records force row level security;

create policy own on runs using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on run_records using (tenant_id = any ((select app_tenants())::uuid[]));
-- The scheduler settles runs of any tenant that are past their deadline; it only looks.
create policy serve on runs for select to throughline_scheduler using (finished_at is null);

grant select, insert, update on runs to throughline_sink;
grant select, insert on run_records to throughline_sink;
grant select, insert, delete on packs to throughline_sink;
grant select on runs, run_records, packs to throughline_gateway;
grant select on runs to throughline_scheduler;
grant select on packs to throughline_scheduler;

-- Makes the partitions of `first` to `last` for every class. Safe to call again, and from several processes at once.
create function ensure_run_partitions(first date, last date) returns integer
    language plpgsql security definer set search_path = public, pg_temp
    as $$
declare
    parent text;
    class smallint;
    at date;
    child text;
    made integer := 0;
begin
    perform pg_advisory_xact_lock(hashtext('run_partitions'));
    for at in select generate_series(first, last, interval '1 day')::date loop
        foreach parent in array array['runs', 'run_records'] loop
            foreach class in array array[1, 7, 30, 90, 400]::smallint[] loop
                child := format('%s_%sd_%s', parent, class, to_char(at, 'YYYYMMDD'));
                if to_regclass('public.' || child) is null then
                    execute format('create table %I partition of %I for values from (%L) to (%L)',
                                   child, parent || '_' || class || 'd', at, at + 1);
                    made := made + 1;
                end if;
            end loop;
        end loop;
    end loop;
    return made;
end
$$;

-- Drops every partition whose class has expired at `today`; returns their names.
create function drop_expired_run_partitions(today date) returns setof text
    language plpgsql security definer set search_path = public, pg_temp
    as $$
declare
    child record;
begin
    perform pg_advisory_xact_lock(hashtext('run_partitions'));
    for child in
        select c.relname,
               (regexp_match(c.relname, '^(?:runs|run_records)_(\d+)d_\d{8}$'))[1]::integer as class,
               to_date((regexp_match(c.relname, '_(\d{8})$'))[1], 'YYYYMMDD') as at
        from pg_class c
        where c.relkind = 'r' and c.relname ~ '^(runs|run_records)_\d+d_\d{8}$'
          and c.relnamespace = 'public'::regnamespace
    loop
        if child.at + child.class < today then
            execute format('drop table %I', child.relname);
            return next child.relname;
        end if;
    end loop;
end
$$;

revoke all on function ensure_run_partitions(date, date) from public;
revoke all on function drop_expired_run_partitions(date) from public;
grant execute on function ensure_run_partitions(date, date) to throughline_scheduler, throughline_sink;
grant execute on function drop_expired_run_partitions(date) to throughline_scheduler;

select ensure_run_partitions(current_date - 2, current_date + 3);
