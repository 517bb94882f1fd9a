-- What waits for its time. Writer: scheduler.

-- One row per action that polls, kept in step with the published revisions.
create table schedules (
    tenant_id uuid not null references tenants on delete cascade,
    integration_id uuid not null,
    action_key text not null,
    revision integer not null,
    -- The poll trigger of the revision, as in the document.
    trigger jsonb not null,
    next_due timestamptz,
    last_fired timestamptz,
    primary key (tenant_id, integration_id, action_key)
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

-- Messages that no service could read, or that were delivered too often: raw bytes, for the operator.
create table parked_messages (
    parked_message_id uuid primary key,
    origin_queue text not null,
    message_type text not null,
    reason text not null,
    headers jsonb not null default '{}',
    body bytea not null,
    parked_at timestamptz not null default now(),
    replayed_at timestamptz
);
create index parked_messages_order on parked_messages (parked_at);

alter table schedules enable row level security;
alter table schedules force row level security;
alter table parked_triggers enable row level security;
alter table parked_triggers force row level security;

-- The scheduler serves all tenants; everybody else sees only his own rows.
create policy serve on schedules to throughline_scheduler using (true);
create policy own on schedules using (tenant_id = any ((select app_tenants())::uuid[]));
create policy serve on parked_triggers to throughline_scheduler using (true);
create policy own on parked_triggers using (tenant_id = any ((select app_tenants())::uuid[]));

grant select, insert, update, delete on schedules, parked_triggers to throughline_scheduler;
grant select, insert, update on parked_messages to throughline_scheduler;
grant select on schedules, parked_triggers to throughline_gateway;
