//! Formulas that only fetch fields: most templates of a field map, and many expressions. They need no machine to run; what
//! they give is what the machine would give, and where that is not plain (a missing field, a list) the machine is asked.

use minijinja::machinery::ast::Stmt;
use minijinja::machinery::{parse, parse_expr};
use serde_json::Value as Json;

use super::convert::from_json;
use super::inspect::chain;
use crate::limits;
use crate::path::FieldPath;

/// A part of a template that only fetches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text as it is.
    Text(String),
    /// A field's value.
    Field(FieldPath),
}

/// The field that an expression is, if it is nothing else.
pub(super) fn field(source: &str) -> Option<FieldPath> {
    fixed(chain(&parse_expr(source).ok()?)?)
}

/// The parts of a template, if it only has text and fields.
pub(super) fn pieces(source: &str) -> Option<Vec<Piece>> {
    let Stmt::Template(tree) = parse(source, "template", Default::default()).ok()? else { return None };
    let piece = |statement: &Stmt<'_>| match statement {
        Stmt::EmitRaw(raw) => Some(Piece::Text(raw.raw.to_owned())),
        Stmt::EmitExpr(emit) => fixed(chain(&emit.expr)?).map(Piece::Field),
        _ => None,
    };
    tree.children.iter().map(piece).collect()
}

/// A path that means the same to a record as to the machine, for which `0` is a number in lists and a name in objects.
fn fixed(names: Vec<String>) -> Option<FieldPath> {
    let known = !matches!(names.first()?.as_str(), "run" | "now");
    let plain = names.iter().all(|name| !name.starts_with(|c: char| c.is_ascii_digit()));
    FieldPath::from_names(names).filter(|_| known && plain)
}

/// The text of a template whose fields all have one plain value; `None` when one does not.
pub(crate) fn joined<'v>(pieces: &[Piece], find: impl Fn(&FieldPath) -> Option<&'v Json>) -> Option<String> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(letters) => text.push_str(letters),
            Piece::Field(path) => write(find(path)?, &mut text)?,
        }
    }
    (text.len() <= limits::OUTPUT_BYTES).then_some(text)
}

/// As templates write values.
fn write(value: &Json, text: &mut String) -> Option<()> {
    match value {
        Json::Null => {}
        Json::String(letters) => text.push_str(letters),
        Json::Bool(bool) => text.push_str(if *bool { "true" } else { "false" }),
        number @ Json::Number(_) => text.push_str(&from_json(number).to_string()),
        Json::Array(_) | Json::Object(_) => return None,
    }
    Some(())
}

/// The value of an expression that is one field, if it is a plain one.
pub(crate) fn fetched(value: Option<&Json>) -> Option<Json> {
    value.filter(|value| !value.is_array() && !value.is_object()).cloned()
}
