-- Every insertion into these tables locked the one row of its tenant, to be sure that it stays: all writers of a tenant
-- met there. Rows of a tenant that is deleted are deleted by the trigger below instead. One that is written in that very
-- moment may stay; it belongs to nobody, and nobody sees it.
alter table links drop constraint links_tenant_id_fkey;
alter table watermarks drop constraint watermarks_tenant_id_fkey;
alter table failed_records drop constraint failed_records_tenant_id_fkey;
alter table parked_triggers drop constraint parked_triggers_tenant_id_fkey;
alter table accepted_triggers drop constraint accepted_triggers_tenant_id_fkey;

create function forget_tenant() returns trigger
    language plpgsql security definer set search_path = public, pg_temp
    as $$
declare
    acting_for text := current_setting('app.tenant_id', true);
begin
    -- Row-level security holds for the owner too.
    perform set_config('app.tenant_id', old.tenant_id::text, true);
    delete from links where tenant_id = old.tenant_id;
    delete from watermarks where tenant_id = old.tenant_id;
    delete from failed_records where tenant_id = old.tenant_id;
    delete from parked_triggers where tenant_id = old.tenant_id;
    delete from accepted_triggers where tenant_id = old.tenant_id;
    perform set_config('app.tenant_id', coalesce(acting_for, ''), true);
    return null;
end
$$;
revoke all on function forget_tenant() from public;
create trigger forget_tenant after delete on tenants for each row execute function forget_tenant();

-- Nothing looks a link up by its target. Without this index, settling a link changes no indexed column, so it needs no new
-- entry in any index as long as its page has room: 15 % of a page hold the few rows of it that change at the same time, until
-- the next look at the page cleans up the old ones.
drop index links_target;
alter table links set (fillfactor = 85);
