//! One RabbitMQ virtual host per test.

use std::thread;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::Servers;
use crate::client;

/// A virtual host of one's own. Dropping it deletes it, with all its queues.
#[derive(Debug)]
pub struct VirtualHost {
    management: Management,
    url: String,
    name: String,
}

#[derive(Debug, Clone)]
struct Management(Url);

impl VirtualHost {
    /// Makes an empty one.
    ///
    /// # Errors
    /// When the management API is not there.
    pub async fn create(servers: &Servers) -> anyhow::Result<Self> {
        let management = Management(servers.rabbitmq_management_url.parse().context("TL_RABBITMQ_MGMT")?);
        let mut url: Url = servers.rabbitmq_url.parse().context("TL_RABBITMQ_URL")?;
        let name = format!("test-{}", Uuid::now_v7().simple());
        management.call(Method::PUT, &["vhosts", &name], None).await?;
        let all = json!({"configure": ".*", "write": ".*", "read": ".*"});
        management.call(Method::PUT, &["permissions", &name, url.username()], Some(&all)).await?;
        url.set_path(&name);
        Ok(Self { management, url: url.into(), name })
    }

    /// The address to connect to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many messages wait in a queue, as the management API counts them (a second late).
    ///
    /// # Errors
    /// When there is no such queue.
    pub async fn depth(&self, queue: &str) -> anyhow::Result<u64> {
        let answer = self.management.call(Method::GET, &["queues", &self.name, queue], None).await?;
        Ok(answer["messages"].as_u64().unwrap_or(0))
    }
}

impl Drop for VirtualHost {
    fn drop(&mut self) {
        let (management, name) = (self.management.clone(), self.name.clone());
        // Drop cannot wait, so a thread does.
        let cleaner = thread::spawn(move || -> anyhow::Result<()> {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(management.call(Method::DELETE, &["vhosts", &name], None)).map(drop)
        });
        let _ = cleaner.join();
    }
}

impl Management {
    async fn call(&self, method: Method, path: &[&str], body: Option<&Value>) -> anyhow::Result<Value> {
        let mut url = self.0.clone();
        url.path_segments_mut()
            .map_err(|()| anyhow::anyhow!("TL_RABBITMQ_MGMT"))?
            .clear()
            .push("api")
            .extend(path);
        let mut request = client().request(method, url);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?.error_for_status()?;
        let text = answer.text().await?;
        if text.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_str(&text)?) }
    }
}
