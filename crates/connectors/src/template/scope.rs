//! What an expression can name.

use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

/// Variables of an expression. Cheap to clone and extend: values are shared.
#[derive(Clone, Default, Debug)]
pub(crate) struct Scope(Vec<(&'static str, Value)>);

impl Scope {
    /// The same scope with one more variable, or with another value for it.
    pub(crate) fn with<T: Serialize + ?Sized>(&self, name: &'static str, value: &T) -> Self {
        let mut scope = self.clone();
        scope.0.retain(|(given, _)| *given != name);
        scope.0.push((name, Value::from(Serde(value))));
        scope
    }

    pub(super) fn value(&self) -> Value {
        Value::from_pairs(self.0.iter().map(|(name, value)| (*name, value.clone())))
    }
}
