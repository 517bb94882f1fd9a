//! An integration as the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::{RunStatusWord, Time};
use crate::problem::FieldFault;

/// Two systems kept in step by actions.
#[derive(Serialize, ToSchema)]
pub(crate) struct Integration {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) description: String,
    /// Whether its triggers fire.
    pub(super) enabled: bool,
    /// `draft`: never published; `published`: runs; `disabled`: published, but its triggers do not fire.
    pub(super) state: State,
    /// The newest revision.
    pub(super) draft_revision: i32,
    /// The revision that runs.
    pub(super) published_revision: Option<i32>,
    /// The document of the newest revision.
    #[schema(value_type = Object)]
    pub(super) document: Value,
    pub(super) source: End,
    pub(super) target: End,
    pub(super) actions: Vec<ActionItem>,
    /// What is wrong with the newest revision; it cannot be published with faults.
    pub(super) faults: Vec<FieldFault>,
    pub(super) last_run: Option<LastRun>,
    pub(super) updated_at: Time,
}

/// How an integration stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = IntegrationState)]
pub(crate) enum State {
    Draft,
    Published,
    Disabled,
}

/// One side of an integration.
#[derive(Serialize, ToSchema)]
#[schema(as = IntegrationEnd)]
pub(crate) struct End {
    pub(super) system: SystemBrief,
    pub(super) entity: String,
}

/// A system in brief; name and connector are empty when it is gone.
#[derive(Serialize, ToSchema)]
pub(crate) struct SystemBrief {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) connector: String,
}

/// One action of an integration.
#[derive(Serialize, ToSchema)]
#[schema(as = IntegrationAction)]
pub(crate) struct ActionItem {
    pub(super) key: String,
    pub(super) name: String,
    #[schema(value_type = TriggerShape)]
    pub(super) trigger: Value,
    /// Where the source pushes to, for actions that listen. Whoever has it may push, so it is shown from the role editor on;
    /// null for viewers.
    pub(super) hook_url: Option<String>,
    /// Whether its trigger fires.
    pub(super) enabled: bool,
}

/// Why an action runs.
#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = Trigger)]
#[allow(dead_code, reason = "for the OpenAPI document")]
pub(crate) enum TriggerShape {
    /// The source sends a webhook.
    Listen,
    /// A person asks.
    Manual,
    /// The source is asked again and again.
    Poll {
        /// The time between two polls, such as `30s`.
        #[schema(nullable = false)]
        every: Option<String>,
        /// The times of a calendar: minute, hour, day of month, month, day of week.
        #[schema(nullable = false)]
        cron: Option<String>,
        /// The IANA zone in which `cron` is meant.
        #[schema(nullable = false)]
        time_zone: Option<String>,
        /// How far before the watermark the query begins.
        #[schema(nullable = false)]
        overlap: Option<String>,
    },
}

/// The newest run of an integration.
#[derive(Serialize, ToSchema)]
pub(crate) struct LastRun {
    pub(super) id: Uuid,
    pub(super) status: RunStatusWord,
    pub(super) started_at: Time,
}

/// An integration document.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegrationInput {
    /// The document; see the manual for its format. It may have faults.
    #[schema(value_type = Object)]
    pub(super) document: Value,
}

/// A small document that is complete.
pub(super) fn example() -> Value {
    json!({ "document": {
        "name": "Monitor alerts to desk incidents",
        "source": { "system": "019a7c3e-0000-7000-8000-000000000001", "entity": "alert" },
        "target": { "system": "019a7c3e-0000-7000-8000-000000000002", "entity": "incident" },
        "correlation": { "target_field": "external_id" },
        "actions": [{
            "key": "open-incident", "name": "Alert opens incident", "direction": "forward",
            "trigger": { "kind": "listen" },
            "map": [
                { "target": "subject", "template": "[{{ labels.severity }}] {{ labels.alertname }}" },
                { "target": "project_id", "constant": "itsm" },
            ],
            "write": "upsert",
        }],
    } })
}
