-- A poll is not triggered again before its last run has ended, so that the runs of a tenant over its share do not pile up.
alter table schedules add column last_run uuid;

-- The scheduler looks several times a second for integrations that have changed.
create index integrations_changed on integrations (updated_at);
