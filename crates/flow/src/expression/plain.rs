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
        other @ (Json::Bool(_) | Json::Number(_)) => text.push_str(&from_json(other).to_string()),
        Json::Array(_) | Json::Object(_) => return None,
    }
    Some(())
}

/// The value of an expression that is one field, if it is a plain one.
pub(crate) fn fetched(value: Option<&Json>) -> Option<Json> {
    value.filter(|value| !value.is_array() && !value.is_object()).cloned()
}

#[cfg(test)]
mod tests {
    use super::super::{Program, Syntax};
    use super::*;
    use minijinja::Value;
    use proptest::prelude::*;
    use serde_json::json;

    fn scalar() -> impl Strategy<Value = Json> {
        prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i64>().prop_map(Json::from),
            any::<u64>().prop_map(Json::from),
            any::<f64>().prop_filter("finite", |float| float.is_finite()).prop_map(Json::from),
            ".{0,8}".prop_map(Json::from),
            Just(json!([1, {"x": null}])),
        ]
    }

    proptest! {
        #[test]
        fn what_is_fetched_is_what_the_machine_gives(a in scalar(), b in scalar(), c in prop::option::of(scalar())) {
            let mut record = json!({"a": a, "in": {"b": b}});
            if let Some(c) = c {
                record["c"] = c;
            }
            for (syntax, source) in [
                (Syntax::Template, "{{ a }}: {{ in.b }}{{in['b']}} "),
                (Syntax::Template, "{{ c }}\n"),
                (Syntax::Expression, "in.b"),
                (Syntax::Expression, "c"),
                (Syntax::Expression, "a.b"),
            ] {
                let mut program = Program::new();
                let formula = program.compile(syntax, source).unwrap();
                let given = program.evaluate(&formula, Value::from_pairs([
                    ("a", from_json(&record["a"])),
                    ("in", from_json(&record["in"])),
                ].into_iter().chain(record.get("c").map(|c| ("c", from_json(c))))));
                if let Some(fetched) = formula.fetch(|path| path.find(&record)) {
                    prop_assert_eq!(Ok(Some(fetched)), given, "{}", source);
                }
            }
        }
    }

    #[test]
    fn only_what_fetches_is_plain() {
        for (source, plain) in [
            ("a {{ b.c }}", true),
            ("{{ b['k8s.io/app'] }}", true),
            ("no field", true),
            ("{{ b | upper }}", false),
            ("{{ b[0] }}", false),
            ("{{ run.id }}", false),
            ("{% if b %}x{% endif %}", false),
        ] {
            assert_eq!(pieces(source).is_some(), plain, "{source}");
        }
    }
}
