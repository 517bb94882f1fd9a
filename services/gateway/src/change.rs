//! What every change has in common: an entry in the audit log, and a word to whoever watches.

use serde_json::{Value, json};
use throughline_domain::IntegrationId;
use throughline_domain::SystemId;
use throughline_store::Tx;
use throughline_store::audit::{self, AuditEntry};

use crate::app::App;
use crate::caller::Caller;
use crate::problem::Answer;

/// Writes a change down, in its transaction.
pub(crate) async fn audit(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    operation: &str,
    subject: String,
    before_after: [Option<Value>; 2],
) -> Answer<()> {
    let at = app.clock.now();
    let [before, after] = before_after;
    let millis = u64::try_from(at.timestamp_millis()).unwrap_or(0);
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid();
    let entry =
        AuditEntry { id, at, actor: caller.actor(), operation: operation.to_owned(), subject, before, after };
    Ok(audit::record(tx, caller.tenant, &entry).await?)
}

/// Tells watchers that a system was changed.
pub(crate) fn system_changed(app: &App, caller: &Caller, id: SystemId) {
    let data = json!({ "type": "system.changed", "system_id": id.to_string() });
    app.announce.send(caller.tenant, "system.changed", data.to_string());
}

/// Tells watchers that an integration was changed.
pub(crate) fn integration_changed(app: &App, caller: &Caller, id: IntegrationId) {
    let data = json!({ "type": "integration.changed", "integration_id": id.to_string() });
    app.announce.send(caller.tenant, "integration.changed", data.to_string());
}
