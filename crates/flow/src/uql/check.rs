//! A query beside the entity's schema: what is not there, or cannot be compared so, is refused where it stands.

use sqlparser::tokenizer::Location;

use super::error::Misfit;
use super::{CHANGED_AT, Query};
use crate::condition::Operator;
use crate::path::FieldPath;
use crate::schema::{EntitySchema, FieldKind};

/// Something that a query names, and where.
pub(super) struct Mention {
    field: Option<FieldPath>,
    op: Option<Operator>,
    at: Location,
}

impl Mention {
    pub(super) fn entity(at: Location) -> Self {
        Self { field: None, op: None, at }
    }

    pub(super) fn field(field: &FieldPath, at: Location) -> Self {
        Self { field: Some(field.clone()), op: None, at }
    }

    /// Where it stands.
    pub(super) const fn place(&self) -> Location {
        self.at
    }

    pub(super) fn comparison(field: &FieldPath, op: Operator, at: Location) -> Self {
        Self { field: Some(field.clone()), op: Some(op), at }
    }
}

/// The first of what a query names that the entity does not have.
pub(super) fn against(schema: &EntitySchema, query: &Query, mentions: &[Mention]) -> Result<(), Misfit> {
    mentions.iter().try_for_each(|mention| match &mention.field {
        None if query.entity == schema.entity => Ok(()),
        None => {
            let message = format!("there is no entity `{}`", query.entity);
            Err(Misfit::new(message, mention.at).instead(format!("`{}`", schema.entity)))
        }
        // Without fields, a schema is not known.
        Some(_) if schema.fields.is_empty() => Ok(()),
        Some(field) => check_field(schema, field, mention),
    })
}

fn check_field(schema: &EntitySchema, path: &FieldPath, mention: &Mention) -> Result<(), Misfit> {
    if path.head() == CHANGED_AT && path.names().len() == 1 {
        return Ok(());
    }
    let Some(field) = schema.field(path) else {
        if schema.has_inside(path) {
            return Ok(());
        }
        let message = format!("`{}` has no field `{path}`", schema.entity);
        let known: Vec<_> = schema.fields.iter().take(20).map(|field| field.path.as_str()).collect();
        let more = if schema.fields.len() > known.len() { ", …" } else { "" };
        return Err(Misfit::new(message, mention.at).instead(format!("one of {}{more}", known.join(", "))));
    };
    let kind = if field.path == path.as_str() { field.kind } else { FieldKind::Any };
    match mention.op {
        Some(op) if !op.works_on(kind) => {
            let works: Vec<_> =
                Operator::ALL.iter().filter(|op| op.works_on(kind)).map(|op| op.as_str()).collect();
            let message = format!("`{op}` does not work on `{path}`, which is {kind}");
            Err(Misfit::new(message, mention.at).instead(format!("one of {}", works.join(", "))))
        }
        _ => Ok(()),
    }
}
