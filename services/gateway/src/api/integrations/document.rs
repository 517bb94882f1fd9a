//! The integration document: read, judged, outlined.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use throughline_domain::{SystemId, TenantId, Timestamp};
use throughline_flow::document::Limits;
use throughline_flow::fault::codes;
use throughline_flow::{EntitySchema, Fault, Integration, Schemas};
use throughline_store::Tx;
use throughline_store::integrations::Outline;
use throughline_store::systems::{self, System};

use crate::api::systems::known_schemas;
use crate::app::App;
use crate::problem::{Answer, FieldFault, Problem, ProblemCode};

/// A document of the right shape; it may still have faults.
pub(super) fn read(document: &Value) -> Answer<Integration> {
    throughline_flow::parse(document).map_err(|faults| {
        let detail = match faults.as_slice() {
            [one] => format!("{}: {}.", one.pointer, one.message),
            many => format!("{} places are not of the format.", many.len()),
        };
        let errors = faults.into_iter().map(|fault| below("/document", fault)).collect();
        Problem::new(ProblemCode::InvalidDocument, detail).with_errors(errors)
    })
}

/// A fault of the document as a fault of the body that holds it.
fn below(parent: &str, fault: Fault) -> FieldFault {
    let mut fault = FieldFault::from(fault);
    fault.pointer.insert_str(0, parent);
    fault
}

/// What the row of an integration says of its documents. `others` are systems that another revision names.
pub(super) fn outline(document: &Integration, others: &[SystemId]) -> Outline {
    let mut systems = vec![document.source.system_id(), document.target.system_id()];
    systems.extend_from_slice(others);
    systems.sort_unstable();
    systems.dedup();
    Outline {
        name: document.name.clone(),
        description: document.description.clone(),
        systems,
        actions: document.actions.iter().map(|action| (action.key.clone(), action.name.clone())).collect(),
    }
}

/// The systems that a stored document names; none if it cannot be read any more.
pub(super) fn systems_of(document: &Value) -> Vec<SystemId> {
    let named = |end: &str| document[end]["system"].as_str()?.parse().ok();
    ["source", "target"].into_iter().filter_map(named).collect()
}

/// The systems that documents name, with what is known of their entities.
pub(super) struct Surroundings {
    systems: BTreeMap<SystemId, Known>,
    /// The longest that the operator lets a run take.
    run_timeout: Duration,
}

/// A system, and what is known of its entities.
struct Known {
    system: System,
    schemas: Vec<EntitySchema>,
    /// When the system was asked for them.
    read_at: Option<Timestamp>,
    /// Entities whose fields differ from one installation to the next.
    discovered: Vec<String>,
}

impl Surroundings {
    /// Reads the systems with these ids.
    pub(super) async fn load(tx: &mut Tx, tenant: TenantId, app: &App, ids: &[SystemId]) -> Answer<Self> {
        let discovered = systems::schemas(tx, tenant, ids).await?;
        let found = systems::find_all(tx, tenant, ids).await?;
        let with_schemas = |system: System| {
            let read = discovered.iter().find(|(id, _)| *id == system.id).map(|(_, schema)| schema);
            let schemas = known_schemas(&app.catalogue, &system.connector, read);
            let manifest = app.catalogue.get(&system.connector);
            let discovered = manifest.map(|manifest| manifest.discovered()).unwrap_or_default();
            (system.id, Known { system, schemas, read_at: read.map(|schema| schema.at), discovered })
        };
        let systems = found.into_iter().map(with_schemas).collect();
        Ok(Self { systems, run_timeout: app.run_timeout })
    }

    /// The system with this id, unless it is gone.
    pub(super) fn system(&self, id: SystemId) -> Option<&System> {
        self.systems.get(&id).map(|known| &known.system)
    }

    /// Everything that is wrong with a document and can be known before a run.
    pub(super) fn faults(&self, document: &Integration) -> Vec<FieldFault> {
        let schemas = Schemas {
            source: self.entity(document.source.system_id(), &document.source.entity),
            target: self.entity(document.target.system_id(), &document.target.entity),
        };
        let ends = [("source", &document.source), ("target", &document.target)];
        let mut faults: Vec<_> =
            ends.into_iter().filter_map(|(end, point)| self.missing(end, point)).collect();
        let found = throughline_flow::validate(document, schemas).into_iter().map(FieldFault::from);
        faults.extend(found.map(|fault| self.with_hint(fault, document)));
        faults.extend(self.too_long(document));
        faults
    }

