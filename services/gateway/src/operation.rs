//! What the table of operations is made of.

use actix_web::Route;
use actix_web::http::Method;
use throughline_domain::Permission;

use crate::openapi::Doc;

/// One operation of the API: one line of the table in [`crate::router`].
#[derive(Debug)]
pub(crate) struct Operation {
    /// The HTTP method.
    pub(crate) method: Method,
    /// The path, with its parameters in braces.
    pub(crate) path: &'static str,
    /// Who may.
    pub(crate) access: Access,
    /// `systems.create`: names it in the OpenAPI document, in traces and in logs.
    pub(crate) id: &'static str,
    /// What it does, for the OpenAPI document.
    pub(crate) doc: fn() -> Doc,
    /// The handler.
    pub(crate) mount: fn() -> Route,
}

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody: the operation checks for itself, or has nothing to hide.
    Public,
    /// Whoever has a valid token.
    Member,
    /// Whoever has a valid token and a role with this permission.
    Needs(Permission),
}

impl Operation {
    /// Whether a repeated request with the same `Idempotency-Key` gets the first one's answer. The answer that shows a
    /// new API token is never kept.
    pub(crate) fn remembers_answers(&self) -> bool {
        self.method == Method::POST
            && matches!(self.access, Access::Needs(permission) if permission != Permission::TokensWrite)
    }
}

/// One line of the table: method, path, who may, noun and verb.
macro_rules! operation {
    ($method:ident $path:literal, $access:expr, $noun:ident :: $verb:ident) => {
        $crate::operation::Operation {
            method: actix_web::http::Method::$method,
            path: $path,
            access: $access,
            id: concat!(stringify!($noun), ".", stringify!($verb)),
            doc: $crate::api::$noun::$verb::doc,
            mount: || actix_web::web::route().to($crate::api::$noun::$verb::handle),
        }
    };
}
pub(crate) use operation;
