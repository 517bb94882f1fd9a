//! From rows to integrations as the API shows them: one round trip per kind of thing, whatever the number of rows.

use std::collections::BTreeMap;

use throughline_domain::{IntegrationId, SystemId};
use throughline_flow::document::Endpoint;
use throughline_store::integrations::{self, Integration as Row};
use throughline_store::runs::{self, LastRun as LastRunRow};
use throughline_store::{StoreError, Tx};

use super::document::{Surroundings, systems_of};
use super::hooks;
use super::shape::{ActionItem, End, Integration, LastRun, State, SystemBrief};
use crate::app::App;
use crate::caller::Caller;
use crate::problem::{Answer, FieldFault, Problem};

/// How far back the newest run of an integration is looked for.
const RECENT: chrono::Duration = chrono::Duration::days(31);

/// The caller's integration with this id.
pub(super) async fn find(tx: &mut Tx, caller: &Caller, id: IntegrationId) -> Answer<Row> {
    integrations::find(tx, caller.tenant, id).await.map_err(missing)
}

/// "Not found", said of an integration.
pub(super) fn missing(error: StoreError) -> Problem {
    match error {
        StoreError::NotFound => Problem::not_found("integration"),
        other => other.into(),
    }
}

/// An integration as it is shown.
pub(super) async fn shown_one(app: &App, tx: &mut Tx, caller: &Caller, row: Row) -> Answer<Integration> {
    shown(app, tx, caller, vec![row]).await?.pop().ok_or_else(|| Problem::not_found("integration"))
}

/// Integrations as they are shown.
pub(super) async fn shown(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    rows: Vec<Row>,
) -> Answer<Vec<Integration>> {
    let systems: Vec<SystemId> = rows.iter().flat_map(|row| systems_of(&row.document)).collect();
    let around = Surroundings::load(tx, caller.tenant, app, &systems).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let urls = hooks::urls(app, tx, caller, &ids).await?;
    let last: BTreeMap<_, _> = last_runs(app, tx, caller, &ids).await?;
    Ok(rows.into_iter().map(|row| one(row, &around, &urls, &last)).collect())
}

type Last = BTreeMap<IntegrationId, LastRunRow>;

async fn last_runs(app: &App, tx: &mut Tx, caller: &Caller, ids: &[IntegrationId]) -> Answer<Last> {
    let now = app.clock.now();
    let found = runs::latest(tx, caller.tenant, ids, now - RECENT, now).await?;
    Ok(found.into_iter().map(|run| (run.integration, run)).collect())
}

fn one(row: Row, around: &Surroundings, urls: &hooks::Urls, last: &Last) -> Integration {
    let parsed = throughline_flow::parse(&row.document);
    let faults = match &parsed {
        Ok(document) => around.faults(document),
        Err(faults) => faults.iter().cloned().map(FieldFault::from).collect(),
    };
    let document = parsed.as_ref().ok();
    let actions = document.map_or_else(Vec::new, |document| {
        document.actions.iter().map(|action| action_item(&row, action, urls)).collect()
    });
    Integration {
        id: row.id.as_uuid(),
        enabled: row.enabled,
        state: match (row.published, row.enabled) {
            (None, _) => State::Draft,
            (Some(_), true) => State::Published,
            (Some(_), false) => State::Disabled,
        },
        draft_revision: row.draft.0,
        published_revision: row.published.map(|number| number.0),
        source: end(document.map(|document| &document.source), around),
        target: end(document.map(|document| &document.target), around),
        actions,
        faults,
        last_run: last.get(&row.id).map(|run| LastRun {
            id: run.run.as_uuid(),
            status: run.status.into(),
            started_at: run.started_at.into(),
        }),
        updated_at: row.updated_at.into(),
        name: row.name,
        description: row.description,
        document: row.document,
    }
}

fn action_item(row: &Row, action: &throughline_flow::Action, urls: &hooks::Urls) -> ActionItem {
    let listens = matches!(action.trigger, throughline_flow::Trigger::Listen);
    let url = urls.get(&(row.id, action.key.clone())).filter(|_| listens);
    ActionItem {
        key: action.key.clone(),
        name: action.name.clone(),
        trigger: serde_json::to_value(&action.trigger).unwrap_or_default(),
        hook_url: url.cloned(),
        enabled: row.enabled && row.published.is_some(),
    }
}

fn end(point: Option<&Endpoint>, around: &Surroundings) -> End {
    let id = point.map(Endpoint::system_id);
    let system = id.and_then(|id| around.system(id));
    End {
        system: SystemBrief {
            id: id.map(SystemId::as_uuid).unwrap_or_default(),
            name: system.map(|system| system.name.clone()).unwrap_or_default(),
            connector: system.map(|system| system.connector.clone()).unwrap_or_default(),
        },
        entity: point.map(|point| point.entity.clone()).unwrap_or_default(),
    }
}
