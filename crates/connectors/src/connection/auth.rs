//! Authenticating requests. One access token per connection, renewed by one task at a time.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use throughline_domain::ErrorCode;
use tokio::sync::Mutex;

use super::Connection;
use super::answer::Reply;
use super::operation::Operation;
use crate::egress::Request;
use crate::failure::Failure;
use crate::manifest::{AuthMethod, ClientAuth, ClientCredentials, Manifest, Scheme, Session};
use crate::recorder::Recorder;
use crate::template::{Scope, TemplateError};

/// The chosen way to authenticate, and its token if it has one.
pub(super) struct Authenticator {
    chosen: Chosen,
    token: Mutex<Option<Token>>,
}

enum Chosen {
    Nothing,
    Method(usize),
    /// None is complete.
    Missing,
}

#[derive(Clone)]
struct Token {
    secret: SecretString,
    expires: Option<Instant>,
}

/// A token is renewed this long before it expires, or in the last fifth of a short life.
const MARGIN: Duration = Duration::from_secs(30);

impl Authenticator {
    /// The way that the setting `authentication` names, else the first one whose credentials are complete.
    pub(super) fn choose(
        manifest: &Manifest,
        settings: &Map<String, Value>,
        credentials: &BTreeMap<String, SecretString>,
    ) -> Self {
        let given =
            |name: &String| credentials.get(name).is_some_and(|value| !value.expose_secret().is_empty());
        let complete = |method: &AuthMethod| {
            let named =
                settings.get("authentication").and_then(Value::as_str).is_none_or(|name| name == method.name);
            named && method.credentials.iter().filter(|field| field.required).all(|field| given(&field.name))
        };
        let chosen = match manifest.authentication.iter().position(complete) {
            Some(method) => Chosen::Method(method),
            None if manifest.authentication.is_empty() => Chosen::Nothing,
            None => Chosen::Missing,
        };
        Self { chosen, token: Mutex::default() }
    }

    pub(super) fn method<'a>(&self, manifest: &'a Manifest) -> Option<&'a AuthMethod> {
        match self.chosen {
            Chosen::Method(method) => manifest.authentication.get(method),
            Chosen::Nothing | Chosen::Missing => None,
        }
    }

    /// Drops this token, unless another one has taken its place.
    pub(super) async fn forget(&self, refused: &SecretString) {
        let mut token = self.token.lock().await;
        if token.as_ref().is_some_and(|token| token.secret.expose_secret() == refused.expose_secret()) {
            *token = None;
        }
    }
}

impl Connection {
    /// Adds what authenticates the request; the access token, if it is one that can be renewed.
    pub(super) async fn authorise(
        &self,
        request: &mut Request,
        rec: &Recorder,
    ) -> Result<Option<SecretString>, Failure> {
        let Some(method) = self.auth.method(&self.manifest) else {
            return if matches!(self.auth.chosen, Chosen::Missing) {
                Err(self.no_credentials())
            } else {
                Ok(None)
            };
        };
        let scope = self.secret_scope();
        let token = match &method.scheme {
            Scheme::Oauth2ClientCredentials(_) | Scheme::Session(_) => {
                Some(self.token(&method.scheme, &scope, rec).await?)
            }
            _ => None,
        };
        apply(&method.scheme, token.as_ref(), &scope, request)
            .map_err(|error| self.template_fault(&error))?;
        Ok(token)
    }

    fn no_credentials(&self) -> Failure {
        let ways: Vec<_> = self.manifest.authentication.iter().map(|method| method.title.as_str()).collect();
        let message = format!(
            "The system has no complete credentials for {}. Give it one of: {}.",
            self.manifest.title,
            ways.join(", ")
        );
        Failure::new(ErrorCode::CredentialsMissing, message)
    }

    /// The token, a new one if need be. Others wait meanwhile, and use the same.
    async fn token(&self, scheme: &Scheme, scope: &Scope, rec: &Recorder) -> Result<SecretString, Failure> {
        let mut held = self.auth.token.lock().await;
        let valid =
            held.as_ref().filter(|token| token.expires.is_none_or(|expires| expires > Instant::now()));
        let token = match valid {
            Some(token) => token.clone(),
            None => Box::pin(self.new_token(scheme, scope, rec)).await?,
        };
        rec.learn(&token.secret);
        let secret = token.secret.clone();
        *held = Some(token);
        Ok(secret)
    }

