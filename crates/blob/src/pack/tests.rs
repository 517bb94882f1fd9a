use throughline_domain::{PackId, Phase, RetentionClass, RunId, TenantId};
use uuid::Uuid;

use super::*;

const GOLDEN: &str = concat!(
    "544c5041434b010266697273747878787878787878787878787878787878787878787878787878787878787878787878",
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878",
    "787878787878787878787878787878787878787878787878787878787878787878787878787878787878787878787874",
    "68697264000000000000000000000000000000010000000000000000000000000000000b020205058201000000000000",
    "000000000000000000020000000000000000000000000000001601050500000000000000000000000000000001000000",
    "0000000000000000000000000b010100000000040000006c37b4df48b6017e54544c504b454e4431",
);

fn key() -> PackKey {
    let pack = PackId::from_uuid(Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0001));
    PackKey { class: RetentionClass::Days7, pack }
}

fn run(n: u128) -> RunId {
    RunId::from_uuid(Uuid::from_u128(n))
}

fn tenant(n: u128) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(n))
}

fn sample() -> (Pack, Vec<IndexedFrame>) {
    let mut writer = PackWriter::new(key().pack, key().class);
    let frames = [
        (tenant(1), run(11), Phase::ExtractHttp, b"first".to_vec()),
        (tenant(1), run(11), Phase::LoadHttp, vec![b'x'; 130]),
        (tenant(2), run(22), Phase::LoadHttp, b"third".to_vec()),
        (tenant(1), run(11), Phase::Status, Vec::new()),
    ];
    let indexed = frames.iter().map(|(tenant, run, phase, frame)| IndexedFrame {
        tenant: *tenant,
        run: *run,
        phase: *phase,
        at: writer.add(*tenant, *run, *phase, frame),
    });
    let indexed = indexed.collect();
    (writer.finish(), indexed)
}

#[test]
fn packs_of_version_1() {
    let (pack, frames) = sample();
    let text = hex::encode(&pack.bytes);
    assert_eq!(text, GOLDEN, "the format of packs has changed: give it a new version");
    assert_eq!(PackIndex::parse(&key(), &hex::decode(GOLDEN).unwrap()).unwrap().frames, frames);
}

#[test]
fn each_frame_lies_where_the_writer_said() {
    let (pack, frames) = sample();
    let frame = |at: FrameAt| {
        let start = usize::try_from(at.offset).unwrap();
        &pack.bytes[start..start + at.length as usize]
    };
    assert_eq!(frame(frames[0].at), b"first");
    assert_eq!(frame(frames[2].at), b"third");
    assert_eq!(pack.frames, 4);
}

#[test]
fn the_index_is_found_from_the_end() {
    let (pack, frames) = sample();
    let trailer = &pack.bytes[pack.bytes.len() - TRAILER..];
    let tail = PackIndex::tail_length(&key(), trailer).unwrap();
    assert_eq!(PackIndex::parse(&key(), &pack.bytes[pack.bytes.len() - tail..]).unwrap().frames, frames);
}

#[test]
fn a_changed_index_or_another_class_is_noticed() {
    let (pack, _) = sample();
    let mut bytes = pack.bytes.to_vec();
    let at = bytes.len() - TRAILER - 1;
    bytes[at] ^= 1;
    assert!(PackIndex::parse(&key(), &bytes).is_err());
    let other = PackKey { class: RetentionClass::Days30, ..key() };
    assert!(PackIndex::parse(&other, &pack.bytes).is_err());
    assert!(PackIndex::parse(&key(), b"short").is_err());
}

#[test]
fn keys_read_back() {
    let text = key().to_string();
    assert_eq!(text, "packs/7d/2024-11-21/01935000-0000-7000-8000-000000000001");
    assert_eq!(text.parse(), Ok(key()));
    assert!(text.replace("2024-11-21", "2024-11-22").parse::<PackKey>().is_err());
    assert!("packs/7d/2024-11-21/x".parse::<PackKey>().is_err());
}
