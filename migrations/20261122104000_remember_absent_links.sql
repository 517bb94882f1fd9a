-- A record that needs no counterpart leaves a trace, so that an older version of it which comes late (a retry, or an
-- event that waited behind others) makes none either. Such links are forgotten after a week.
alter table links drop constraint links_state_check;
alter table links add constraint links_state_check check (state in ('intended', 'confirmed', 'in_doubt', 'absent'));
create index links_absent on links (tenant_id, integration_id, updated_at) where state = 'absent';
