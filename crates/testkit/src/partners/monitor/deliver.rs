//! Webhook deliveries: at least once, retried with growing pauses, signed when the hook has a secret.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Client;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::Sha256;
use tokio::{sync::Semaphore, time::sleep};
use uuid::Uuid;

use super::{Monitor, alert::Alert};
use crate::{
    client,
    partners::clock::{wall, written},
};

/// Requests under way at once.
const AT_ONCE: usize = 32;
const ATTEMPTS: u32 = 60;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const TIMEOUT: Duration = Duration::from_secs(10);
/// Deliveries that are remembered for the control API.
const REMEMBERED: usize = 200;

/// Where webhooks go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// The address.
    pub url: String,
    /// Key of the signature.
    #[serde(default)]
    pub secret: Option<String>,
}

/// One delivery and how it went.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Delivery {
    delivery: Uuid,
    event: &'static str,
    alerts: Vec<String>,
    url: String,
    attempts: u32,
    status: Option<u16>,
    answer: Option<String>,
}

/// Counts since the start, and the last deliveries.
#[derive(Debug, Default, Serialize)]
pub(super) struct Deliveries {
    pending: u64,
    delivered: u64,
    failed_attempts: u64,
    given_up: u64,
    recent: VecDeque<Delivery>,
}

/// The one client, and how much it may do at once.
#[derive(Debug, Clone)]
pub(super) struct Courier {
    client: Client,
    permits: Arc<Semaphore>,
}

struct Parcel {
    hook: Hook,
    body: Vec<u8>,
    delivery: Delivery,
}

impl Courier {
    pub(super) fn new() -> Self {
        Self { client: client(), permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Monitor {
    /// Starts one delivery of `alert` per hook.
    pub(super) fn announce(self: &Arc<Self>, event: &'static str, alert: &Alert) {
        let hooks = self.state().hooks.clone();
        for hook in hooks {
            self.state().deliveries.pending += 1;
            let parcel = Parcel::new(hook, event, alert);
            tokio::spawn(Arc::clone(self).deliver(parcel));
        }
    }

    async fn deliver(self: Arc<Self>, mut parcel: Parcel) {
        let mut pause = FIRST_PAUSE;
        while parcel.delivery.attempts < ATTEMPTS {
            parcel.delivery.attempts += 1;
            if self.attempt(&mut parcel).await {
                return self.state().deliveries.settle(parcel.delivery, true);
            }
            self.state().deliveries.failed_attempts += 1;
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        self.state().deliveries.settle(parcel.delivery, false);
    }

    async fn attempt(&self, parcel: &mut Parcel) -> bool {
        let _permit = self.courier.permits.acquire().await;
        let answer = parcel.request(&self.courier.client).send().await;
        let Ok(answer) = answer else { return false };
        parcel.delivery.status = Some(answer.status().as_u16());
        let accepted = answer.status().is_success();
        parcel.delivery.answer = answer.text().await.ok().map(|text| text.chars().take(200).collect());
        accepted
    }
}

impl Deliveries {
    fn settle(&mut self, delivery: Delivery, delivered: bool) {
        self.pending = self.pending.saturating_sub(1);
        *(if delivered { &mut self.delivered } else { &mut self.given_up }) += 1;
        self.recent.push_front(delivery);
        self.recent.truncate(REMEMBERED);
    }
}

impl Parcel {
    fn new(hook: Hook, event: &'static str, alert: &Alert) -> Self {
        let id = Uuid::new_v4();
        let message = json!({"version": 1, "event": event, "delivery": id, "sent_at": written(wall()), "alerts": [alert]});
        let delivery = Delivery {
            delivery: id,
            event,
            alerts: vec![alert.id.clone()],
            url: hook.url.clone(),
            attempts: 0,
            status: None,
            answer: None,
        };
        Self { hook, body: message.to_string().into_bytes(), delivery }
    }

    fn request(&self, client: &Client) -> reqwest::RequestBuilder {
        let request = client
            .post(&self.hook.url)
            .timeout(TIMEOUT)
            .header("content-type", "application/json")
            .header("x-monitor-event", self.delivery.event)
            .header("x-monitor-delivery", self.delivery.delivery.to_string())
            .body(self.body.clone());
        match self.hook.secret.as_deref().and_then(|secret| signature(secret, &self.body)) {
            Some(signature) => request.header("x-monitor-signature", signature),
            None => request,
        }
    }
}

fn signature(secret: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    Some(format!("sha256={}", hex::encode(mac.finalize().into_bytes())))
}
