//! The integration document: what a tenant writes, as types. One definition: [`crate::read`] reads it, serde writes it.

mod action;
mod kinds;
mod make;
mod rule;
mod trigger;

use serde::Serialize;
use throughline_domain::SystemId;
use uuid::Uuid;

pub use action::{Action, CaptureChoice, Direction, Limits, NamedExpression, WriteMode};
pub use kinds::{Case, Conditional, DateRule, ListRule, RichTextRule, ValueMap};
pub use make::Make;
pub use rule::{IfEmpty, IfNull, On, Rule};
pub use trigger::{PollTrigger, Timing, Trigger};

use crate::fault::{Fault, Faults, codes};
use crate::limits;
use crate::path::FieldPath;
use crate::read::{Node, Read, deserialize_by_reading, read};

/// Two systems, an entity on each side, and what is done between them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Integration {
    /// Its name for people.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Where records come from.
    pub source: Endpoint,
    /// Where they go.
    pub target: Endpoint,
    /// How a record is found again in the target after a crash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Correlation>,
    /// What is done.
    pub actions: Vec<Action>,
}

/// One side of an integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoint {
    /// The system's id.
    pub system: Uuid,
    /// The entity's name in that system's schema.
    pub entity: String,
}

/// How a record is found again in the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correlation {
    /// The target's field that stores the source's key.
    pub target_field: FieldPath,
}

/// Reads an integration document, or says everything that is wrong with its shape.
pub fn parse(value: &serde_json::Value) -> Result<Integration, Vec<Fault>> {
    read(value)
}

impl Integration {
    /// The action with this key, and its position.
    pub fn action(&self, key: &str) -> Option<(usize, &Action)> {
        self.actions.iter().enumerate().find(|(_, action)| action.key == key)
    }
}

impl Endpoint {
    /// The system's id, typed.
    pub fn system_id(&self) -> SystemId {
        SystemId::from_uuid(self.system)
    }
}

impl Read for Integration {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let name = object.required("name", faults);
        let description = object
            .raw("description")
            .map_or(Some(String::new()), |node| node.text(limits::DESCRIPTION_CHARS, faults));
        let source = object.required("source", faults);
        let target = object.required("target", faults);
        let correlation = object.optional("correlation", faults);
        let actions = object.required::<Actions>("actions", faults);
        object.finish(faults);
        Some(Self {
            name: name?,
            description: description?,
            source: source?,
            target: target?,
            correlation: correlation?,
            actions: actions?.0,
        })
    }
}

struct Actions(Vec<Action>);

impl Read for Actions {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let actions: Vec<Action> = node.items(limits::ACTIONS, faults)?;
        for (index, action) in actions.iter().enumerate() {
            if actions[..index].iter().any(|earlier| earlier.key == action.key) {
                let pointer = format!("{}/{index}/key", node.pointer);
                faults.add(
                    pointer,
                    codes::DUPLICATE,
                    format!("another action has the key `{}` already", action.key),
                );
            }
        }
        Some(Self(actions))
    }
}

impl Read for Endpoint {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let system = object.required("system", faults);
        let entity = object.required("entity", faults);
        object.finish(faults);
        Some(Self { system: system?, entity: entity? })
    }
}

impl Read for Correlation {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let target_field = object.required("target_field", faults);
        object.finish(faults);
        Some(Self { target_field: target_field? })
    }
}

deserialize_by_reading!(Integration, Endpoint, Correlation);

#[cfg(test)]
mod tests;
