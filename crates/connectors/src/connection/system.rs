//! From a tenant's configuration to a connection.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use throughline_domain::SystemId;
use url::Url;

use super::Connection;
use super::auth::Authenticator;
use crate::egress::{Egress, read_authorities};
use crate::failure::Failure;
use crate::manifest::{Manifest, Scheme};
use crate::retry::HttpRetry;
use crate::template::Scope;

/// A system as the tenant configured it.
#[derive(Debug, Clone)]
pub struct SystemConfig {
    /// Its id.
    pub id: SystemId,
    /// Where its API begins.
    pub base_url: String,
    /// The settings that the manifest asks for: a JSON object.
    pub settings: Value,
    /// The credentials that the manifest asks for, by name.
    pub credentials: BTreeMap<String, SecretString>,
}

impl Connection {
    /// Checks the address and the settings against the manifest. Calls nothing.
    pub fn new(manifest: Arc<Manifest>, system: SystemConfig, egress: Egress) -> Result<Self, Failure> {
        let base = base_url(&system.base_url)?;
        let settings = settings_of(&manifest, &system.settings)?;
        let auth = Authenticator::choose(&manifest, &settings, &system.credentials);
        let sensitive = manifest.settings.iter().filter(|field| field.sensitive);
        let sensitive = sensitive
            .filter_map(|field| settings.get(&field.name)?.as_str())
            .map(SecretString::from)
            .collect();
        let scope = Scope::default()
            .with("settings", &settings)
            .with("base_url", base.as_str().trim_end_matches('/'));
        let egress = trusting(&manifest, &scope, egress)?;
        Ok(Self {
            manifest,
            egress,
            retry: HttpRetry::default(),
            base,
            scope,
            auth,
            credentials: system.credentials,
            sensitive,
            discovered: Mutex::default(),
        })
    }

    /// Every secret of this system, for the masker: credentials, what they look like on the wire, sensitive settings.
    pub fn secrets(&self) -> Vec<SecretString> {
        let public: Vec<_> =
            self.manifest.every_credential().filter(|field| field.public).map(|field| &field.name).collect();
        let secret = self
            .credentials
            .iter()
            .filter(|(name, _)| !public.contains(name))
            .map(|(_, value)| value.clone());
        secret.chain(self.sensitive.iter().cloned()).chain(self.basic_authorization()).collect()
    }

    fn basic_authorization(&self) -> Option<SecretString> {
        let Scheme::Basic { username, password } = &self.auth.method(&self.manifest)?.scheme else {
            return None;
        };
        let scope = self.secret_scope();
        let pair = format!("{}:{}", username.render(&scope).ok()?, password.render(&scope).ok()?);
        Some(SecretString::from(STANDARD.encode(pair)))
    }

    /// The scope of templates that may see credentials: those of authentication and signatures.
    pub(super) fn secret_scope(&self) -> Scope {
        let plain: BTreeMap<_, _> =
            self.credentials.iter().map(|(name, value)| (name, value.expose_secret())).collect();
        self.scope.with("credentials", &plain)
    }
}

/// The client for this system: with the authorities that the tenant trusts, if there are any.
fn trusting(manifest: &Manifest, scope: &Scope, egress: Egress) -> Result<Egress, Failure> {
    let unusable = |why: String| {
        Failure::configuration(format!("The certificates of authorities cannot be used: {why}."))
    };
    let pem = manifest.authorities.as_ref().map(|text| text.render_some(scope)).transpose();
    let Some(pem) = pem.map_err(|error| unusable(error.to_string()))?.flatten() else { return Ok(egress) };
    let authorities = read_authorities(&pem).ok_or_else(|| unusable("they are no PEM text".to_owned()))?;
    egress.trusting(authorities).map_err(|error| unusable(error.to_string()))
}

fn base_url(text: &str) -> Result<Url, Failure> {
    let refuse =
        |why: &str| Failure::configuration(format!("The system's address `{text}` cannot be used: {why}."));
    let url = Url::parse(text.trim()).map_err(|error| refuse(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(refuse("it must begin with http:// or https:// and name a host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::configuration(
            "The system's address must not hold a user or password; they are credentials.",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("it must end before any `?` or `#`"));
    }
    Ok(url)
}

fn settings_of(manifest: &Manifest, given: &Value) -> Result<Map<String, Value>, Failure> {
    let empty = Map::new();
    let settings = manifest.settled(given.as_object().unwrap_or(&empty));
    for field in &manifest.settings {
        match settings.get(&field.name) {
            None if field.required => {
                return Err(Failure::configuration(format!(
                    "The setting `{}` ({}) is missing.",
                    field.name, field.title
                )));
            }
            Some(value) if !field.accepts(value) => {
                return Err(Failure::configuration(format!(
                    "The setting `{}` ({}) has a wrong value.",
                    field.name, field.title
                )));
            }
            _ => {}
        }
    }
    Ok(settings)
}
