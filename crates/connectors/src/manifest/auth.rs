//! Ways to authenticate.

use schemars::JsonSchema;
use serde::Deserialize;

use super::form::FormField;
use super::request::RequestTemplate;
use crate::template::Text;

/// One way to authenticate.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AuthMethod {
    /// Its name; the setting `authentication` may choose one by it.
    pub(crate) name: String,
    /// Its name for people.
    pub(crate) title: String,
    /// What the tenant gives for it.
    #[serde(default)]
    pub(crate) credentials: Vec<FormField>,
    /// How it is done. Templates see `credentials` and `settings`.
    pub(crate) scheme: Scheme,
}

/// How requests are authenticated.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Scheme {
    /// Not at all.
    None,
    /// HTTP basic authentication (RFC 7617).
    Basic { username: Text, password: Text },
    /// A header.
    Header { name: Text, value: Text },
    /// A query parameter.
    Query { name: Text, value: Text },
    /// A bearer token that does not expire (RFC 6750).
    Bearer { token: Text },
    /// OAuth 2.0 client credentials (RFC 6749, section 4.4).
    Oauth2ClientCredentials(Box<ClientCredentials>),
    /// A login request that gives a token which expires.
    Session(Box<Session>),
}

/// OAuth 2.0 client credentials.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientCredentials {
    /// The token endpoint: a path, or a whole address.
    pub(crate) token_url: Text,
    pub(crate) client_id: Text,
    pub(crate) client_secret: Text,
    #[serde(default)]
    pub(crate) scope: Option<Text>,
    /// Where the client's id and secret go.
    #[serde(default)]
    pub(crate) client_auth: ClientAuth,
}

/// Where the client's id and secret go in a token request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClientAuth {
    /// Into the form.
    #[default]
    Form,
    /// Into the `Authorization` header.
    Basic,
}

/// A login request that gives a token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Session {
    /// The login. Templates see `credentials`.
    pub(crate) request: RequestTemplate,
    /// The token in the answer (`body`, `headers`).
    pub(crate) token: Text,
    /// Seconds until it expires; until it is refused, when absent.
    #[serde(default)]
    pub(crate) expires_in: Option<Text>,
    /// The header that carries it.
    pub(crate) header: String,
    /// The header's value; templates see `token`.
    pub(crate) value: Text,
}
