//! Everything about a document that can be known before a run.

use crate::document::Integration;
use crate::fault::Fault;
use crate::schema::EntitySchema;

/// The schemas on both sides, as far as they are known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Schemas<'a> {
    /// The source entity's.
    pub source: Option<&'a EntitySchema>,
    /// The target entity's.
    pub target: Option<&'a EntitySchema>,
}

/// Every fault of a document beyond its shape: a draft may have them, a published revision may not.
pub fn validate(document: &Integration, schemas: Schemas<'_>) -> Vec<Fault> {
    let _ = (document, schemas);
    Vec::new()
}
