//! Compiled actions. A revision never changes, so neither does what is made of it.

use std::sync::Arc;

use moka::future::Cache;
use throughline_contract::RunRequest;
use throughline_domain::{ErrorCode, IntegrationId, RevisionNumber, RunError, Side, TenantId};
use throughline_flow::{Fault, Plan};
use throughline_store::{Store, StoreError, plans};

use crate::run::{Halt, Stop};

/// How many compiled actions a worker keeps.
const KEPT: u64 = 4096;

type Key = (TenantId, IntegrationId, RevisionNumber, String);

/// The plans of all tenants.
#[derive(Clone)]
pub(crate) struct Plans {
    store: Store,
    cache: Cache<Key, Arc<Plan>>,
}

impl Plans {
    pub(crate) fn new(store: &Store) -> Self {
        Self { store: store.clone(), cache: Cache::new(KEPT) }
    }

    /// The plan of the action and revision that a run names.
    pub(crate) async fn get(&self, request: &RunRequest) -> Result<Arc<Plan>, Halt> {
        let key = (request.tenant, request.integration, request.revision, request.action.clone());
        if let Some(plan) = self.cache.get(&key).await {
            return Ok(plan);
        }
        let plan = Arc::new(self.compile(request).await?);
        self.cache.insert(key, Arc::clone(&plan)).await;
        Ok(plan)
    }

    async fn compile(&self, request: &RunRequest) -> Result<Plan, Halt> {
        let mut tx = self.store.tenant(request.tenant).await?;
        let found = plans::document(&mut tx, request.tenant, request.integration, request.revision).await;
        let document = match found {
            Err(StoreError::NotFound) => {
                return Err(unusable(format!("There is no revision {}", request.revision)));
            }
            other => other?,
        };
        let integration = throughline_flow::parse(&document).map_err(|faults| faulty(request, &faults))?;
        Plan::compile(&integration, &request.action).map_err(|faults| faulty(request, &faults))
    }
}

fn faulty(request: &RunRequest, faults: &[Fault]) -> Halt {
    let first = faults.first().map(Fault::to_string).unwrap_or_default();
    let more = faults.len().saturating_sub(1);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    unusable(format!("Revision {} has faults: {first}{more}", request.revision))
}

fn unusable(what: String) -> Halt {
    let message = format!("{what}. Publish a revision that can be used, then run the action again.");
    Stop::lasting(RunError::new(ErrorCode::ConfigurationUnusable, Side::Mapping, message)).into()
}
