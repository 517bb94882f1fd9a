-- What tenants configure. Writer: gateway.

create table systems (
    tenant_id uuid not null references tenants on delete cascade,
    system_id uuid not null,
    name text not null check (length(name) between 1 and 200),
    connector text not null,
    base_url text not null,
    settings jsonb not null default '{}',
    -- JSON object of secrets, sealed with the tenant's data key; null when none are set.
    sealed_credentials bytea,
    -- Names of the secrets that are set, for the API.
    credentials_set text[] not null default '{}',
    -- ok, failing, paused or untested.
    state text not null default 'untested' check (state in ('ok', 'failing', 'paused', 'untested')),
    state_reason text,
    last_test_at timestamptz,
    last_test_ok boolean,
    last_test_message text,
    -- Array of entity schemas as discovered, with the moment.
    schema jsonb,
    schema_discovered_at timestamptz,
    -- Grows with every change: the entity tag, and how a worker knows that its copy is old.
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, system_id),
    constraint systems_name_key unique (tenant_id, name)
);

create table integrations (
    tenant_id uuid not null references tenants on delete cascade,
    integration_id uuid not null,
    name text not null check (length(name) between 1 and 200),
    description text not null default '',
    enabled boolean not null default false,
    draft_revision integer not null,
    published_revision integer,
    -- Names, systems and actions of the published or else the draft revision, so that lists need no documents.
    summary jsonb not null,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (tenant_id, integration_id),
    constraint integrations_name_key unique (tenant_id, name)
);

-- Immutable: no update is granted but that of the publishing moment.
create table revisions (
    tenant_id uuid not null,
    integration_id uuid not null,
    number integer not null check (number > 0),
    document jsonb not null,
    content_hash text not null,
    created_by text not null,
    created_at timestamptz not null default now(),
    published_at timestamptz,
    primary key (tenant_id, integration_id, number),
    foreign key (tenant_id, integration_id) references integrations on delete cascade
);

-- Listener addresses. The token is the secret; it is kept sealed so that the console can show it again.
create table hooks (
    token_hash text primary key,
    tenant_id uuid not null,
    integration_id uuid not null,
    action_key text not null,
    sealed_token bytea not null,
    created_at timestamptz not null default now(),
    constraint hooks_action_key unique (tenant_id, integration_id, action_key),
    foreign key (tenant_id, integration_id) references integrations on delete cascade
);

-- Triggers that were accepted while the broker was away, until they are published.
create table accepted_triggers (
    tenant_id uuid not null references tenants on delete cascade,
    trigger_id uuid not null,
    message bytea not null,
    accepted_at timestamptz not null default now(),
    primary key (tenant_id, trigger_id)
);
create index accepted_triggers_order on accepted_triggers (accepted_at);

-- Answers of POST requests that carried an Idempotency-Key.
create table idempotency_keys (
    tenant_id uuid not null references tenants on delete cascade,
    key text not null,
    request_hash text not null,
    status smallint,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (tenant_id, key)
);

alter table systems enable row level security;
alter table systems force row level security;
alter table integrations enable row level security;
alter table integrations force row level security;
alter table revisions enable row level security;
alter table revisions force row level security;
alter table hooks enable row level security;
alter table hooks force row level security;
alter table accepted_triggers enable row level security;
alter table accepted_triggers force row level security;
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;

create policy own on systems using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on integrations using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on revisions using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on hooks
    using (tenant_id = any ((select app_tenants())::uuid[]) or token_hash = (select app_presented()));
create policy own on accepted_triggers using (tenant_id = any ((select app_tenants())::uuid[]));
create policy own on idempotency_keys using (tenant_id = any ((select app_tenants())::uuid[]));
-- The scheduler plans the polls of all tenants; the gateway's relay publishes what waited for the broker.
create policy serve on integrations for select to throughline_scheduler using (true);
create policy serve on revisions for select to throughline_scheduler using (true);
create policy relay on accepted_triggers to throughline_gateway using (true);

grant select, insert, update, delete on systems, integrations, hooks, accepted_triggers, idempotency_keys to throughline_gateway;
grant select, insert, update (published_at) on revisions to throughline_gateway;
grant select on integrations, revisions to throughline_scheduler;
grant select on systems, integrations, revisions to throughline_worker;
