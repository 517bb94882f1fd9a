//! Real processes and real signals: the first SIGTERM drains, the second ends at once.

use std::fs;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::json;
use throughline_chassis::Service;
use tokio::process::{Child, Command};

use super::processes::event;
use crate::support::Ring;
use crate::support::client::SOON;
use crate::support::partners::{Partners, a_moment};

/// A ring whose worker is a process of its own.
struct Signalled {
    ring: Ring,
    partners: Partners,
    worker: Child,
    hook: String,
}

impl Signalled {
    async fn start(drain: &str) -> Self {
        let mut ring = Ring::start().await;
        ring.crash(Service::Worker);
        let worker = worker(&ring, drain);
        let partners = Partners::start(&ring.client).await;
        let mut document = partners.document();
        document["actions"][0]["limits"] = json!({ "http_timeout": "12s" });
        let hook = ring.client.publish(&document).await.hook_url.unwrap();
        Self { ring, partners, worker, hook }
    }

    /// A run whose write has reached the desk, which takes `delay` to answer it.
    async fn in_mid_write(&self, alert: &str, delay: Duration) -> String {
        let slow = json!({ "mode": "lost_answer", "delay_ms": delay.as_millis() as u64, "method": "POST",
                           "path": "/api/incidents", "times": 1 });
        self.partners.break_desk(slow).await;
        let run = self.ring.client.hook(&self.hook, &event(alert)).await;
        self.partners.incident(alert, |_| true).await;
        run
    }

    async fn terminate(&self) {
        let pid = self.worker.id().expect("the worker runs").to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().await.unwrap().success());
    }

    async fn ended(&mut self) -> ExitStatus {
        tokio::time::timeout(SOON, self.worker.wait()).await.expect("the worker ends").unwrap()
    }
}

/// The worker's program, built beside the tests, with the configuration of the ring.
fn worker(ring: &Ring, drain: &str) -> Child {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("throughline-worker");
    assert!(program.exists(), "cargo build --workspace --bins makes {}", program.display());
    let file: PathBuf = std::env::temp_dir().join(format!("throughline-signals-{}.toml", std::process::id()));
    fs::write(&file, format!("{}[shutdown]\ndrain = \"{drain}\"\n", ring.stack.config())).unwrap();
    Command::new(program).arg("--config").arg(file).kill_on_drop(true).spawn().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_signal_lets_a_run_come_to_its_end() {
    let mut signalled = Signalled::start("1m").await;
    let run = signalled.in_mid_write("ALR-60", Duration::from_secs(2)).await;
    signalled.terminate().await;
    assert!(signalled.ended().await.success());
    // Nobody else could have ended it: there is no other worker.
    let run = signalled.ring.client.ended(&run).await;
    assert_eq!(run["attempt"], 1, "{run:#}");
    assert_eq!(signalled.partners.counts().await["by_external_id"]["ALR-60"]["created"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_signal_ends_the_process_at_once_and_the_run_is_taken_up_again() {
    let mut signalled = Signalled::start("10m").await;
    let run = signalled.in_mid_write("ALR-61", Duration::from_secs(25)).await;
    signalled.terminate().await;
    a_moment().await;
    assert!(signalled.worker.try_wait().unwrap().is_none(), "it waits for the run");
    signalled.terminate().await;
    assert!(!signalled.ended().await.success(), "it did not finish");
    signalled.ring.spawn(Service::Worker);
    signalled.ring.client.ended(&run).await;
    assert_eq!(signalled.partners.counts().await["by_external_id"]["ALR-61"]["created"], 1);
}
