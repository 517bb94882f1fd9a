//! Expressions and templates: one language everywhere, sandboxed, with typed results.
//!
//! The language is [minijinja](https://docs.rs/minijinja) less what a field map has no use for (macros, includes,
//! imports), plus the filters of [`library`]. An undefined value is an error wherever it is used. Every evaluation has a budget of
//! [fuel](crate::limits::FUEL) that pays for instructions and for bytes, so it ends and its memory is bounded.

mod convert;
mod inspect;
mod library;
mod plain;
mod program;
mod scope;

use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, Value};

pub use convert::{from_json, to_json};
pub(crate) use program::{EvaluationError, Formula, Program, Syntax};
pub(crate) use scope::{ItemScope, Needs, Scope, Vars};

use crate::limits;

static BASE: LazyLock<Environment<'static>> = LazyLock::new(build);

/// The language: a minijinja environment with our filters, limits and formatting. Cloning it is cheap, and templates
/// may be added to the clone; the manifests of connectors are written in the same language.
pub fn environment() -> &'static Environment<'static> {
    &BASE
}

fn build() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(format);
    environment.set_fuel(Some(limits::FUEL));
    environment.set_recursion_limit(limits::RECURSION);
    environment.set_debug(true);
    environment.remove_global("debug");
    library::install(&mut environment);
    environment
}

/// How a value looks inside a template: null is nothing at all, lists and objects are JSON, the rest is itself.
fn format(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    let written = match value.kind() {
        ValueKind::None | ValueKind::Undefined => return Ok(()),
        ValueKind::Seq | ValueKind::Map | ValueKind::Iterable => write!(out, "{}", to_json(value)?),
        _ => write!(out, "{value}"),
    };
    written.map_err(|_| Error::new(minijinja::ErrorKind::WriteFailure, "the value cannot be written"))
}
