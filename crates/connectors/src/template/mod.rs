//! The templates of manifests: minijinja expressions inside `{{ … }}`, compiled when the manifest is loaded.
//!
//! Three types, by what they give: an [`Expression`] a value, a [`Text`] a text, a [`Template`] a JSON document whose strings are
//! templates. No statements, no loops, a bounded number of steps, no I/O.

mod document;
mod environment;
mod expression;
mod filters;
mod scope;
mod text;

pub(crate) use document::Template;
pub(crate) use expression::{Expression, TemplateError};
pub(crate) use filters::time_of;
pub(crate) use scope::Scope;
pub(crate) use text::Text;