    /// Time limits that the scheduler would not grant. Who names no limit gets as much as the operator allows.
    fn too_long(&self, document: &Integration) -> Vec<FieldFault> {
        let default = Limits::default().timeout;
        let granted =
            |limits: &Limits| limits.timeout.as_duration() <= self.run_timeout || limits.timeout == default;
        let actions = document.actions.iter().enumerate().filter(|(_, action)| !granted(&action.limits));
        let most = self.run_timeout.as_secs();
        let fault = |(index, _)| FieldFault {
            pointer: format!("/actions/{index}/limits/timeout"),
            code: codes::INVALID_VALUE.into(),
            detail: format!("the operator of this service lets a run take at most {most} s"),
        };
        actions.map(fault).collect()
    }

    /// A field may be unknown only because the system was not asked for its fields since it has it.
    fn with_hint(&self, mut fault: FieldFault, document: &Integration) -> FieldFault {
        let is_target = fault.pointer.ends_with("/target") || fault.pointer == "/correlation/target_field";
        let point = if is_target { &document.target } else { &document.source };
        let known = self.systems.get(&point.system_id());
        let known = known.filter(|known| known.discovered.contains(&point.entity));
        if let (codes::UNKNOWN_FIELD, Some(Known { system, read_at, .. })) = (fault.code.as_ref(), known) {
            let hint = match read_at {
                None => format!("; the schema of “{}” has not been read: reload it", system.name),
                Some(at) => format!(
                    "; if “{}” has it since {}, reload its schema",
                    system.name,
                    at.format("%Y-%m-%d %H:%M UTC")
                ),
            };
            fault.detail.push_str(&hint);
        }
        fault
    }

    fn entity(&self, system: SystemId, entity: &str) -> Option<&EntitySchema> {
        self.systems.get(&system)?.schemas.iter().find(|schema| schema.entity == entity)
    }

    fn missing(&self, end: &str, point: &throughline_flow::document::Endpoint) -> Option<FieldFault> {
        let fault = |key: &str, code: &'static str, detail: String| {
            Some(FieldFault { pointer: format!("/{end}/{key}"), code: code.into(), detail })
        };
        match self.systems.get(&point.system_id()) {
            None => fault("system", "unknown_system", "there is no system with this id".to_owned()),
            Some(Known { system, schemas, .. })
                if !schemas.iter().any(|schema| schema.entity == point.entity) =>
            {
                let names: Vec<_> = schemas.iter().map(|schema| schema.entity.as_str()).collect();
                let detail = format!(
                    "“{}” has no entity `{}`; it has {}",
                    system.name,
                    point.entity,
                    names.join(", ")
                );
                fault("entity", "unknown_entity", detail)
            }
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_limit_that_the_operator_does_not_grant_is_a_fault_and_none_is_not() {
        let system = "0199aaaa-0000-7000-8000-000000000001";
        let action = |key: &str| {
            serde_json::json!({ "key": key, "name": key, "direction": "forward", "trigger": { "kind": "listen" },
                                "map": [{ "target": "subject", "copy": "title" }], "write": "create" })
        };
        let mut document = serde_json::json!({
            "name": "N", "source": { "system": system, "entity": "alert" },
            "target": { "system": system, "entity": "incident" },
            "actions": [action("one"), action("two"), action("three")]
        });
        document["actions"][1]["limits"] = serde_json::json!({ "timeout": "1h" });
        document["actions"][2]["limits"] = serde_json::json!({ "timeout": "2m" });
        let document = throughline_flow::parse(&document).unwrap();
        let pointers = |minutes: u64| {
            let around =
                Surroundings { systems: BTreeMap::new(), run_timeout: Duration::from_secs(60 * minutes) };
            let faults = around.faults(&document).into_iter();
            let limits = faults.filter(|fault| fault.pointer.ends_with("/limits/timeout"));
            limits.map(|fault| fault.pointer).collect::<Vec<_>>()
        };
        assert_eq!(pointers(10), ["/actions/1/limits/timeout"]);
        assert_eq!(pointers(1), ["/actions/1/limits/timeout", "/actions/2/limits/timeout"]);
        assert!(pointers(60).is_empty());
    }
}
