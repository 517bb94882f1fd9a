//! Bytes that were written once and must open for ever.

use secrecy::SecretString;
use throughline_domain::{Phase, RunId, SystemId, TenantId};
use uuid::Uuid;

use crate::key::Key;
use crate::{MasterKeys, Row, SealedTenantKey, TenantKey};

const NONCE: [u8; 12] = *b"nonce-nonce-";
const SECRET: &str =
    "01e701c7986e6f6e63652d6e6f6e63652dd2f2d3e92645f1392aae1b356d96b3f4e891765cad40526b77ab3399f85370";
const FRAME: &str = "0100e701c798000000026e6f6e63652d6e6f6e63652d33dd4559fd5990434172c74449045dd2f87b";
const ZSTD_FRAME: &str = "0101e701c798000000786e6f6e63652d6e6f6e63652d6015da7e2fc48563623ead6e11f227636a94e5cbd6e9c5fb31788b98ca67e9760e56fb";
const DATA_KEY: &str = "01df0ce15cff7d918b572091bd7ee70f9baa0fd8290bbb1dfe7dacb8b155e831aa6a49506544a997846ca2a5f3c4c0235601de541f456eb7878b0ea9c1";

fn key() -> TenantKey {
    TenantKey::of(TenantId::from_uuid(Uuid::from_u128(1)), Key::new([7; 32]))
}

fn row() -> Row<'static> {
    Row::Credentials(SystemId::from_uuid(Uuid::from_u128(2)))
}

fn run() -> RunId {
    RunId::from_uuid(Uuid::from_u128(3))
}

#[test]
fn secrets_of_version_1() {
    assert_eq!(hex::encode(key().seal_secret_with(NONCE, row(), br#"{"api_key":"s"}"#)), SECRET);
    let opened = key().open_secret(row(), &hex::decode(SECRET).unwrap()).unwrap();
    assert_eq!(opened.as_slice(), br#"{"api_key":"s"}"#);
}

#[test]
fn frames_of_version_1() {
    assert_eq!(hex::encode(key().seal_frame_with(NONCE, run(), Phase::Uql, b"{}").unwrap()), FRAME);
    assert_eq!(key().open_frame(run(), Phase::Uql, &hex::decode(FRAME).unwrap()).unwrap(), b"{}");
}

/// Compressors change; only reading is fixed.
#[test]
fn compressed_frames_of_version_1() {
    let opened = key().open_frame(run(), Phase::Load, &hex::decode(ZSTD_FRAME).unwrap()).unwrap();
    assert_eq!(opened, b"abc".repeat(40));
}

#[test]
fn data_keys_of_version_1() {
    let ring =
        MasterKeys::new("k1", &SecretString::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")).unwrap();
    let sealed = SealedTenantKey { master_key_id: "k1".to_owned(), bytes: hex::decode(DATA_KEY).unwrap() };
    let opened = ring.open(key().tenant(), &sealed).unwrap();
    assert_eq!(opened.key().bytes(), &[7; 32]);
}

#[test]
#[ignore = "prints the golden bytes of a new version"]
fn print() {
    let ring =
        MasterKeys::new("k1", &SecretString::from("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")).unwrap();
    println!("SECRET_GOLDEN {}", hex::encode(key().seal_secret_with(NONCE, row(), br#"{"api_key":"s"}"#)));
    println!("FRAME_GOLDEN {}", hex::encode(key().seal_frame_with(NONCE, run(), Phase::Uql, b"{}").unwrap()));
    println!(
        "ZSTD_GOLDEN {}",
        hex::encode(key().seal_frame_with(NONCE, run(), Phase::Load, &b"abc".repeat(40)).unwrap())
    );
    println!("KEY_GOLDEN {}", hex::encode(ring.seal(&key()).bytes));
}
