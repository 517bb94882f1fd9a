//! JSON Schemas: of manifests, for editors; of a connector's forms, for the console.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::form::form_schema;
use super::{FormField, Manifest};

/// The JSON Schema of manifests: the file `connectors/schema.json`.
pub fn manifest_schema() -> Value {
    let mut schema = schemars::schema_for!(Manifest).to_value();
    schema["title"] = json!("Throughline connector manifest");
    schema
}

impl Manifest {
    /// The JSON Schema of the settings form.
    pub fn settings_schema(&self) -> Value {
        let mut schema = form_schema(self.settings.iter(), false);
        if self.authentication.len() > 1 {
            let names: Vec<_> = self.auth_kinds().collect();
            let description = "Which credentials to use; when absent, the first ones that are complete.";
            schema["properties"]["authentication"] = json!({"type": "string", "title": "Authentication", "enum": names, "description": description});
        }
        schema
    }

    /// The JSON Schema of the credentials form: one alternative for each way to authenticate.
    pub fn credentials_schema(&self) -> Value {
        let optional = self
            .every_credential()
            .map(|field| FormField { required: false, ..field.clone() })
            .collect::<Vec<_>>();
        let mut schema = form_schema(optional.iter(), true);
        let alternatives = self.authentication.iter().map(|method| {
            let required: Vec<_> =
                method.credentials.iter().filter(|field| field.required).map(|field| &field.name).collect();
            json!({"title": method.title, "required": required})
        });
        let alternatives: Vec<Value> = alternatives.collect();
        if let (false, Some(members)) = (alternatives.is_empty(), schema.as_object_mut()) {
            members.insert("anyOf".to_owned(), Value::Array(alternatives));
        }
        schema
    }

    /// The credentials of every way to authenticate, and the others, each once.
    pub(crate) fn every_credential(&self) -> impl Iterator<Item = &FormField> {
        let mut seen = BTreeSet::new();
        let all = self.authentication.iter().flat_map(|method| &method.credentials).chain(&self.credentials);
        all.filter(move |field| seen.insert(field.name.as_str()))
    }

    /// The settings with defaults filled in.
    pub(crate) fn settled(&self, given: &Map<String, Value>) -> Map<String, Value> {
        let defaults =
            self.settings.iter().filter_map(|field| Some((field.name.clone(), field.default.clone()?)));
        let given = given
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()));
        defaults.chain(given).collect()
    }
}
