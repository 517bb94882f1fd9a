//! A request for unit tests.

use chrono::TimeDelta;
use throughline_contract::{Input, RunRequest};
use throughline_domain::{
    CapturePolicy, Clock, IntegrationId, Lane, Retention, RevisionNumber, RunId, SystemClock, TenantId,
    TriggerKind,
};

/// A first attempt on `input`.
pub(crate) fn request(input: Input) -> RunRequest {
    let now = SystemClock.now();
    RunRequest {
        run: RunId::new(now),
        tenant: TenantId::new(now),
        integration: IntegrationId::new(now),
        action: "act".to_owned(),
        revision: RevisionNumber(1),
        trigger: TriggerKind::Poll,
        lane: Lane::Bulk,
        attempt: 1,
        queued_at: now,
        deadline: now + TimeDelta::minutes(5),
        caused_by: None,
        input,
        capture: CapturePolicy::default(),
        retention: Retention::default(),
    }
}
