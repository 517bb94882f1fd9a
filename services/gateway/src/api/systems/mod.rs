//! Systems: connections to instances of connectors.

pub(crate) mod create;
pub(crate) mod delete;
mod form;
mod input;
pub(crate) mod list;
pub(crate) mod reload_schema;
pub(crate) mod schema;
mod shape;
pub(crate) mod show;
pub(crate) mod test;
pub(crate) mod update;

pub(crate) use shape::known_schemas;