    async fn new_token(&self, scheme: &Scheme, scope: &Scope, rec: &Recorder) -> Result<Token, Failure> {
        let fault = |error: TemplateError| self.template_fault(&error);
        let request = match scheme {
            Scheme::Session(session) => self.request(&session.request, scope).map_err(fault)?,
            Scheme::Oauth2ClientCredentials(oauth) => self.token_request(oauth, scope).map_err(fault)?,
            _ => return Err(Failure::configuration("This way to authenticate has no token.")),
        };
        let reply = self.perform(&request, &self.scope, Operation::Token, rec).await?;
        let answered = reply.scope(&self.scope);
        let (token, life) = match scheme {
            Scheme::Session(session) => {
                let Session { token, expires_in, .. } = &**session;
                let life =
                    expires_in.as_ref().map(|life| life.render(&answered)).transpose().map_err(fault)?;
                (token.render(&answered).map_err(fault)?, life)
            }
            _ => (text_at(&reply.body, "access_token"), Some(text_at(&reply.body, "expires_in"))),
        };
        if token.is_empty() {
            return Err(self.no_token(&reply));
        }
        let life = life
            .and_then(|life| life.parse().ok())
            .map(|seconds: f64| Duration::from_secs_f64(seconds.clamp(0.0, 1e8)));
        let expires = life.map(|life| Instant::now() + life.saturating_sub(MARGIN.min(life / 5)));
        Ok(Token { secret: token.into(), expires })
    }

    fn no_token(&self, reply: &Reply) -> Failure {
        let message = format!("{} accepted the login but gave no access token.", self.manifest.title);
        Failure::new(ErrorCode::TokenRefused, message).at(Some(reply.answer.exchange.clone()))
    }

    fn token_request(&self, oauth: &ClientCredentials, scope: &Scope) -> Result<Request, TemplateError> {
        let (id, secret) = (oauth.client_id.render(scope)?, oauth.client_secret.render(scope)?);
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = oauth.scope.as_ref().map(|text| text.render_some(scope)).transpose()?.flatten() {
            form.append_pair("scope", &scope);
        }
        let mut headers = vec![
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ];
        match oauth.client_auth {
            ClientAuth::Form => {
                form.append_pair("client_id", &id).append_pair("client_secret", &secret);
            }
            ClientAuth::Basic => headers.push(basic(&id, &secret)),
        }
        let url = self.address(&oauth.token_url.render(scope)?)?;
        Ok(Request { method: reqwest::Method::POST, url, headers, body: Some(Bytes::from(form.finish())) })
    }
}

fn apply(
    scheme: &Scheme,
    token: Option<&SecretString>,
    scope: &Scope,
    request: &mut Request,
) -> Result<(), TemplateError> {
    let token = token.map(ExposeSecret::expose_secret).unwrap_or_default();
    let header = match scheme {
        Scheme::None => return Ok(()),
        Scheme::Basic { username, password } => basic(&username.render(scope)?, &password.render(scope)?),
        Scheme::Header { name, value } => (name.render(scope)?, value.render(scope)?),
        Scheme::Bearer { token } => bearer(&token.render(scope)?),
        Scheme::Oauth2ClientCredentials(_) => bearer(token),
        Scheme::Session(session) => {
            (session.header.clone(), session.value.render(&scope.with("token", token))?)
        }
        Scheme::Query { name, value } => {
            request.url.query_pairs_mut().append_pair(&name.render(scope)?, &value.render(scope)?);
            return Ok(());
        }
    };
    request.headers.push(header);
    Ok(())
}

fn basic(user: &str, password: &str) -> (String, String) {
    ("authorization".to_owned(), format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn bearer(token: &str) -> (String, String) {
    ("authorization".to_owned(), format!("Bearer {token}"))
}

fn text_at(body: &Value, name: &str) -> String {
    match body.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
