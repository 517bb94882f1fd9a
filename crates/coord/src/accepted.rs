//! Runs that were accepted a moment ago, so that whoever asks for one is not told that there is none.
//!
//! Between the 202 and the first row of a run, its trigger is in the broker, where nobody can look it up. Without Redis such
//! a run is unknown until its row is there, or its trigger waits in Postgres.

use std::time::Duration;

use throughline_domain::{IntegrationId, RunId, TenantId, TriggerKind};

use crate::link::{Coord, Degraded};

/// How long a run is remembered: what waits longer waits in Postgres, and who asks renews it.
const KEPT: Duration = Duration::from_secs(10 * 60);

/// What is known of a run that has only been accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedRun {
    /// The integration.
    pub integration: IntegrationId,
    /// Why.
    pub trigger: TriggerKind,
    /// Key of the action.
    pub action: String,
}

/// The accepted runs of all tenants.
#[derive(Debug, Clone)]
pub struct Accepted {
    coord: Coord,
}

impl Accepted {
    /// The runs in `coord`.
    pub fn new(coord: &Coord) -> Self {
        Self { coord: coord.clone() }
    }

    /// Remembers that a tenant's run was accepted.
    pub async fn remember(
        &self,
        tenant: TenantId,
        run: RunId,
        accepted: &AcceptedRun,
    ) -> Result<(), Degraded> {
        let mut set = redis::cmd("SET");
        set.arg(self.key(tenant, run)).arg(accepted.to_string()).arg("EX").arg(KEPT.as_secs());
        self.coord.ask(async |mut redis| set.query_async::<()>(&mut redis).await).await
    }

    /// What was remembered of a run of this tenant.
    pub async fn find(&self, tenant: TenantId, run: RunId) -> Result<Option<AcceptedRun>, Degraded> {
        let mut get = redis::cmd("GET");
        get.arg(self.key(tenant, run));
        let found =
            self.coord.ask(async |mut redis| get.query_async::<Option<String>>(&mut redis).await).await?;
        Ok(found.as_deref().and_then(read))
    }

    fn key(&self, tenant: TenantId, run: RunId) -> String {
        self.coord.key("accepted", format_args!("{tenant}:{run}"))
    }
}

impl std::fmt::Display for AcceptedRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.integration, self.trigger, self.action)
    }
}

fn read(text: &str) -> Option<AcceptedRun> {
    let mut words = text.splitn(3, ' ');
    Some(AcceptedRun {
        integration: words.next()?.parse().ok()?,
        trigger: words.next()?.parse().ok()?,
        action: words.next()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use throughline_domain::{Clock as _, SystemClock};

    use super::*;

    #[test]
    fn what_is_remembered_reads_back() {
        let integration = IntegrationId::new(SystemClock.now());
        let run = AcceptedRun { integration, trigger: TriggerKind::Listen, action: "open it".to_owned() };
        assert_eq!(read(&run.to_string()), Some(run));
        assert_eq!(read("of something newer"), None);
    }
}
