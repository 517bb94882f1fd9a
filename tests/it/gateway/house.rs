//! A gateway alone, with a tenant that has a token of each role, and a person who can log in.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use throughline_admin::{Arguments, Context};
use throughline_chassis::Service;
use throughline_chassis::config::Config;
use throughline_chassis::process::{Process, install_crypto_provider};
use throughline_domain::{Role, TenantId};
use throughline_gateway::Gateway;
use throughline_store::Store;
use throughline_testkit::stack::TestStack;
use tokio::task::JoinHandle;

pub(super) const EMAIL: &str = "ada@acme.example";
pub(super) const PASSWORD: &str = "correct-horse-battery";

/// A gateway and what it stands on.
pub(super) struct House {
    pub(super) stack: TestStack,
    pub(super) http: reqwest::Client,
    pub(super) base: String,
    tokens: BTreeMap<Role, String>,
    pub(super) stranger: String,
    _task: JoinHandle<anyhow::Result<()>>,
}

impl House {
    /// Starts it.
    pub(super) async fn open() -> Self {
        Self::open_with(|_| {}).await
    }

    /// Starts it with a changed configuration.
    pub(super) async fn open_with(change: impl FnOnce(&mut Config)) -> Self {
        install_crypto_provider();
        let stack = TestStack::start().await.unwrap();
        let mut config = Config::from_toml(&stack.config(), []).unwrap();
        config.shutdown.drain = Duration::from_secs(2);
        change(&mut config);
        let context = Context::new(config.clone());
        admin(&context, "topology declare").await;
        tenant(&context, "acme", EMAIL).await;
        tenant(&context, "umbrella", "eve@umbrella.example").await;
        let mut tokens = BTreeMap::new();
        for role in Role::ALL {
            tokens.insert(*role, token(&context, "acme", *role).await);
        }
        let stranger = token(&context, "umbrella", Role::Owner).await;
        let process = Process::for_tests(Service::Gateway, config);
        let gateway = Gateway::build(&process).unwrap();
        let base = format!("http://{}", gateway.addr().unwrap());
        #[allow(clippy::disallowed_methods, reason = "the gateway of a test is supervised by the test")]
        let task = tokio::spawn(async move { gateway.run(&process).await });
        #[allow(clippy::disallowed_methods, reason = "a test is no service")]
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).build().unwrap();
        Self { stack, http, base, tokens, stranger, _task: task }
    }

    /// The token of a role.
    pub(super) fn token(&self, role: Role) -> &str {
        &self.tokens[&role]
    }

    /// A request with a token, or without.
    pub(super) fn request(&self, method: Method, path: &str, token: Option<&str>) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// A request of the owner.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
        let mut request = self.request(method, path, Some(self.token(Role::Owner)));
        if let Some(body) = body {
            request = request.json(body);
        }
        answered(request.send().await.unwrap()).await
    }

    /// A connection to the database that no policy holds back.
    pub(super) async fn owner(&self) -> PgConnection {
        let config = Config::from_toml(&self.stack.config(), []).unwrap();
        PgConnection::connect(config.postgres_url(Service::Admin).unwrap().expose()).await.unwrap()
    }

    /// The tenant of the house.
    pub(super) async fn tenant(&self) -> TenantId {
        let (_, me) = self.ask(Method::GET, "/v1/me", None).await;
        me["tenant"]["id"].as_str().unwrap().parse().unwrap()
    }

    /// A store with the role of a service.
    pub(super) fn store(&self, service: Service) -> Store {
        let config = Config::from_toml(&self.stack.config(), []).unwrap();
        Store::connect(config.postgres_url(service).unwrap().expose(), 1).unwrap()
    }

    /// Makes a system of the generic connector.
    pub(super) async fn system(&self, name: &str) -> String {
        let body = json!({ "name": name, "connector": "playground-desk", "base_url": "https://desk.example.com",
            "credentials": { "client_id": "me", "client_secret": "canary-secret" } });
        let (status, made) = self.ask(Method::POST, "/v1/systems", Some(&body)).await;
        assert_eq!(status, 201, "{made:#}");
        made["id"].as_str().unwrap().to_owned()
    }
}

/// Status and body of an answer.
pub(super) async fn answered(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Runs a command of the operator.
pub(super) async fn admin(context: &Context, line: &str) -> Value {
    use clap::Parser as _;
    let words = std::iter::once("throughline-admin").chain(line.split(' '));
    let arguments = Arguments::try_parse_from(words).unwrap();
    throughline_admin::run(context, arguments.command).await.unwrap().value().clone()
}

async fn tenant(context: &Context, slug: &str, email: &str) {
    let line =
        format!("tenant create --name {slug} --slug {slug} --owner-email {email} --password {PASSWORD}");
    admin(context, &line).await;
}

async fn token(context: &Context, slug: &str, role: Role) -> String {
    let line = format!("api-token create --tenant {slug} --name {role} --role {role}");
    admin(context, &line).await["token"].as_str().unwrap().to_owned()
}
