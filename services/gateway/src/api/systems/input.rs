//! What a person configures of a system, checked against its connector, secrets sealed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use throughline_domain::{SystemId, TenantId};
use throughline_store::systems::SystemFields;
use throughline_vault::Row;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::form;
use crate::app::App;
use crate::problem::{Answer, FieldFault, Problem};

/// What a system is made of.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SystemInput {
    /// Name for people, unique within the tenant: 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Name of the connector, from `/v1/connectors`.
    connector: String,
    /// Address of the instance: `https://desk.example.com`.
    base_url: String,
    /// What the connector's settings form asks for.
    #[serde(default)]
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
    /// Secrets by name. Those that are left out stay as they are, unless the connector is another one or an address, also
    /// one among the settings, leads to another server; null removes one. They can never be read back.
    #[serde(default)]
    #[schema(value_type = Object)]
    credentials: BTreeMap<String, Option<Zeroizing<String>>>,
}

/// Secrets by name.
pub(crate) type Secrets = BTreeMap<String, Zeroizing<String>>;

/// What a system has now; nothing, if it is new.
#[derive(Default)]
pub(crate) struct Stored {
    pub(crate) connector: String,
    pub(crate) base_url: String,
    pub(crate) settings: Value,
    pub(crate) secrets: Secrets,
}

impl SystemInput {
    /// Checks everything, and seals the secrets together with those that stay.
    pub(crate) async fn checked(
        self,
        app: &App,
        tenant: TenantId,
        id: SystemId,
        stored: Stored,
    ) -> Answer<SystemFields> {
        let mut faults = self.faults(app);
        faults.extend(self.left_behind(app, &stored));
        let secrets = self.merged(stored.secrets);
        let name = self.name.trim().to_owned();
        if !faults.is_empty() {
            faults.sort_by(|a, b| a.pointer.cmp(&b.pointer));
            return Err(Problem::fields(faults));
        }
        Ok(SystemFields {
            name,
            connector: self.connector,
            base_url: self.base_url.trim().trim_end_matches('/').to_owned(),
            settings: Value::Object(self.settings),
            credentials_set: secrets.keys().cloned().collect(),
            sealed_credentials: seal(app, tenant, id, &secrets).await?,
        })
    }

    fn faults(&self, app: &App) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let length = self.name.trim().chars().count();
        if !(1..=200).contains(&length) {
            faults.push(fault("/name", "invalid_value", "should have 1 to 200 characters"));
        }
        if let Err(detail) = check_address(self.base_url.trim()) {
            faults.push(fault("/base_url", "invalid_value", detail));
        }
        match app.catalogue.get(&self.connector) {
            None => faults.push(fault(
                "/connector",
                "unknown_connector",
                "there is no such connector; see /v1/connectors",
            )),
            Some(manifest) => {
                faults.extend(form::check(&self.settings, &manifest.settings_schema(), "/settings"));
                let schema = manifest.credentials_schema();
                faults.extend(
                    self.credentials
                        .keys()
                        .filter(|name| schema["properties"].get(name.as_str()).is_none())
                        .map(|name| {
                            fault(
                                &format!("/credentials/{}", crate::request::escaped(name)),
                                "unknown_field",
                                "the connector has no such credential",
                            )
                        }),
                );
            }
        }
        faults
    }

    /// Secrets belong to the servers that they were entered for: who may change an address must not learn them by it.
    fn left_behind(&self, app: &App, stored: &Stored) -> Vec<FieldFault> {
        let Some(why) = self.moved(app, stored) else { return Vec::new() };
        let kept = stored.secrets.keys().filter(|name| !self.credentials.contains_key(*name));
        let detail = format!("{why}: enter this secret again, or send null to remove it");
        kept.map(|name| {
            fault(&format!("/credentials/{}", crate::request::escaped(name)), "secret_required", &detail)
        })
        .collect()
    }

    /// Why what was stored would go elsewhere now.
    fn moved(&self, app: &App, stored: &Stored) -> Option<String> {
        if self.connector != stored.connector {
            return Some("the connector is another one now".to_owned());
        }
        let manifest = app.catalogue.get(&self.connector)?;
        let now = manifest.destinations(&self.base_url, &self.settings);
        let before =
            manifest.destinations(&stored.base_url, stored.settings.as_object().unwrap_or(&Map::new()));
        let elsewhere: Vec<_> =
            now.iter().filter(|(name, server)| before.get(*name) != Some(server)).collect();
        let (name, server) = elsewhere.first()?;
        Some(format!("`{name}` leads to another server now ({server})"))
    }

    fn merged(&self, mut secrets: Secrets) -> Secrets {
        for (name, value) in &self.credentials {
            match value {
                Some(secret) if !secret.is_empty() => secrets.insert(name.clone(), secret.clone()),
                _ => secrets.remove(name),
            };
        }
        secrets
    }
}

fn fault(pointer: &str, code: &'static str, detail: &str) -> FieldFault {
    FieldFault { pointer: pointer.to_owned(), code: code.into(), detail: detail.to_owned() }
}

/// Whether a text is an address that a worker may be asked to call. Where it leads is checked by the worker, at each call.
fn check_address(text: &str) -> Result<(), &'static str> {
    let url = url::Url::parse(text).map_err(|_| "should be an address such as https://desk.example.com")?;
    match url.scheme() {
        "http" | "https" => {}
        _ => return Err("should begin with https:// or http://"),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("should hold no user name or password; they belong into the credentials");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("should end before `?` and `#`");
    }
    if url.host_str().is_none_or(str::is_empty) { Err("should name a host") } else { Ok(()) }
}

/// Secrets as they are stored.
async fn seal(app: &App, tenant: TenantId, id: SystemId, secrets: &Secrets) -> Answer<Option<Vec<u8>>> {
    if secrets.is_empty() {
        return Ok(None);
    }
    let plain: BTreeMap<&str, &str> =
        secrets.iter().map(|(name, secret)| (name.as_str(), secret.as_str())).collect();
    let json = Zeroizing::new(serde_json::to_vec(&plain).map_err(Problem::internal)?);
    let key = app.keys.of(&app.store, tenant).await?;
    Ok(Some(key.seal_secret(Row::Credentials(id), &json)))
}

/// Secrets as they were stored.
pub(crate) async fn open(
    app: &App,
    tenant: TenantId,
    id: SystemId,
    sealed: Option<&[u8]>,
) -> Answer<Secrets> {
    let Some(sealed) = sealed else { return Ok(Secrets::new()) };
    let key = app.keys.of(&app.store, tenant).await?;
    let json = key.open_secret(Row::Credentials(id), sealed)?;
    serde_json::from_slice(&json).map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_taken() {
        for good in ["https://desk.example.com", "http://127.0.0.1:9093/api", "https://[::1]:8443"] {
            assert_eq!(check_address(good), Ok(()), "{good}");
        }
        for bad in [
            "desk.example.com",
            "ftp://x",
            "https://u:p@x",
            "https://x?y=1",
            "https://x#y",
            "file:///etc/passwd",
            "",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
