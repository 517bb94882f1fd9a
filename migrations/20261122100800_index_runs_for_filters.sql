-- The filters that the first indexes do not serve: an integration without an action, and what is rare among many good runs.
create index runs_by_integration on runs (tenant_id, integration_id, run_id desc);
create index runs_rare_status on runs (tenant_id, status, run_id desc)
    where status in ('queued', 'running', 'cancelled', 'nothing_to_do');
create index runs_rare_trigger on runs (tenant_id, trigger, run_id desc) where trigger in ('manual', 'replay', 'retry');
