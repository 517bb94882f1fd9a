//! What is sealed opens only unchanged, in its own place, and with its own key.
#![allow(clippy::unwrap_used, reason = "a test")]

use proptest::collection::vec;
use proptest::prelude::*;
use secrecy::SecretString;
use throughline_domain::{IntegrationId, Phase, RunId, SystemId, TenantId};
use throughline_vault::{FRAME_LIMIT, FRAME_OVERHEAD, MasterKeys, Row, TenantKey, VaultError};
use uuid::Uuid;

const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW: &str = "/////////////////////////////////////////v8=";

fn tenant(n: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(n))
}

fn run(n: u128) -> RunId {
    RunId::from_uuid(Uuid::from_u128(n))
}

fn ring(name: &str, base64: &str) -> MasterKeys {
    MasterKeys::new(name, &SecretString::from(base64)).unwrap()
}

proptest! {
    #[test]
    fn a_frame_opens_to_what_was_sealed(plain in vec(any::<u8>(), 0..4096), phase in 0..Phase::ALL.len()) {
        let key = TenantKey::generate(tenant(1));
        let sealed = key.seal_frame(run(2), Phase::ALL[phase], &plain).unwrap();
        prop_assert!(sealed.len() <= plain.len() + FRAME_OVERHEAD);
        prop_assert_eq!(key.open_frame(run(2), Phase::ALL[phase], &sealed).unwrap(), plain);
    }

    #[test]
    fn any_changed_bit_is_noticed(plain in vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let key = TenantKey::generate(tenant(1));
        let mut frame = key.seal_frame(run(2), Phase::Load, &plain).unwrap();
        let place = at.index(frame.len());
        frame[place] ^= 1 << bit;
        prop_assert!(key.open_frame(run(2), Phase::Load, &frame).is_err());

        let row = Row::Credentials(SystemId::from_uuid(Uuid::from_u128(3)));
        let mut secret = key.seal_secret(row, &plain);
        let place = at.index(secret.len());
        secret[place] ^= 1 << bit;
        prop_assert!(key.open_secret(row, &secret).is_err());
    }

    #[test]
    fn a_cut_value_does_not_open(plain in vec(any::<u8>(), 0..300), keep in any::<prop::sample::Index>()) {
        let key = TenantKey::generate(tenant(1));
        let frame = key.seal_frame(run(2), Phase::Load, &plain).unwrap();
        prop_assert!(key.open_frame(run(2), Phase::Load, &frame[..keep.index(frame.len())]).is_err());
        let row = Row::HookToken { integration: IntegrationId::from_uuid(Uuid::nil()), action: "a" };
        let secret = key.seal_secret(row, &plain);
        prop_assert!(key.open_secret(row, &secret[..keep.index(secret.len())]).is_err());
    }

    #[test]
    fn garbage_never_opens(garbage in vec(any::<u8>(), 0..200)) {
        let key = TenantKey::generate(tenant(1));
        prop_assert!(key.open_frame(run(2), Phase::Uql, &garbage).is_err());
    }
}

#[test]
fn text_is_compressed() {
    let key = TenantKey::generate(tenant(1));
    let plain = r#"{"records":[{"key":"1","fields":{"title":"disk full on web-1"}}]}"#.repeat(50);
    let sealed = key.seal_frame(run(2), Phase::Extract, plain.as_bytes()).unwrap();
    assert!(sealed.len() < plain.len() / 10, "{} of {}", sealed.len(), plain.len());
}

#[test]
fn a_frame_belongs_to_its_run_phase_and_tenant() {
    let key = TenantKey::generate(tenant(1));
    let sealed = key.seal_frame(run(2), Phase::Load, b"document").unwrap();
    assert_eq!(key.open_frame(run(3), Phase::Load, &sealed), Err(VaultError::Refused));
    assert_eq!(key.open_frame(run(2), Phase::Extract, &sealed), Err(VaultError::Refused));
    let stranger = TenantKey::generate(tenant(9));
    assert!(matches!(stranger.open_frame(run(2), Phase::Load, &sealed), Err(VaultError::OtherKey { .. })));
}

#[test]
fn the_same_key_bytes_under_another_tenant_open_nothing() {
    let ring = ring("k1", OLD);
    let key = TenantKey::generate(tenant(1));
    let stolen = ring.seal(&key);
    assert_eq!(ring.open(tenant(2), &stolen).err(), Some(VaultError::Refused));
}

#[test]
fn a_secret_belongs_to_its_row() {
    let key = TenantKey::generate(tenant(1));
    let integration = IntegrationId::from_uuid(Uuid::from_u128(5));
    let mine = Row::FailedRecord { integration, action: "ab", source_key: "c" };
    let sealed = key.seal_secret(mine, b"input");
    assert_eq!(key.open_secret(mine, &sealed).unwrap().as_slice(), b"input");
    for other in [
        Row::FailedRecord { integration, action: "a", source_key: "bc" },
        Row::FailedRecord { integration, action: "ab", source_key: "d" },
        Row::HookToken { integration, action: "ab" },
        Row::Credentials(SystemId::from_uuid(Uuid::from_u128(5))),
    ] {
        assert_eq!(key.open_secret(other, &sealed), Err(VaultError::Refused));
    }
}

#[test]
fn rotation_opens_with_the_former_key_and_seals_with_the_current() {
    let before = ring("k1", OLD);
    let key = TenantKey::generate(tenant(1));
    let sealed = before.seal(&key);

    let after = ring("k2", NEW).with_former(&SecretString::from(format!("k1:{OLD}"))).unwrap();
    let opened = after.open(tenant(1), &sealed).unwrap();
    assert_eq!(opened.id(), key.id());
    let again = after.seal(&opened);
    assert_eq!(again.master_key_id, "k2");
    assert_eq!(after.open(tenant(1), &again).unwrap().id(), key.id());
    assert_eq!(
        before.open(tenant(1), &again).err(),
        Some(VaultError::MasterKeyUnknown { name: "k2".to_owned() })
    );
}

#[test]
fn master_keys_that_cannot_be_used_say_why_and_not_what() {
    for (text, reason) in [("not base64!", "is not valid base64"), ("c2hvcnQ=", "should have 32 bytes")] {
        let error = MasterKeys::new("k1", &SecretString::from(text)).unwrap_err();
        assert_eq!(error, VaultError::MasterKey { name: "k1".to_owned(), reason });
    }
    let twice = ring("k1", OLD).with_former(&SecretString::from(format!("k1:{NEW}")));
    assert!(twice.is_err());
    assert!(ring("k1", OLD).with_former(&SecretString::from("unnamed")).is_err());
}

#[test]
fn nothing_printable_shows_a_key() {
    let ring = ring("k1", OLD);
    let key = TenantKey::generate(tenant(1));
    let shown = format!("{ring:?} {key:?}");
    assert!(!shown.contains("0, 1, 2, 3") && !shown.contains("00010203"), "{shown}");
}

#[test]
fn a_frame_that_is_too_large_is_refused_before_memory_is_taken() {
    let key = TenantKey::generate(tenant(1));
    let mut frame = key.seal_frame(run(2), Phase::Load, b"x").unwrap();
    frame[6..10].copy_from_slice(&u32::MAX.to_be_bytes());
    assert_eq!(
        key.open_frame(run(2), Phase::Load, &frame),
        Err(VaultError::TooLarge { bytes: u32::MAX as usize })
    );
    const { assert!(FRAME_LIMIT < u32::MAX as usize) };
}
