//! Another tenant's things do not exist.

use reqwest::Method;
use serde_json::json;

use crate::journeys::firing;
use crate::support::Ring;
use crate::support::partners::Partners;

#[tokio::test(flavor = "multi_thread")]
async fn another_tenants_things_are_not_found_and_not_listed() {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let published = ring.client.publish(&partners.document()).await;
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-80")] });
    let run = ring.client.hook(published.hook_url.as_ref().unwrap(), &event).await;
    ring.client.ended(&run).await;
    let (_, stranger) = ring.other_tenant("umbrella").await;
    let (system, integration) = (&partners.desk, &published.id);
    for path in [
        format!("/v1/systems/{system}"),
        format!("/v1/integrations/{integration}"),
        format!("/v1/integrations/{integration}/revisions"),
        format!("/v1/runs/{run}"),
        format!("/v1/runs/{run}/phases/load"),
        format!("/v1/runs/{run}/records"),
        format!("/v1/runs/{run}/export"),
    ] {
        let (status, body) = stranger.ask(Method::GET, &path, None).await;
        assert_eq!(status, 404, "GET {path}: {body:#}");
    }
    for path in ["/v1/systems", "/v1/integrations", "/v1/runs"] {
        assert_eq!(stranger.get(path).await["items"], json!([]), "{path}");
    }
    for verb in ["publish", "enable", "disable"] {
        let path = format!("/v1/integrations/{integration}/{verb}");
        assert_eq!(stranger.ask(Method::POST, &path, Some(&json!({}))).await.0, 404, "{path}");
    }
}
