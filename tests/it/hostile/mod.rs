//! Sources and targets that misbehave: a failed run of the right class, and nothing worse.

use serde_json::{Value, json};

use crate::journeys::firing;
use crate::support::Ring;
use crate::support::partners::{Partners, desk};

/// Sends one alert to a desk behind a fault that never goes away, and gives the error of the run.
async fn failed_with(mode: &str) -> Value {
    let ring = Ring::start().await;
    let partners = Partners::start(&ring.client).await;
    let mut system = desk(&format!("{}/faulty/{mode}", partners.playground.desk_url()), "desk-secret");
    system["name"] = json!(format!("Faulty desk: {mode}"));
    system["credentials"] = json!({ "api_key": "desk-secret" });
    let mut document = partners.document();
    document["target"]["system"] = json!(ring.client.system(&system).await);
    document["actions"][0]["limits"] = json!({ "timeout": "20s", "http_timeout": "3s" });
    let url = ring.client.publish(&document).await.hook_url.unwrap();
    let event =
        json!({ "version": 1, "event": "alert.raised", "delivery": "d", "alerts": [firing("ALR-90")] });
    let run = ring.client.hook(&url, &event).await;
    let run = ring.client.ended(&run).await;
    assert_eq!(run["status"], "failed", "{run:#}");
    run["error"].clone()
}

macro_rules! hostile {
    ($($name:ident: $mode:literal is $class:literal in $codes:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let error = failed_with($mode).await;
            assert_eq!(error["class"], $class, "{error:#}");
            let code = error["code"].as_str().unwrap();
            assert!($codes.contains(&code), "{error:#}");
        }
    )+};
}

hostile! {
    garbage_is_not_understood: "garbage" is "connectivity" in ["answer_not_understood"];
    a_login_page_is_not_understood: "html" is "connectivity" in ["answer_not_understood"];
    an_endless_body_is_cut: "endless" is "connectivity" in ["answer_too_large", "request_timed_out"];
    a_slow_drip_runs_into_the_limit: "drip" is "connectivity" in ["request_timed_out"];
    a_closed_connection_is_named: "drop" is "connectivity" in ["connection_failed"];
    a_server_error_is_named: "error" is "connectivity" in ["server_error"];
    a_redirect_to_a_metadata_address_is_refused: "redirect" is "connectivity" in ["redirect_refused", "address_refused"];
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused_unless_the_operator_allows_them() {
    let ring = Ring::start_with(|config| config.worker.allow_addresses.clear()).await;
    let partners = Partners::start(&ring.client).await;
    let tested = ring.client.post(&format!("/v1/systems/{}/test", partners.desk), &json!({})).await;
    assert_eq!(tested["ok"], false, "{tested:#}");
    assert_eq!(tested["error"]["code"], "address_refused", "{tested:#}");
}
