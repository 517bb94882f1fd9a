-- Tenants, people, what they hold, and what they did. Writer: gateway (and admin, the owner).

create table tenants (
    tenant_id uuid primary key,
    name text not null check (length(name) between 1 and 200),
    slug text not null constraint tenants_slug_key unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    -- The tenant's data key, sealed by the operator's master key; null once it has been destroyed.
    sealed_data_key bytea,
    master_key_id text not null,
    -- Runs that may be in flight at the same time.
    in_flight_limit integer not null default 64 check (in_flight_limit between 1 and 100000),
    capture_http text not null default 'failures' check (capture_http in ('off', 'failures', 'all')),
    capture_http_until timestamptz,
    capture_payload boolean not null default true,
    retention_status smallint not null default 90 check (retention_status in (1, 7, 30, 90, 400)),
    retention_payload smallint not null default 30 check (retention_payload in (1, 7, 30, 90, 400)),
    retention_http smallint not null default 7 check (retention_http in (1, 7, 30, 90, 400)),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table users (
    user_id uuid primary key,
    email text not null constraint users_email_key unique check (email = lower(email) and position('@' in email) > 1),
    name text not null,
    -- argon2id, PHC string.
    password_hash text not null,
    created_at timestamptz not null default now()
);

create table memberships (
    tenant_id uuid not null references tenants on delete cascade,
    user_id uuid not null references users on delete cascade,
    role text not null check (role in ('viewer', 'editor', 'admin', 'owner')),
    created_at timestamptz not null default now(),
    primary key (tenant_id, user_id)
);
create index memberships_user on memberships (user_id);

create table refresh_tokens (
    -- SHA-256 of the token, hex.
    token_hash text primary key,
    tenant_id uuid not null references tenants on delete cascade,
    user_id uuid not null references users on delete cascade,
    -- All tokens that descend from one login; reuse of a spent one revokes the family.
    family uuid not null,
    expires_at timestamptz not null,
    spent_at timestamptz,
    revoked_at timestamptz,
    created_at timestamptz not null default now()
);
create index refresh_tokens_family on refresh_tokens (tenant_id, family);

create table api_tokens (
    api_token_id uuid primary key,
    tenant_id uuid not null references tenants on delete cascade,
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('viewer', 'editor', 'admin', 'owner')),
    token_hash text not null constraint api_tokens_hash_key unique,
    -- The first characters, to recognise it by.
    prefix text not null,
    created_by uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
create index api_tokens_tenant on api_tokens (tenant_id, api_token_id);

create table audit_log (
    tenant_id uuid not null,
    audit_id uuid not null,
    at timestamptz not null default now(),
    actor text not null,
    operation text not null,
    subject text not null,
    before jsonb,
    after jsonb,
    primary key (tenant_id, audit_id)
);

alter table tenants enable row level security;
alter table tenants force row level security;
alter table users enable row level security;
alter table users force row level security;
alter table memberships enable row level security;
alter table memberships force row level security;
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
alter table api_tokens enable row level security;
alter table api_tokens force row level security;
alter table audit_log enable row level security;
alter table audit_log force row level security;

create policy own on tenants using (tenant_id = any ((select app_tenants())::uuid[]));
-- The scheduler serves all tenants: it reads their limits and settings.
create policy serve on tenants for select to throughline_scheduler using (true);

create policy own on memberships
    using (tenant_id = any ((select app_tenants())::uuid[]) or user_id::text = (select app_presented()));
create policy own on users using (
    email = (select app_presented())
    or user_id::text = (select app_presented())
    or exists (select from memberships m where m.user_id = users.user_id)
);
create policy own on refresh_tokens
    using (tenant_id = any ((select app_tenants())::uuid[]) or token_hash = (select app_presented()));
create policy own on api_tokens
    using (tenant_id = any ((select app_tenants())::uuid[]) or token_hash = (select app_presented()));
create policy own on audit_log using (tenant_id = any ((select app_tenants())::uuid[]));

grant select, update on tenants to throughline_gateway;
grant select, update on users to throughline_gateway;
grant select, insert, update, delete on memberships to throughline_gateway;
grant select, insert, update on refresh_tokens to throughline_gateway;
grant select, insert, update on api_tokens to throughline_gateway;
grant select, insert on audit_log to throughline_gateway;
grant select on tenants to throughline_scheduler, throughline_worker, throughline_sink;
