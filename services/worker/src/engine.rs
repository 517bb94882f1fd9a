//! What every run needs, made once per process.

use std::sync::Arc;

use throughline_connectors::{Catalogue, Egress};
use throughline_domain::{Clock, RetryPolicy};
use throughline_store::Store;
use throughline_vault::MasterKeys;

use crate::cancel::Cancels;
use crate::plans::Plans;
use crate::systems::Systems;

/// Executes runs. Talks to Postgres and to tenants' systems; what a run leaves behind (its capture, its retries) is
/// handed back to be published by whoever called.
#[derive(Clone)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) plans: Plans,
    pub(crate) systems: Systems,
    pub(crate) cancels: Cancels,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) retry: RetryPolicy,
}

/// The parts of an [`Engine`].
pub struct Parts {
    /// Postgres, with the worker's role.
    pub store: Store,
    /// The operator's master keys.
    pub master_keys: MasterKeys,
    /// The connectors.
    pub catalogue: Catalogue,
    /// The way out.
    pub egress: Egress,
    /// Who wants which run to end.
    pub cancels: Cancels,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// When failed records are tried again.
    pub retry: RetryPolicy,
}

impl Engine {
    /// An engine of these parts.
    pub fn new(parts: Parts) -> Self {
        let Parts { store, master_keys, catalogue, egress, cancels, clock, retry } = parts;
        let plans = Plans::new(&store);
        let systems = Systems::new(&store, master_keys, catalogue, egress);
        Self { store, plans, systems, cancels, clock, retry }
    }
}
