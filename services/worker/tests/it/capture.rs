//! What a run shows of itself, and what it never shows.

use base64::Engine as _;
use serde_json::{Value, json};
use throughline_contract::RunRequest;
use throughline_domain::{CapturePolicy, HttpCapture, Phase, RunStatus};

use crate::fixture::{Fixture, SOURCE_SECRET, TARGET_SECRET, action, event, item};
use crate::partner::Mood;

const T1: &str = "2026-01-01T10:00:00Z";

#[tokio::test]
async fn every_phase_of_a_poll_is_captured() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().items = vec![item("a", "one", T1)];
    let seen = fixture.poll().await;
    assert_eq!(seen.documents.len(), 7, "{:?}", seen.reasons);
    let documents = &seen.documents;
    assert_eq!(documents[&Phase::Status]["status"], "succeeded");
    assert_eq!(documents[&Phase::Status]["capture"]["http"], "all");
    let timeline = documents[&Phase::Status]["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|entry| entry["what"] == "write"), "{timeline:?}");
    assert_eq!(documents[&Phase::ExtractHttp]["exchanges"][0]["response"]["status"], 200);
    assert_eq!(documents[&Phase::Extract]["records"][0]["key"], "a");
    let loaded = &documents[&Phase::Load]["records"][0];
    assert_eq!((&loaded["operation"], &loaded["fields"]["title"]), (&json!("create"), &json!("one")));
    assert_eq!(loaded["rules"][0]["from"], json!([{"path": "name", "value": "one"}]));
    assert_eq!(documents[&Phase::LoadHttp]["exchanges"][0]["request"]["method"], "POST");
    let answer = &documents[&Phase::Response]["records"][0];
    assert_eq!((&answer["target_key"], &answer["document"]["title"]), (&json!("1"), &json!("one")));
}

#[tokio::test]
async fn modes_decide_what_is_kept_and_reasons_say_why_not() {
    let mut plain = action();
    plain.as_object_mut().unwrap().remove("capture");
    let fixture = Fixture::new(plain).await;
    let failures = fixture.push(&[item("a", "one", T1)]).await;
    let reason = &failures.reasons[&Phase::LoadHttp];
    assert_eq!(reason, "Collect HTTP data is set to Failures in the settings, and this run did not fail.");
    fixture.partner.will("bad", &[Mood::Refuse(422, json!({})), Mood::Refuse(422, json!({}))]);
    let failed = fixture.push(&[item("b", "bad", T1)]).await;
    assert_eq!(failed.run.status, RunStatus::Failed);
    assert!(failed.documents.contains_key(&Phase::LoadHttp));
    let off = CapturePolicy { http: HttpCapture::Off, http_until: None, payload: false };
    let request = RunRequest { capture: off, ..fixture.request(event(&[item("b", "bad", T1)])) };
    let dark = fixture.execute(&request).await;
    assert_eq!(dark.documents.keys().copied().collect::<Vec<_>>(), [Phase::Status]);
    assert_eq!(dark.reasons[&Phase::Load], "Collect payload data is switched off in the settings.");
    assert_eq!(dark.run.error.as_ref().unwrap().evidence.phase, Some(Phase::LoadHttp));
}

#[tokio::test]
async fn secrets_are_seen_nowhere() {
    let fixture = Fixture::new(action()).await;
    fixture.partner.look().echo = Some(format!("your key is {TARGET_SECRET}, his is {SOURCE_SECRET}"));
    let mut leaky = item("a", "one", T1);
    leaky["note"] = json!(format!("token={SOURCE_SECRET}"));
    leaky[SOURCE_SECRET] = json!("a name");
    let refusal = json!({ "message": format!("bad key {TARGET_SECRET}") });
    fixture.partner.will("bad", &[Mood::Refuse(422, refusal)]);
    let seen = fixture.push(&[leaky, item(&format!("k-{TARGET_SECRET}"), "bad", T1)]).await;
    assert_eq!(seen.run.status, RunStatus::PartlyFailed);
    fixture.partner.look().source_away = true;
    let away = fixture.poll().await;
    for run in [&seen, &away] {
        let text = String::from_utf8_lossy(&run.encoded);
        for secret in [SOURCE_SECRET, TARGET_SECRET] {
            let encoded = base64::engine::general_purpose::STANDARD.encode(secret);
            assert!(!text.contains(secret) && !text.contains(&encoded), "{secret} in {text}");
        }
        assert!(text.contains("[masked:"));
    }
}

#[tokio::test]
async fn large_runs_have_bounded_documents() {
    let fixture = Fixture::new(action()).await;
    let blob = "x".repeat(300_000);
    let items: Vec<Value> = (0..12)
        .map(|n| {
            let mut item = item(&format!("k{n}"), &format!("n{n}"), T1);
            item["blob"] = json!(blob);
            item
        })
        .collect();
    let seen = fixture.push(&items).await;
    let extract = &seen.documents[&Phase::Extract];
    assert!(extract["omitted"].as_u64().unwrap() >= 5 && extract["note"].is_string());
    assert_eq!(seen.run.counts.created, 12);
    assert!(seen.encoded.len() < 4 * 1024 * 1024);
}
