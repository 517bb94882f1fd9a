//! Manifests: connectors as data.

use serde_json::Value;

/// A connector: a kind of system, described as data.
#[derive(Debug)]
pub struct Manifest {
    /// Its name.
    pub name: String,
}

/// The built-in manifests by name.
#[derive(Debug)]
pub struct Catalogue;

impl Catalogue {
    /// The manifests that ship in the binary.
    pub fn builtin() -> Self {
        Self
    }

    /// The manifest of this name.
    pub fn get(&self, name: &str) -> Option<std::sync::Arc<Manifest>> {
        let _ = name;
        None
    }

    /// Every manifest, by name.
    pub fn iter(&self) -> impl Iterator<Item = &std::sync::Arc<Manifest>> {
        [].iter()
    }
}

impl Manifest {
    /// The JSON Schema of the settings form.
    pub fn settings_schema(&self) -> Value {
        Value::Null
    }

    /// The JSON Schema of the credentials form.
    pub fn credentials_schema(&self) -> Value {
        Value::Null
    }
}
