-- What the engine must remember between runs. Writer: worker.

-- The correlation of one source record with one target record within one integration. A row is written as
-- `intended` before anything is created in the target, so that a crash leaves a trace to look after.
create table links (
    tenant_id uuid not null references tenants on delete cascade,
    integration_id uuid not null,
    -- Key of the action's direction: forward or backward.
    direction text not null default 'forward' check (direction in ('forward', 'backward')),
    source_key text not null,
    target_key text,
    target_url text,
    state text not null check (state in ('intended', 'confirmed', 'in_doubt')),
    -- Version of the source record that was applied last, and a hash of the fields that were written.
    source_version text,
    content_hash text,
    -- The run that works on the record now, and until when nobody else may. The fence grows with every claim; only
    -- the latest claimant may settle.
    claimed_by uuid,
    claimed_until timestamptz,
    fence bigint not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, integration_id, direction, source_key)
);
create index links_target on links (tenant_id, integration_id, target_key);

-- How far a poll has read, by the source's own clock. Belongs to the integration, so a new revision goes on from it.
create table watermarks (
    tenant_id uuid not null references tenants on delete cascade,
    integration_id uuid not null,
    action_key text not null,
    position text not null,
    run_id uuid not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, integration_id, action_key)
);

-- Records that did not arrive, with their input (sealed with the tenant's data key) until they do.
create table failed_records (
    tenant_id uuid not null references tenants on delete cascade,
    integration_id uuid not null,
    action_key text not null,
    source_key text not null,
    run_id uuid not null,
    attempt integer not null,
    error_code text not null,
    error_message text not null,
    transient boolean not null,
    sealed_input bytea not null,
    next_attempt_at timestamptz,
    first_failed_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, integration_id, action_key, source_key)
);

alter table links enable row level security;
alter table links force row level security;
alter table watermarks enable row level security;
alter table watermarks force row level security;
alter table failed_records enable row level security;
alter table failed_records force row level security;

create policy own on links using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on watermarks using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on failed_records using (tenant_id = any ((select app_tenants())::uuid[]));

grant select, insert, update, delete on links, watermarks, failed_records to throughline_worker;
grant select on links, watermarks, failed_records to throughline_gateway;
