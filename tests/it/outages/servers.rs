//! A server that goes away and comes back. Redis and S3 are each test's own; the broker and Postgres, which tests share,
//! are taken away by `cargo xtask chaos`.

use serde_json::json;

use crate::journeys::firing;
use crate::support::Ring;
use crate::support::client::SOON;
use crate::support::partners::{Partners, a_moment};

fn event(id: &str) -> serde_json::Value {
    json!({ "version": 1, "event": "alert.raised", "delivery": id, "alerts": [firing(id)] })
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_everything_goes_on() {
    let ring = Ring::start_with(|config| {
        config.redis.url = throughline_chassis::config::ServerUrl::from("redis://127.0.0.1:1");
    })
    .await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    for n in 60..70 {
        let run = ring.client.hook(&url, &event(&format!("ALR-{n}"))).await;
        assert_eq!(ring.client.ended(&run).await["status"], "succeeded");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_s3_runs_execute_and_their_history_comes_later() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    ring.stack.objects.set_available(false);
    let run = ring.client.hook(&url, &event("ALR-71")).await;
    partners.incident("ALR-71", |_| true).await;
    a_moment().await;
    assert_eq!(
        ring.client.get("/v1/runs").await["items"],
        serde_json::json!([]),
        "no row may point to a payload that is not stored"
    );
    let shown = ring.client.get(&format!("/v1/runs/{run}")).await;
    assert_eq!(shown["status"], "queued", "it was accepted, and that is all that is known of it");
    ring.stack.objects.set_available(true);
    let run = ring.client.ended(&run).await;
    assert_eq!(run["status"], "succeeded");
    let load = ring.client.phase(run["id"].as_str().unwrap(), "load").await;
    assert_eq!(load["records"][0]["source_key"], "ALR-71");
}

#[tokio::test(flavor = "multi_thread")]
async fn live_updates_tell_of_runs_as_they_end() {
    use futures_util::StreamExt as _;
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let url = ring.client.publish(&partners.document()).await.hook_url.unwrap();
    let request = ring.client.http().get(ring.client.url("/v1/events")).bearer_auth(&ring.tenant.owner_token);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut stream = answer.bytes_stream();
    let run = ring.client.hook(&url, &event("ALR-72")).await;
    let seen = tokio::time::timeout(SOON, async {
        let mut text = String::new();
        while let Some(Ok(part)) = stream.next().await {
            text.push_str(&String::from_utf8_lossy(&part));
            if text.contains("run.finished") && text.contains(&run) {
                return text;
            }
        }
        text
    })
    .await
    .expect("an event in time");
    assert!(seen.contains("id:"), "{seen}");
}
