//! Orphan and expired packs.

use std::sync::Arc;

use bytes::Bytes;
use chrono::TimeDelta;
use throughline_blob::PackKey;
use throughline_chassis::task::Loop as _;
use throughline_domain::{Clock, PackId, RetentionClass, Timestamp};
use throughline_sink::loops::{ExpirePacks, SweepOrphans};
use throughline_store::runs::packs;

use crate::support::{Fixture, capture, now};

/// A clock that stands still.
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

impl Fixture {
    async fn put_pack(&self, at: Timestamp, class: RetentionClass) -> String {
        let key = PackKey { class, pack: PackId::new(at) }.to_string();
        self.blob.put(&key, Bytes::from_static(b"pack")).await.unwrap();
        key
    }
}

#[tokio::test]
async fn packs_without_a_row_are_swept_after_an_hour() {
    let fixture = Fixture::new().await;
    let sink = fixture.start();
    let capture = capture(fixture.tenant.tenant());
    fixture.publish(&capture).await;
    fixture.ended(capture.run.tenant, capture.run.run).await;
    sink.stop().await;
    let known = fixture.packs().await;

    let orphan = fixture.put_pack(now(), RetentionClass::Days30).await;
    let later = |minutes| Arc::new(At(now() + TimeDelta::minutes(minutes)));
    SweepOrphans::new(fixture.store(), fixture.blob.clone(), later(59)).turn().await.unwrap();
    assert!(fixture.packs().await.contains(&orphan), "its row may still come");
    SweepOrphans::new(fixture.store(), fixture.blob.clone(), later(61)).turn().await.unwrap();
    assert_eq!(fixture.packs().await, known);
}

#[tokio::test]
async fn packs_go_when_their_class_expires_with_or_without_a_row() {
    let fixture = Fixture::new().await;
    let sink = fixture.start();
    let capture = capture(fixture.tenant.tenant());
    fixture.publish(&capture).await;
    let detail = fixture.ended(capture.run.tenant, capture.run.run).await;
    sink.stop().await;
    fixture.put_pack(now(), RetentionClass::Days1).await;

    let in_days = |days| Arc::new(At(now() + TimeDelta::days(days)));
    let mut classes = Vec::new();
    for days in [1, 2, 8, 31, 91] {
        ExpirePacks::new(fixture.store(), fixture.blob.clone(), in_days(days)).turn().await.unwrap();
        classes.push(fixture.packs().await.len());
    }
    assert_eq!(classes, [4, 3, 2, 1, 0], "1d, 7d, 30d and 90d, one after the other");
    let ids: Vec<_> = throughline_domain::Phase::ALL
        .iter()
        .filter(|phase| **phase != throughline_domain::Phase::ExtractHttp)
        .map(|phase| crate::support::pointer(&detail, *phase).pack)
        .collect();
    let mut tx = fixture.store().service().await.unwrap();
    assert!(packs::known(&mut tx, &ids).await.unwrap().is_empty());
}
