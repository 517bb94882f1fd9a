//! Raising and clearing alerts on its own, gently, and the same ones for the same seed.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::{
    sync::watch::{self, error::RecvError},
    time::sleep,
};

use super::{
    Monitor,
    alert::{AlertChange, NewAlert, Status},
};

/// How the monitor behaves when left alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Auto {
    /// Whether it does anything.
    pub enabled: bool,
    /// Pause between two events.
    pub every_ms: u64,
    /// Which sequence of events.
    pub seed: u64,
    /// No more alerts fire at once.
    pub max_firing: usize,
}

impl Default for Auto {
    fn default() -> Self {
        Self { enabled: false, every_ms: 4000, seed: 7, max_firing: 8 }
    }
}

struct Trouble {
    name: &'static str,
    service: &'static str,
    severity: &'static str,
    summary: &'static str,
    description: &'static str,
}

const TROUBLES: &[Trouble] = &[
    Trouble {
        name: "DiskLow",
        service: "postgres",
        severity: "critical",
        summary: "Disk almost full",
        description: "Less than 5 % is free on /var. Writes will stop when it is full.",
    },
    Trouble {
        name: "HighLatency",
        service: "checkout",
        severity: "warning",
        summary: "Checkout is slow",
        description: "p95 has been over 800 ms for ten minutes.",
    },
    Trouble {
        name: "InstanceDown",
        service: "web",
        severity: "critical",
        summary: "Instance does not answer",
        description: "Three health checks in a row have failed.",
    },
    Trouble {
        name: "CertificateExpires",
        service: "edge",
        severity: "warning",
        summary: "Certificate expires in 7 days",
        description: "The certificate of shop.example.net was not renewed.",
    },
    Trouble {
        name: "QueueGrowing",
        service: "mail",
        severity: "warning",
        summary: "Mail queue keeps growing",
        description: "12 000 messages wait; the oldest is 40 minutes old.",
    },
    Trouble {
        name: "BackupFinished",
        service: "backup",
        severity: "info",
        summary: "Nightly backup has finished",
        description: "All volumes were saved.",
    },
];
const HOSTS: &[&str] = &["db-01", "db-02", "web-01", "web-02", "edge-01", "mail-01"];

/// A small generator (splitmix64), so that a seed means the same everywhere and for ever.
#[derive(Debug)]
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides.max(1) as u64).unwrap_or(0)
    }
}

impl Monitor {
    /// Follows the settings until the process ends.
    pub(crate) async fn run_auto(self: Arc<Self>) {
        let mut settings = self.auto.subscribe();
        loop {
            let auto = settings.borrow_and_update().clone();
            let changed = if auto.enabled {
                self.act_until_changed(&auto, &mut settings).await
            } else {
                settings.changed().await
            };
            if changed.is_err() {
                return;
            }
        }
    }

    async fn act_until_changed(
        self: &Arc<Self>,
        auto: &Auto,
        settings: &mut watch::Receiver<Auto>,
    ) -> Result<(), RecvError> {
        let mut dice = Dice(auto.seed);
        loop {
            self.act(&mut dice, auto.max_firing);
            tokio::select! {
                () = sleep(Duration::from_millis(auto.every_ms.max(10))) => {}
                changed = settings.changed() => return changed,
            }
        }
    }

    /// One event: an alert is raised, changed or cleared.
    fn act(self: &Arc<Self>, dice: &mut Dice, max_firing: usize) {
        let firing = self.firing();
        let pick = dice.roll(firing.len());
        let event = if firing.len() >= max_firing { 9 } else { dice.roll(10) };
        match (event, firing.get(pick)) {
            (6, Some(id)) => drop(self.change(id, escalation())),
            (7.., Some(id)) => drop(self.turn(id, Status::Resolved)),
            _ => drop(self.raise(trouble(dice))),
        }
    }

    fn firing(&self) -> Vec<String> {
        let state = self.state();
        state
            .shelf
            .all()
            .filter(|alert| alert.status == Status::Firing)
            .map(|alert| alert.id.clone())
            .collect()
    }
}

fn trouble(dice: &mut Dice) -> NewAlert {
    let trouble = &TROUBLES[dice.roll(TROUBLES.len())];
    let host = HOSTS[dice.roll(HOSTS.len())];
    let labels = json!({"alertname": trouble.name, "host": host, "severity": trouble.severity, "service": trouble.service, "site": "sofia"});
    let annotations = json!({
        "summary": format!("{} on {host}", trouble.summary), "description": trouble.description,
        "runbook_url": format!("https://runbook.example.net/{}", trouble.name),
    });
    let value = f64::from(u8::try_from(dice.roll(100)).unwrap_or(0));
    NewAlert { labels: object(labels), annotations: object(annotations), value: Some(value) }
}

fn escalation() -> AlertChange {
    AlertChange { labels: object(json!({"severity": "critical"})), ..AlertChange::default() }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
