//! A problem as it is sent.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

/// The media type of RFC 9457.
pub(crate) const CONTENT_TYPE: &str = "application/problem+json";

/// Why a request was refused (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct WireProblem {
    /// Address of the page about this code, relative to the service.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// One line, the same for every occurrence.
    pub(crate) title: String,
    /// The HTTP status.
    pub(crate) status: u16,
    /// What happened this time.
    pub(crate) detail: String,
    /// The stable code.
    pub(crate) code: String,
    /// The request: its path and id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) instance: Option<String>,
    /// What is wrong where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) errors: Vec<FieldFault>,
}

/// One thing that is wrong in what was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(crate) struct FieldFault {
    /// A JSON pointer into the body or the document, or `?name` for a query parameter.
    pub(crate) pointer: String,
    /// The stable code of the fault.
    pub(crate) code: Cow<'static, str>,
    /// One sentence.
    pub(crate) detail: String,
}

impl From<throughline_flow::Fault> for FieldFault {
    fn from(fault: throughline_flow::Fault) -> Self {
        Self { pointer: fault.pointer, code: fault.code.into(), detail: fault.message }
    }
}
