//! Where the secrets of a system go. Whoever may change an address must not learn, by changing it, what is sent there.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use url::Url;

use super::{AuthMethod, Manifest, Scheme};
use crate::template::{Scope, TemplateError};

impl Manifest {
    /// The servers that a system's secrets are sent to, each as `scheme://host:port`, by what leads there: the address of
    /// the system, a way to authenticate, a setting that holds a whole address. Two configurations with the same
    /// destinations send secrets to the same servers.
    pub fn destinations(&self, base_url: &str, settings: &Map<String, Value>) -> BTreeMap<String, String> {
        let base = base_url.trim().trim_end_matches('/');
        let settings = self.settled(settings);
        let scope = Scope::default().with("settings", &settings).with("base_url", base);
        let logins = self.authentication.iter().filter_map(|method| {
            let address = login_address(method, &scope)?.unwrap_or_else(|error| error.to_string());
            Some((format!("authentication.{}", method.name), server(base, &address)))
        });
        let named = settings.iter().filter_map(|(name, value)| {
            let address =
                value.as_str().map(str::trim).filter(|text| is_whole(&text.to_ascii_lowercase()))?;
            Some((format!("settings.{name}"), server(base, address)))
        });
        let own = ("base_url".to_owned(), server(base, ""));
        std::iter::once(own).chain(logins).chain(named).collect()
    }
}

/// Where a way to authenticate sends its secrets first, if it asks for a token.
fn login_address(method: &AuthMethod, scope: &Scope) -> Option<Result<String, TemplateError>> {
    match &method.scheme {
        Scheme::Oauth2ClientCredentials(oauth) => Some(oauth.token_url.render(scope)),
        Scheme::Session(session) => Some(session.request.path.render_path(scope)),
        _ => None,
    }
}

/// Whether an address stands for itself, instead of being added to that of the system.
pub(crate) fn is_whole(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

/// The server of an address; what is not one is its own, so that it differs from every other.
fn server(base: &str, address: &str) -> String {
    let leads = if is_whole(&address.to_ascii_lowercase()) { address } else { base };
    Url::parse(leads).map_or_else(|_| leads.to_owned(), |url| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::manifest::Catalogue;

    fn destinations(base: &str, settings: serde_json::Value) -> Vec<(String, String)> {
        let http = Catalogue::builtin().unwrap().get("http").unwrap();
        http.destinations(base, settings.as_object().unwrap()).into_iter().collect()
    }

    #[test]
    fn a_token_endpoint_elsewhere_is_a_destination_of_its_own() {
        let here = destinations("https://api.example.net/v1/", json!({}));
        let pair = |name: &str, server: &str| (name.to_owned(), server.to_owned());
        assert_eq!(
            here,
            [
                pair("authentication.oauth2", "https://api.example.net"),
                pair("base_url", "https://api.example.net")
            ]
        );
        assert_eq!(here, destinations("https://api.example.net:443", json!({ "token_url": "/other/token" })));
        let elsewhere =
            destinations("https://api.example.net", json!({ "token_url": "https://login.example.org/t" }));
        assert!(elsewhere.contains(&pair("authentication.oauth2", "https://login.example.org")));
        for disguised in [" https://login.example.org/t", "HTTPS://login.example.org/t"] {
            assert_ne!(here, destinations("https://api.example.net", json!({ "token_url": disguised })));
        }
    }

    #[test]
    fn any_setting_that_holds_an_address_counts() {
        let one = destinations("https://api.example.net", json!({ "read_path": "https://a.example/x" }));
        let same = destinations("https://api.example.net", json!({ "read_path": "https://a.example/y" }));
        let other = destinations("https://api.example.net", json!({ "read_path": "https://b.example/x" }));
        assert_eq!(one, same);
        assert_ne!(one, other);
    }
}
