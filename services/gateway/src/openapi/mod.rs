//! The OpenAPI 3.1 document, made from the table of operations.

mod doc;
mod document;
mod parameters;
mod responses;
mod schemas;

pub(crate) use doc::Doc;
pub use document::document;
