-- What waits for its time. Writer: scheduler.

-- Which revision of an integration the schedules were made from; null: it is not enabled.
create table planned_integrations (
    tenant_id uuid not null,
    integration_id uuid not null,
    revision integer,
    primary key (tenant_id, integration_id),
    foreign key (tenant_id, integration_id) references integrations on delete cascade
);

-- One row per action that polls, of every enabled integration.
create table schedules (
    tenant_id uuid not null,
    integration_id uuid not null,
    action_key text not null,
    revision integer not null,
    -- The poll trigger of the revision, as in the document.
    trigger jsonb not null,
    -- Null: it never fires again.
    next_due timestamptz,
    last_fired timestamptz,
    primary key (tenant_id, integration_id, action_key),
    foreign key (tenant_id, integration_id) references integrations on delete cascade
);
create index schedules_due on schedules (next_due);

-- Triggers that must wait: for their moment (retry), or for a free place of their tenant (share).
create table parked_triggers (
    tenant_id uuid not null references tenants on delete cascade,
    trigger_id uuid not null,
    lane text not null,
    -- retry, share or depth.
    reason text not null check (reason in ('retry', 'share', 'depth')),
    not_before timestamptz not null,
    message bytea not null,
    parked_at timestamptz not null default now(),
    primary key (tenant_id, trigger_id)
);
create index parked_triggers_due on parked_triggers (tenant_id, not_before, trigger_id);

alter table planned_integrations enable row level security;
alter table planned_integrations force row level security;
alter table schedules enable row level security;
alter table schedules force row level security;
alter table parked_triggers enable row level security;
alter table parked_triggers force row level security;

-- The scheduler serves all tenants; everybody else sees only his own rows.
create policy serve on planned_integrations to throughline_scheduler using (true);
create policy serve on schedules to throughline_scheduler using (true);
create policy own on schedules using (tenant_id = any ((select app_tenants())::uuid[]));
create policy serve on parked_triggers to throughline_scheduler using (true);
create policy own on parked_triggers using (tenant_id = any ((select app_tenants())::uuid[]));

grant select, insert, update, delete on planned_integrations, schedules, parked_triggers to throughline_scheduler;
grant select on schedules, parked_triggers to throughline_gateway;
