//! One directed operation: trigger, filter, expressions, field map, limits.

use serde::{Serialize, Serializer};
use throughline_domain::HttpCapture;

use super::rule::Rule;
use super::trigger::Trigger;
use crate::condition::Condition;
use crate::fault::{Faults, codes};
use crate::limits;
use crate::period::Period;
use crate::read::{Node, Read, deserialize_by_reading};
use crate::words::words;

/// One directed operation of an integration.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    /// Its stable name within the integration: letters, digits, `-` and `_`.
    pub key: String,
    /// Its name for people.
    pub name: String,
    /// Which way records go.
    pub direction: Direction,
    /// Why it runs.
    pub trigger: Trigger,
    /// Which records it takes; all of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<Condition>,
    /// Named variables, evaluated in order.
    pub expressions: Vec<NamedExpression>,
    /// What makes the target's fields.
    pub map: Vec<Rule>,
    /// Whether it creates, updates or both.
    pub write: WriteMode,
    /// Which records without a link are created; all of them when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_when: Option<Condition>,
    /// What is written back to the source. Reserved: must be empty.
    pub respond: Vec<Rule>,
    /// Bounds of one run.
    pub limits: Limits,
    /// What of a run is kept, where it differs from the tenant's settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capture: Option<CaptureChoice>,
}

/// A named variable: `vars.<name>` in later expressions, templates and rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NamedExpression {
    /// The variable's name: an identifier.
    pub name: String,
    /// Its expression.
    pub expression: String,
}

words! {
    /// Which way records go.
    Direction as "direction" {
        /// From the source to the target.
        Forward = "forward",
        /// From the target to the source. Reserved.
        Backward = "backward",
    }
}

words! {
    /// What an action may do to the target.
    WriteMode as "write mode" {
        /// Create what has no link, update what has one.
        Upsert = "upsert",
        /// Only create; records with a link are skipped.
        Create = "create",
        /// Only update; records without a link fail with `no_linked_record`.
        Update = "update",
    }
}

/// Bounds of one run of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// How long a run may take.
    pub timeout: Period,
    /// How long one HTTP exchange may take.
    pub http_timeout: Period,
    /// How many records one run reads.
    pub max_records: u32,
    /// How many records one request asks for.
    pub page_size: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Period::from_secs(300),
            http_timeout: Period::from_secs(30),
            max_records: 1_000,
            page_size: 100,
        }
    }
}

/// What of a run is kept, where an action differs from the tenant's settings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct CaptureChoice {
    /// Whether HTTP exchanges are kept.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "http_word")]
    pub http: Option<HttpCapture>,
    /// Whether records and documents are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<bool>,
}

fn http_word<S: Serializer>(http: &Option<HttpCapture>, serializer: S) -> Result<S::Ok, S::Error> {
    http.map(HttpCapture::as_str).serialize(serializer)
}

impl Read for Action {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let key = object.required::<Key>("key", faults);
        let name = object.or_default::<String>("name", faults);
        let direction = object.optional("direction", faults);
        let trigger = object.required("trigger", faults);
        let filter = object.optional("filter", faults);
        let expressions = list(object.raw("expressions"), limits::EXPRESSIONS, faults);
        let map = list(object.raw("map"), limits::RULES, faults);
        let write = object.optional("write", faults);
        let create_when = object.optional("create_when", faults);
        let respond = list(object.raw("respond"), limits::RULES, faults);
        let limits = object.or_default("limits", faults);
        let capture = object.optional("capture", faults);
        object.finish(faults);
        let key = key?.0;
        let name = name.map(|name| if name.is_empty() { key.clone() } else { name });
        Some(Self {
            key,
            name: name?,
            direction: direction?.unwrap_or(Direction::Forward),
            trigger: trigger?,
            filter: filter?,
            expressions: expressions?,
            map: map?,
            write: write?.unwrap_or(WriteMode::Upsert),
            create_when: create_when?,
            respond: respond?,
            limits: limits?,
            capture: capture?,
        })
    }
}

fn list<T: Read>(node: Option<Node<'_>>, most: usize, faults: &mut Faults) -> Option<Vec<T>> {
    node.filter(|node| !node.value.is_null()).map_or(Some(Vec::new()), |node| node.items(most, faults))
}

struct Key(String);

impl Read for Key {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(100, faults)?;
        let fits =
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !fits {
            node.fault(
                faults,
                codes::INVALID_VALUE,
                "a key has letters, digits, `-` and `_`, and at least one of them",
            );
        }
        fits.then_some(Self(text))
    }
}

impl Read for NamedExpression {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let name = object.required::<VariableName>("name", faults);
        let expression = object.required::<super::make::Source>("expression", faults);
        object.finish(faults);
        Some(Self { name: name?.0, expression: expression?.0 })
    }
}

struct VariableName(String);

impl Read for VariableName {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = node.text(100, faults)?;
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let fits = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(word);
        if !fits {
            node.fault(
                faults,
                codes::INVALID_VALUE,
                "a variable's name has letters, digits and `_`, and begins with no digit",
            );
        }
        fits.then_some(Self(text))
    }
}

impl Read for Limits {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let timeout = object.optional("timeout", faults);
        let http_timeout = object.optional("http_timeout", faults);
        let max_records = object.optional("max_records", faults);
        let page_size = object.optional("page_size", faults);
        object.finish(faults);
        let usual = Self::default();
        Some(Self {
            timeout: timeout?.unwrap_or(usual.timeout),
            http_timeout: http_timeout?.unwrap_or(usual.http_timeout),
            max_records: max_records?.unwrap_or(usual.max_records),
            page_size: page_size?.unwrap_or(usual.page_size),
        })
    }
}

impl Read for CaptureChoice {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let mut object = node.object(faults)?;
        let http = object.optional::<Http>("http", faults);
        let payload = object.optional("payload", faults);
        object.finish(faults);
        Some(Self { http: http?.map(|Http(mode)| mode), payload: payload? })
    }
}

struct Http(HttpCapture);

impl Read for Http {
    fn read(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let text = String::read(node, faults)?;
        let mode = text.parse::<HttpCapture>();
        mode.map(Self)
            .map_err(|_| {
                node.fault(faults, codes::INVALID_VALUE, format!("`{text}` is not one of off, failures, all"))
            })
            .ok()
    }
}

deserialize_by_reading!(Action, NamedExpression, Limits, CaptureChoice);
