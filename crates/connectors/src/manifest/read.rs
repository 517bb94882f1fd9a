//! Queries: requests, push-down, order, paging.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use throughline_flow::Operator;

use super::request::{Parameters, RequestTemplate};
use crate::template::Text;

/// How records are queried. Templates of the request see `limit`, how many records are wanted on a page.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Read {
    pub(crate) request: RequestTemplate,
    /// The list of records in the answer; the whole answer when absent.
    #[serde(default)]
    pub(crate) select: Option<Text>,
    /// By field (`cf_*` stands for all that begin with `cf_`), then by operator: what the system evaluates itself. Everything
    /// else is evaluated on what it gives.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, PushRule>>")]
    pub(crate) push_down: BTreeMap<String, BTreeMap<Operator, PushRule>>,
    /// The parameter that takes the clauses of `push_down`.
    #[serde(default)]
    pub(crate) clauses: Option<Clauses>,
    /// The orders that the system knows. What comes in one piece (`paging: none`) is put in the order of change here.
    #[serde(default)]
    pub(crate) order: Vec<OrderRule>,
    #[serde(default)]
    pub(crate) paging: Paging,
    /// Records per page when nothing else is asked for.
    #[serde(default = "default_page")]
    pub(crate) page_size: u64,
    /// The most that the system gives.
    #[serde(default = "default_page")]
    pub(crate) max_page_size: u64,
}

/// A predicate in the system's own terms. Templates see `field` and `value`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PushRule {
    /// Query parameters. A predicate that needs one that is taken already is not pushed down.
    #[serde(default)]
    pub(crate) query: Parameters,
    /// A clause of the system's query language, joined with the others.
    #[serde(default)]
    pub(crate) clause: Option<Text>,
    /// Whether the system gives exactly what matches; if it may give more, the predicate is evaluated here as well.
    #[serde(default = "yes")]
    pub(crate) exact: bool,
}

/// Where clauses go.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clauses {
    /// The query parameter.
    pub(crate) parameter: String,
    /// What stands between two clauses, such as ` AND `.
    pub(crate) join: String,
}

/// An order that the system knows.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderRule {
    pub(crate) field: String,
    #[serde(default)]
    pub(crate) descending: bool,
    /// The query parameters that ask for it; none when the system always orders so.
    #[serde(default)]
    pub(crate) query: Parameters,
}

/// How to get the next page. Templates see `body` and `headers` of the last answer.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Paging {
    /// There is only one.
    #[default]
    None,
    /// By number.
    Page {
        parameter: String,
        #[serde(default)]
        size: Option<String>,
        #[serde(default = "one")]
        first: u64,
        /// How many records there are in all.
        #[serde(default)]
        total: Option<Text>,
        /// Something that is there while more pages follow.
        #[serde(default)]
        more: Option<Text>,
    },
    /// By the number of records before it.
    Offset {
        parameter: String,
        #[serde(default)]
        size: Option<String>,
        #[serde(default)]
        total: Option<Text>,
        /// The parameter is the number of a page, counted from 1. The size of pages varies then, so that each still begins with
        /// a record of the one before: the system has to take any size up to `max_page_size`.
        #[serde(default)]
        by_page: bool,
    },
    /// By a text from the last answer.
    Cursor {
        parameter: String,
        #[serde(default)]
        size: Option<String>,
        next: Text,
    },
    /// By the address in the header `Link: <…>; rel="next"` (RFC 8288).
    Link {
        #[serde(default)]
        size: Option<String>,
    },
}

impl Paging {
    /// The parameter for the size of a page.
    pub(crate) fn size_parameter(&self) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Page { size, .. }
            | Self::Offset { size, .. }
            | Self::Cursor { size, .. }
            | Self::Link { size } => size.as_deref(),
        }
    }
}

const fn one() -> u64 {
    1
}

const fn default_page() -> u64 {
    100
}

const fn yes() -> bool {
    true
}
